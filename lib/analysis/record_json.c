/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/record_json.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "lib/analysis/result.h"
#include "lib/analysis/stats.h"

/* How far two figures may be apart that were worked out of the same counts, and written with 15 digits. */
#define COUNT_TOLERANCE 1e-9

/* The same for what is worked out of many samples: others may sum them in another order, or with fewer digits. */
#define SAMPLES_TOLERANCE 1e-6

static json_t *params_json(const struct record *record)
{
	json_t *params = json_object();
	for (size_t i = 0; i < record->param_count; i++)
		put_text(&params, record->params[i].key, record->params[i].value);
	return params;
}

static json_t *touchers_json(const struct record *record)
{
	json_t *touchers = json_array();
	for (size_t i = 0; i < record->toucher_count; i++) {
		const struct toucher_place *toucher = &record->touchers[i];
		if (json_array_append_new(
		        touchers, json_pack("{s:i, s:i}", "cpu", toucher->cpu, "node", toucher->node)) == 0)
			continue;
		json_decref(touchers);
		return NULL;
	}
	return touchers;
}

static json_t *counts_json(const struct record *record)
{
	json_t *counts = json_object();
	for (size_t i = 0; i < record->count_count; i++) {
		const struct count *count = &record->counts[i];
		put_field(
		    &counts, count->name,
		    json_pack("{s:I, s:f}", "count", (json_int_t)count->count, "per_unit", count->per_unit));
	}
	return counts;
}

/* Instructions are whole, unless they are worked out of several. */
static json_t *latency_value(double value, enum clock_unit clock)
{
	if (clock == CLOCK_INSTRUCTIONS && value == floor(value) && fabs(value) <= FIELDS_LATENCY_MAX)
		return json_integer((json_int_t)value);
	return json_real(value);
}

static json_t *distribution_json(const struct latency *latency)
{
	json_t *distribution = json_array();
	for (size_t i = 0; i < latency->bin_count; i++) {
		const struct latency_bin *bin = &latency->bins[i];
		if (json_array_append_new(distribution,
		                          json_pack("[o, I]", latency_value(bin->value, latency->clock),
		                                    (json_int_t)bin->count)) == 0)
			continue;
		json_decref(distribution);
		return NULL;
	}
	return distribution;
}

static json_t *latencies_json(const struct record *record)
{
	json_t *latencies = json_object();
	for (size_t i = 0; i < record->latency_count; i++) {
		const struct latency *latency = &record->latencies[i];
		enum clock_unit clock = latency->clock;
		put_field(
		    &latencies, latency->name,
		    json_pack(
		        "{s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "clock", clock_unit_name(clock), "n",
		        (json_int_t)latency->n, "min", latency_value(latency->min, clock), "p50",
		        latency_value(latency->p50, clock), "p90", latency_value(latency->p90, clock), "p99",
		        latency_value(latency->p99, clock), "max", latency_value(latency->max, clock), "mean",
		        latency_value(latency->mean, clock), "distribution", distribution_json(latency)));
	}
	return latencies;
}

static json_t *events_json(const struct record *record)
{
	json_t *events = json_object();
	for (size_t i = 0; i < record->event_count; i++) {
		const struct event_count *event = &record->events[i];
		put_field(&events, event->name,
		          json_pack("{s:I, s:f, s:I, s:I, s:I}", "count", (json_int_t)event->count,
		                    "per_unit", event->per_unit, "baseline", (json_int_t)event->baseline,
		                    "enabled_ns", (json_int_t)event->enabled_ns, "running_ns",
		                    (json_int_t)event->running_ns));
	}
	return events;
}

static json_t *derived_json(const struct record *record)
{
	json_t *derived = json_object();
	for (size_t i = 0; i < record->derived_count; i++) {
		json_t *object = json_object();
		put_field(&object, "value", json_real(record->derived[i].value));
		put_text(&object, "unit", record->derived[i].unit);
		put_field(&derived, record->derived[i].name, object);
	}
	return derived;
}

char *record_json_text(const struct record *record)
{
	const struct arming *arming = record->arming;
	json_t *object = json_object();
	put_text(&object, "name", record->name);
	put_field(&object, "params", params_json(record));
	put_text(&object, "status", case_status_name(record->status));
	put_text(&object, "reason", record->reason);
	put_text(&object, "unit", record->unit);
	put_field(&object, "units", json_integer((json_int_t)record->units));
	if (arming)
		put_field(&object, "arming",
		          json_pack("{s:I, s:I, s:f}", "pages", (json_int_t)arming->pages, "scans",
		                    (json_int_t)arming->scans, "seconds", arming->seconds));
	if (record->memory_node >= 0)
		put_field(&object, "memory_node", json_integer(record->memory_node));
	if (record->toucher_count > 0)
		put_field(&object, "touchers", touchers_json(record));
	put_field(&object, "metrics", counts_json(record));
	put_field(&object, "latency", latencies_json(record));
	if (record->events)
		put_field(&object, "events", events_json(record));
	if (record->derived)
		put_field(&object, "derived", derived_json(record));
	return text_of_json(object);
}

static uint64_t read_count(const struct fields *fields, const char *key)
{
	return (uint64_t)fields_integer(fields, key, 0, INT64_MAX);
}

/* hint/map=anon/page=4k: lower case, a family, and parameters with a value each. */
static bool is_case_name(const char *name)
{
	static const char family[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	static const char value[] = "abcdefghijklmnopqrstuvwxyz0123456789-._";
	size_t length = strspn(name, family);
	while (length > 0 && name[length] == '/') {
		name += length + 1;
		length = strspn(name, family);
		if (length == 0 || name[length] != '=')
			return false;
		name += length + 1;
		length = strspn(name, value);
	}
	return length > 0 && name[length] == '\0';
}

static void read_name(struct record *record, const struct fields *fields)
{
	record->name = fields_name(fields, "name");
	if (record->name && !is_case_name(record->name))
		fields_fail(fields, "name", "is no name of a case, such as hint/map=anon/page=4k");
	if (!fields->reading->failed)
		fields->reading->case_name = record->name;
}

static void read_params(struct record *record, const struct fields *fields)
{
	const struct fields params = fields_in(fields, "params");
	const char *key;
	json_t *value;
	if (json_object_size(params.json) > RESULT_PARAMS_MAX)
		fields_fail(fields, "params", "has %zu of them, and %d is the limit",
		            json_object_size(params.json), RESULT_PARAMS_MAX);
	if (fields->reading->failed)
		return;
	record->params =
	    arena_alloc(fields->reading->arena, json_object_size(params.json) * sizeof(*record->params));
	json_object_foreach (params.json, key, value) {
		fields_check_name(&params, key);
		record->params[record->param_count++] = (struct parameter){
		    .key = arena_copy(fields->reading->arena, key), .value = fields_name(&params, key)};
	}
}

static void read_status(struct record *record, const struct fields *fields)
{
	const char *status = fields_name(fields, "status");
	if (status && !case_status_find(status, &record->status))
		fields_fail(fields, "status", "must be ok, skip, inconclusive or fail, not \"%.40s\"",
		            status);
	if (fields_have(fields, "reason") || record->status != CASE_OK)
		record->reason = fields_sentence(fields, "reason");
	const char *unit = record->unit = fields_name(fields, "unit");
	if (unit && strcmp(unit, "page") != 0 && strcmp(unit, "pmd") != 0 && strcmp(unit, "folio") != 0)
		fields_fail(fields, "unit", "must be page, pmd or folio, not \"%.40s\"", unit);
	record->units = read_count(fields, "units");
}

static void read_arming(struct record *record, const struct fields *fields)
{
	if (!fields_have(fields, "arming"))
		return;
	const struct fields object = fields_in(fields, "arming");
	struct arming *arming = arena_alloc(fields->reading->arena, sizeof(*arming));
	arming->pages = read_count(&object, "pages");
	arming->scans = read_count(&object, "scans");
	arming->seconds = fields_number(&object, "seconds");
	if (arming->seconds < 0)
		fields_fail(&object, "seconds", "must be at least 0");
	record->arming = arming;
}

/* Where the memory was and who accessed it: results of before there was more than one toucher don't tell. */
static void read_places(struct record *record, const struct fields *fields)
{
	record->memory_node = -1;
	if (fields_have(fields, "memory_node"))
		record->memory_node = (int)fields_integer(fields, "memory_node", 0, INT_MAX);
	if (!fields_have(fields, "touchers"))
		return;
	json_t *touchers = fields_array(fields, "touchers"), *toucher;
	size_t index;
	record->touchers =
	    arena_alloc(fields->reading->arena, json_array_size(touchers) * sizeof(*record->touchers));
	json_array_foreach (touchers, index, toucher) {
		const struct fields object = {fields->reading, fields, "touchers", toucher};
		record->touchers[record->toucher_count++] =
		    (struct toucher_place){.cpu = (int)fields_integer(&object, "cpu", 0, INT_MAX),
		                           .node = (int)fields_integer(&object, "node", 0, INT_MAX)};
	}
}

/* Tables show the quotient, pictures and checks the count: they must be of one measurement. */
static double read_per_unit(const struct fields *fields, uint64_t count, uint64_t units)
{
	double per_unit = fields_number(fields, "per_unit");
	if (units == 0) {
		fields_fail(fields, NULL, "is a count of a case without units");
		return 0;
	}
	double quotient = (double)count / (double)units;
	if (fabs(per_unit - quotient) > COUNT_TOLERANCE * quotient)
		fields_fail(fields, "per_unit", "is %.15g, but count / units is %" PRIu64 " / %" PRIu64,
		            per_unit, count, units);
	return per_unit;
}

static void read_counts(struct record *record, const struct fields *fields)
{
	const struct fields metrics = fields_in(fields, "metrics");
	const char *name;
	json_t *value;
	record->counts =
	    arena_alloc(fields->reading->arena, json_object_size(metrics.json) * sizeof(*record->counts));
	json_object_foreach (metrics.json, name, value) {
		const struct fields metric = fields_in(&metrics, name);
		struct count *count = &record->counts[record->count_count++];
		fields_check_name(&metric, name);
		count->name = arena_copy(fields->reading->arena, name);
		count->count = read_count(&metric, "count");
		count->per_unit = read_per_unit(&metric, count->count, record->units);
	}
}

static double read_latency_value(const struct fields *fields, const char *key)
{
	double value = fields_number(fields, key);
	if (value < 0 || value > FIELDS_LATENCY_MAX)
		fields_fail(fields, key, "must be from 0 to %.0f, not %g", FIELDS_LATENCY_MAX, value);
	return value;
}

static bool read_bin(struct latency_bin *bin, const json_t *pair)
{
	const json_t *value = json_array_get(pair, 0), *count = json_array_get(pair, 1);
	if (json_array_size(pair) != 2 || !json_is_number(value) || !json_is_integer(count))
		return false;
	bin->value = json_number_value(value);
	bin->count = (uint64_t)json_integer_value(count);
	return bin->value >= 0 && bin->value <= FIELDS_LATENCY_MAX && json_integer_value(count) > 0;
}

static void read_distribution(struct latency *latency, const struct fields *fields)
{
	json_t *distribution = fields_array(fields, "distribution"), *pair;
	uint64_t sum = 0;
	size_t index;
	latency->bin_count = json_array_size(distribution);
	latency->bins = arena_alloc(fields->reading->arena, latency->bin_count * sizeof(*latency->bins));
	json_array_foreach (distribution, index, pair) {
		struct latency_bin *bin = &latency->bins[index];
		if (!read_bin(bin, pair)) {
			fields_fail(fields, "distribution",
			            "must have pairs of a value from 0 to %.0f and how often it came: pair "
			            "%zu is none",
			            FIELDS_LATENCY_MAX, index + 1);
			return;
		}
		if (index > 0 && bin->value <= bin[-1].value)
			fields_fail(fields, "distribution", "must ascend, and does not at pair %zu",
			            index + 1);
		/* No sum of counts that are no more than n can overflow. */
		sum += bin->count;
		if (bin->count > latency->n || sum > latency->n)
			break;
	}
	if (sum != latency->n)
		fields_fail(fields, "n", "is %" PRIu64 ", but the distribution has %s samples", latency->n,
		            sum > latency->n ? "more" : "fewer");
}

static void check_against(const struct fields *fields, const char *key, double value, double expected)
{
	if (fabs(value - expected) > SAMPLES_TOLERANCE * expected)
		fields_fail(fields, key, "is %.15g, but that of the distribution is %.15g", value, expected);
}

/* Tables show these, pictures the distribution. */
static void check_latency(const struct latency *latency, const struct fields *fields)
{
	if (fields->reading->failed)
		return;
	size_t length = latency->bin_count;
	struct arena *scratch = arena_new();
	double *values = arena_alloc(scratch, length * sizeof(*values));
	uint64_t *counts = arena_alloc(scratch, length * sizeof(*counts));
	long double sum = 0;
	for (size_t i = 0; i < length; i++) {
		values[i] = latency->bins[i].value;
		counts[i] = latency->bins[i].count;
		sum += (long double)values[i] * counts[i];
	}
	check_against(fields, "min", latency->min, values[0]);
	check_against(fields, "p50", latency->p50, stats_quantile(values, counts, length, 0.50));
	check_against(fields, "p90", latency->p90, stats_quantile(values, counts, length, 0.90));
	check_against(fields, "p99", latency->p99, stats_quantile(values, counts, length, 0.99));
	check_against(fields, "max", latency->max, values[length - 1]);
	check_against(fields, "mean", latency->mean, (double)(sum / latency->n));
	arena_free(scratch);
}

static void read_latency(struct latency *latency, const struct fields *fields, enum clock_unit clock)
{
	const char *name = fields_name(fields, "clock");
	if (name && (clock == CLOCK_NONE || strcmp(name, clock_unit_name(clock)) != 0))
		fields_fail(fields, "clock", "is %.40s, but the clock of the file is %s", name,
		            clock_unit_name(clock));
	latency->clock = clock;
	latency->n = (uint64_t)fields_integer(fields, "n", 1, INT64_MAX);
	latency->min = read_latency_value(fields, "min");
	latency->p50 = read_latency_value(fields, "p50");
	latency->p90 = read_latency_value(fields, "p90");
	latency->p99 = read_latency_value(fields, "p99");
	latency->max = read_latency_value(fields, "max");
	latency->mean = read_latency_value(fields, "mean");
	read_distribution(latency, fields);
	check_latency(latency, fields);
}

static void read_latencies(struct record *record, const struct fields *fields, enum clock_unit clock)
{
	const struct fields latencies = fields_in(fields, "latency");
	const char *name;
	json_t *value;
	record->latencies = arena_alloc(fields->reading->arena,
	                                json_object_size(latencies.json) * sizeof(*record->latencies));
	json_object_foreach (latencies.json, name, value) {
		const struct fields object = fields_in(&latencies, name);
		struct latency *latency = &record->latencies[record->latency_count++];
		fields_check_name(&object, name);
		latency->name = arena_copy(fields->reading->arena, name);
		read_latency(latency, &object, clock);
	}
}

/* When version 1 of the schema was new, its name was `again`. */
static uint64_t read_baseline(const struct fields *event)
{
	bool old = fields_have(event, "again");
	if (old && fields_have(event, "baseline"))
		fields_fail(event, NULL, "has both a baseline and its old name, again");
	return read_count(event, old ? "again" : "baseline");
}

static void read_events(struct record *record, const struct fields *fields)
{
	const char *name;
	json_t *value;
	if (!fields_have(fields, "events"))
		return;
	const struct fields events = fields_in(fields, "events");
	record->events =
	    arena_alloc(fields->reading->arena, json_object_size(events.json) * sizeof(*record->events));
	json_object_foreach (events.json, name, value) {
		const struct fields object = fields_in(&events, name);
		struct event_count *event = &record->events[record->event_count++];
		fields_check_name(&object, name);
		event->name = arena_copy(fields->reading->arena, name);
		event->count = read_count(&object, "count");
		event->per_unit = read_per_unit(&object, event->count, record->units);
		event->baseline = read_baseline(&object);
		event->enabled_ns = read_count(&object, "enabled_ns");
		event->running_ns = read_count(&object, "running_ns");
	}
}

static void read_derived(struct record *record, const struct fields *fields)
{
	const char *name;
	json_t *value;
	if (!fields_have(fields, "derived"))
		return;
	const struct fields all = fields_in(fields, "derived");
	record->derived =
	    arena_alloc(fields->reading->arena, json_object_size(all.json) * sizeof(*record->derived));
	json_object_foreach (all.json, name, value) {
		const struct fields object = fields_in(&all, name);
		struct derived *derived = &record->derived[record->derived_count++];
		fields_check_name(&object, name);
		derived->name = arena_copy(fields->reading->arena, name);
		derived->value = fields_number(&object, "value");
		derived->unit = fields_name(&object, "unit");
	}
}

void record_json_read(struct record *record, json_t *json, enum clock_unit clock, struct reading *reading)
{
	const struct fields fields = {.reading = reading, .json = json};
	*record = (struct record){.memory_node = -1};
	if (!json_is_object(json))
		fields_fail(&fields, NULL, "is no object");
	read_name(record, &fields);
	read_params(record, &fields);
	read_status(record, &fields);
	read_arming(record, &fields);
	read_places(record, &fields);
	read_counts(record, &fields);
	read_latencies(record, &fields, clock);
	read_events(record, &fields);
	read_derived(record, &fields);
}
