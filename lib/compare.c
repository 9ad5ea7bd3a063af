/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/compare.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/compare_notes.h"
#include "lib/stats.h"
#include "lib/verdict.h"

/* The parts of `latency` that are compared; "p50" stands first, since it is what tables show. */
static const char *const latency_values[] = {"p50", "mean", "min", "p90", "p99", "max"};

/* One case of the base and of one of the new sides. */
struct pair {
	const struct side *base, *new;
	size_t new_index;
	const char *case_name;
	json_t *base_record, *new_record; /* borrowed; the best of their boots */
	json_t *rows, *missing;           /* where what is found goes */
};

/* A metric: "counts" of a name, or a value of the latency of an access. */
struct metric {
	const char *name;   /* of the count, or NULL */
	const char *access; /* of the latency, or NULL */
	const char *value;  /* of the latency: "p50" */
};

static const char *string_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

static json_t *metric_in(const json_t *record, const struct metric *metric)
{
	if (metric->name)
		return json_object_get(json_object_get(json_object_get(record, "metrics"), metric->name),
		                       "per_unit");
	json_t *latency = json_object_get(json_object_get(record, "latency"), metric->access);
	return json_object_get(latency, metric->value);
}

/* One value for each boot in which the case is ok and has the metric. False where there is none. */
static bool gather(const struct side *side, const char *case_name, const struct metric *metric,
                   struct figures *figures)
{
	*figures = (struct figures){.values = calloc(side->boots, sizeof(double))};
	for (size_t i = 0; figures->values && i < side->boots; i++) {
		json_t *record = side_ok_record(side, i, case_name);
		json_t *value = metric_in(record, metric);
		if (!json_is_number(value))
			continue;
		figures->values[figures->boots++] = json_number_value(value);
		if (metric->name) {
			json_t *counts = json_object_get(json_object_get(record, "metrics"), metric->name);
			figures->events += json_number_value(json_object_get(counts, "count"));
			figures->units += json_number_value(json_object_get(record, "units"));
		}
	}
	return figures->boots > 0;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Of the median: over boots, or within the one boot for the median of its samples. */
static bool interval_of(const struct side *side, const char *case_name, const struct metric *metric,
                        const struct figures *figures, struct stats_interval *interval)
{
	struct side_samples samples;
	if (figures->boots > 1)
		return stats_median_interval(figures->values, NULL, figures->boots, 1 - VERDICT_ALPHA,
		                             interval);
	if (metric->name || strcmp(metric->value, "p50") != 0 || side->boots > 1 ||
	    !side_samples(side, case_name, metric->access, &samples))
		return false;
	bool known = stats_median_interval(samples.values, samples.counts, samples.length, 1 - VERDICT_ALPHA,
	                                   interval);
	side_samples_free(&samples);
	return known;
}

/* Whole numbers stay integers. */
static json_t *number(double value)
{
	if (value == floor(value) && fabs(value) < 0x1p53)
		return json_integer((json_int_t)value);
	return json_real(value);
}

static void add_noise(json_t *row, const struct pair *pair, const struct metric *metric,
                      const struct figures *base, const struct figures *new,
                      const struct judgement *judgement)
{
	struct stats_interval interval;
	if (judgement->reason)
		json_object_set_new(row, "reason", json_string(judgement->reason));
	if (!isnan(judgement->p))
		json_object_set_new(row, "p", json_real(judgement->p));
	json_object_set_new(row, "base_boots", json_integer((json_int_t)base->boots));
	json_object_set_new(row, "new_boots", json_integer((json_int_t) new->boots));
	if (interval_of(pair->base, pair->case_name, metric, base, &interval))
		json_object_set_new(row, "base_interval",
		                    json_pack("[o, o]", number(interval.low), number(interval.high)));
	if (interval_of(pair->new, pair->case_name, metric, new, &interval))
		json_object_set_new(row, "new_interval",
		                    json_pack("[o, o]", number(interval.low), number(interval.high)));
}

static void metric_title(const struct pair *pair, const struct metric *metric, char *name, char *unit,
                         size_t bytes)
{
	if (metric->name) {
		snprintf(name, bytes, "%s", metric->name);
		snprintf(unit, bytes, "per %s", string_at(pair->base_record, "unit"));
	} else {
		snprintf(name, bytes, "%s_%s", metric->access, metric->value);
		snprintf(unit, bytes, "%s", side_clock(pair->base));
	}
}

static json_t *make_row(const struct pair *pair, const struct metric *metric, struct figures *base,
                        struct figures *new)
{
	bool exact = side_exact(pair->base) && side_exact(pair->new);
	struct judgement judgement = (exact          ? judge_exact
	                              : metric->name ? judge_counts
	                                             : judge_times)(base, new);
	char name[128], unit[128];

	metric_title(pair, metric, name, unit, sizeof(name));
	qsort(base->values, base->boots, sizeof(double), ascending);
	qsort(new->values, new->boots, sizeof(double), ascending);
	double base_value = stats_quantile(base->values, NULL, base->boots, 0.5);
	double new_value = stats_quantile(new->values, NULL, new->boots, 0.5);
	double delta = new_value - base_value;

	json_t *row = json_pack(
	    "{s:s, s:I, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:b}", "case", pair->case_name, "new_index",
	    (json_int_t)pair->new_index, "metric", name, "kind", metric->name ? "count" : "latency", "unit",
	    unit, "base", number(base_value), "new", number(new_value), "delta", number(delta), "delta_pct",
	    base_value != 0 ? json_real(100 * delta / base_value) : json_null(), "verdict",
	    verdict_name(judgement.verdict), "exact", exact);
	if (row && (!exact || judgement.reason))
		add_noise(row, pair, metric, base, new, &judgement);
	return row;
}

/* Adds a row where both sides have the metric. False where only one of them has it. */
static bool compare_metric(const struct pair *pair, const struct metric *metric)
{
	struct figures base, new;
	bool in_base = gather(pair->base, pair->case_name, metric, &base);
	bool in_new = gather(pair->new, pair->case_name, metric, &new);
	if (in_base && in_new)
		json_array_append_new(pair->rows, make_row(pair, metric, &base, &new));
	free(base.values);
	free(new.values);
	return in_base == in_new;
}

/* `new_index` counts only where `side` is "new". */
static void add_missing(json_t *missing, const char *case_name, const char *side, size_t new_index,
                        const char *status, const char *reason)
{
	json_t *entry = json_pack("{s:s, s:s}", "case", case_name, "side", side);
	if (strcmp(side, "new") == 0)
		json_object_set_new(entry, "new_index", json_integer((json_int_t)new_index));
	json_object_set_new(entry, "status", json_string(status));
	json_object_set_new(entry, "reason", json_string(reason));
	json_array_append_new(missing, entry);
}

/* What one side measured and the other did not. */
static void add_partial(const struct pair *pair, const char *what, const json_t *in_new)
{
	char reason[192];
	snprintf(reason, sizeof(reason), "has no %s", what);
	add_missing(pair->missing, pair->case_name, in_new ? "base" : "new", pair->new_index, "ok", reason);
}

static json_t *keys_of_both(const json_t *base, const json_t *new)
{
	json_t *keys = json_object();
	json_object_update(keys, (json_t *)base);
	json_object_update_missing(keys, (json_t *)new);
	return keys;
}

static void compare_counts(const struct pair *pair)
{
	json_t *base = json_object_get(pair->base_record, "metrics"),
	       *new = json_object_get(pair->new_record, "metrics");
	json_t *keys = keys_of_both(base, new);
	const char *name;
	json_t *unused;
	json_object_foreach (keys, name, unused) {
		if (!compare_metric(pair, &(struct metric){.name = name}))
			add_partial(pair, name, json_object_get(new, name));
	}
	json_decref(keys);
}

static void compare_latencies(const struct pair *pair)
{
	json_t *base = json_object_get(pair->base_record, "latency"),
	       *new = json_object_get(pair->new_record, "latency");
	json_t *keys = keys_of_both(base, new);
	const char *access;
	json_t *unused;
	json_object_foreach (keys, access, unused) {
		bool both = true;
		for (size_t i = 0; i < sizeof(latency_values) / sizeof(latency_values[0]); i++)
			both &= compare_metric(
			    pair, &(struct metric){.access = access, .value = latency_values[i]});
		if (!both) {
			char what[128];
			snprintf(what, sizeof(what), "%s latency", access);
			add_partial(pair, what, json_object_get(new, access));
		}
	}
	json_decref(keys);
}

static void compare_case(const struct pair *pair)
{
	const char *base_unit = string_at(pair->base_record, "unit"),
	           *new_unit = string_at(pair->new_record, "unit");
	if (strcmp(base_unit, new_unit) == 0) {
		compare_counts(pair);
	} else {
		char reason[192];
		snprintf(reason, sizeof(reason), "counts per %s, the base per %s", new_unit, base_unit);
		add_missing(pair->missing, pair->case_name, "new", pair->new_index, "ok", reason);
	}
	const char *clock = side_clock(pair->base);
	if (strcmp(clock, side_clock(pair->new)) == 0 && strcmp(clock, "none") != 0)
		compare_latencies(pair);
}

/* Says why a side has no figures of a case. True where it has. */
static bool check_present(const struct side *side, const char *case_name, const char *which, size_t new_index,
                          json_t *missing)
{
	json_t *record = side_best_record(side, case_name);
	if (!record) {
		add_missing(missing, case_name, which, new_index, "absent", "not in the file");
		return false;
	}
	if (strcmp(string_at(record, "status"), "ok") == 0)
		return true;
	add_missing(missing, case_name, which, new_index, string_at(record, "status"),
	            string_at(record, "reason"));
	return false;
}

static void compare_all(const struct side *sides, size_t count, json_t *rows, json_t *missing)
{
	json_t *names = sides_case_names(sides, count), *name;
	size_t index;
	json_array_foreach (names, index, name) {
		const char *text = json_string_value(name);
		bool in_base = check_present(&sides[0], text, "base", 0, missing);
		for (size_t i = 1; i < count; i++) {
			if (!check_present(&sides[i], text, "new", i - 1, missing) || !in_base)
				continue;
			struct pair pair = {.base = &sides[0],
			                    .new = &sides[i],
			                    .new_index = i - 1,
			                    .case_name = text,
			                    .base_record = side_best_record(&sides[0], text),
			                    .new_record = side_best_record(&sides[i], text),
			                    .rows = rows,
			                    .missing = missing};
			compare_case(&pair);
		}
	}
	json_decref(names);
}

static json_t *describe(const struct side *side)
{
	json_t *kernel = json_object_get(side_context(side), "kernel"), *files = json_array();
	for (size_t i = 0; i < side->boots; i++)
		json_array_append_new(files, json_string(side->paths[i]));
	return json_pack("{s:s, s:o, s:s, s:I, s:{s:O*, s:O*, s:O*}, s:s, s:b}", "file", side->spec, "files",
	                 files, "label", side->label, "boots", (json_int_t)side->boots, "kernel", "name",
	                 json_object_get(kernel, "name"), "release", json_object_get(kernel, "release"),
	                 "version", json_object_get(kernel, "version"), "clock", side_clock(side), "exact",
	                 side_exact(side));
}

json_t *compare_sides(const struct side *sides, size_t count)
{
	json_t *news = json_array(), *rows = json_array(), *missing = json_array();
	for (size_t i = 1; i < count; i++)
		json_array_append_new(news, describe(&sides[i]));
	compare_all(sides, count, rows, missing);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "base", describe(&sides[0]), "new", news, "common",
	                 common_context(sides, count), "notes", difference_notes(sides, count), "rows", rows,
	                 "missing", missing);
}

static bool is_one_of(const char *text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(text, list[i]) == 0)
			return true;
	}
	return false;
}

const char *compare_keep_metrics(json_t *comparison, const char *const *metrics, size_t count)
{
	json_t *rows = json_object_get(comparison, "rows");
	for (size_t i = 0; i < count; i++) {
		bool found = false;
		for (size_t j = 0; j < json_array_size(rows); j++)
			found |= strcmp(string_at(json_array_get(rows, j), "metric"), metrics[i]) == 0;
		if (!found)
			return metrics[i];
	}
	for (size_t j = json_array_size(rows); j-- > 0;) {
		if (!is_one_of(string_at(json_array_get(rows, j), "metric"), metrics, count))
			json_array_remove(rows, j);
	}
	return NULL;
}
