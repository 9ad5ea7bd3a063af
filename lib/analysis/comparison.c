/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/comparison.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/analysis/comparison_notes.h"
#include "lib/analysis/metric.h"
#include "lib/analysis/stats.h"
#include "lib/analysis/verdict.h"

#define FIGURE_KEY_BYTES 1024

/* One case of the base and of one of the new sides. */
struct pair {
	const struct side *base, *new;
	size_t new_index;
	const char *case_name;
	json_t *base_record, *new_record; /* borrowed; the best of their boots */
	json_t *rows, *missing;           /* where what is found goes */
};

static const char *string_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

/* Whole numbers stay integers. */
static json_t *number(double value)
{
	if (value == floor(value) && fabs(value) < 0x1p53)
		return json_integer((json_int_t)value);
	return json_real(value);
}

static void add_noise(json_t *row, const struct pair *pair, const char *metric, const struct figures *base,
                      const struct figures *new, const struct judgement *judgement)
{
	struct stats_interval interval;
	if (judgement->reason)
		json_object_set_new(row, "reason", json_string(judgement->reason));
	if (!isnan(judgement->p))
		json_object_set_new(row, "p", json_real(judgement->p));
	json_object_set_new(row, "base_boots", json_integer((json_int_t)base->boots));
	json_object_set_new(row, "new_boots", json_integer((json_int_t) new->boots));
	if (metric_interval(pair->base, pair->case_name, metric, base, &interval))
		json_object_set_new(row, "base_interval",
		                    json_pack("[o, o]", number(interval.low), number(interval.high)));
	if (metric_interval(pair->new, pair->case_name, metric, new, &interval))
		json_object_set_new(row, "new_interval",
		                    json_pack("[o, o]", number(interval.low), number(interval.high)));
}

static const char *kind_of(const json_t *record, const char *metric)
{
	if (metric_is_count(record, metric))
		return "count";
	return metric_is_latency(metric) ? "latency" : "event";
}

static json_t *make_row(const struct pair *pair, const char *metric, struct figures *base,
                        struct figures *new)
{
	bool exact = side_exact(pair->base) && side_exact(pair->new);
	bool count = metric_is_count(pair->base_record, metric);
	struct judgement judgement = (exact ? judge_exact : count ? judge_counts : judge_times)(base, new);
	double base_value = metric_median(base), new_value = metric_median(new),
	       delta = new_value - base_value;
	char unit[128];
	metric_unit(pair->base, pair->case_name, metric, unit, sizeof(unit));

	json_t *row = json_pack(
	    "{s:s, s:I, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:b}", "case", pair->case_name, "new_index",
	    (json_int_t)pair->new_index, "metric", metric, "kind", kind_of(pair->base_record, metric), "unit",
	    unit, "base", number(base_value), "new", number(new_value), "delta", number(delta), "delta_pct",
	    base_value != 0 ? json_real(100 * delta / base_value) : json_null(), "verdict",
	    verdict_name(judgement.verdict), "exact", exact);
	if (row && (!exact || judgement.reason))
		add_noise(row, pair, metric, base, new, &judgement);
	return row;
}

/* Adds a row where both sides have the metric. False where only one of them has it. */
static bool compare_metric(const struct pair *pair, const char *metric)
{
	struct figures base, new;
	bool in_base = metric_figures(pair->base, pair->case_name, metric, &base);
	bool in_new = metric_figures(pair->new, pair->case_name, metric, &new);
	if (in_base && in_new)
		json_array_append_new(pair->rows, make_row(pair, metric, &base, &new));
	free(base.values);
	free(new.values);
	return in_base == in_new;
}

/*
 * A new entry of "missing"; `new_index` counts only where `side` is "new". `metric` is NULL for a whole case.
 */
static void add_missing(json_t *missing, const char *case_name, const char *side, size_t new_index,
                        const char *metric, const char *status, const char *reason)
{
	json_t *entry = json_pack("{s:s, s:s}", "case", case_name, "side", side);
	if (strcmp(side, "new") == 0)
		json_object_set_new(entry, "new_index", json_integer((json_int_t)new_index));
	if (metric)
		json_object_set_new(entry, "metric", json_string(metric));
	json_object_set_new(entry, "status", json_string(status));
	json_object_set_new(entry, "reason", json_string(reason));
	/* What the base lacks is met with each of the new ones, but told once. */
	for (size_t i = json_array_size(missing); i-- > 0;) {
		json_t *known = json_array_get(missing, i);
		if (strcmp(string_at(known, "case"), case_name) != 0)
			break;
		if (json_equal(known, entry)) {
			json_decref(entry);
			return;
		}
	}
	json_array_append_new(missing, entry);
}

/* What one side measured and the other did not. */
static void add_partial(const struct pair *pair, const char *metric, bool in_new)
{
	char reason[192];
	snprintf(reason, sizeof(reason), "has no %s", metric);
	add_missing(pair->missing, pair->case_name, in_new ? "base" : "new", pair->new_index, metric, "ok",
	            reason);
}

static bool comparable(const struct pair *pair, const char *metric)
{
	const char *clock = side_clock(pair->base);
	if (metric_is_latency(metric))
		return strcmp(clock, side_clock(pair->new)) == 0 && strcmp(clock, "none") != 0;
	return strcmp(string_at(pair->base_record, "unit"), string_at(pair->new_record, "unit")) == 0;
}

static void compare_case(const struct pair *pair)
{
	const char *base_unit = string_at(pair->base_record, "unit"),
	           *new_unit = string_at(pair->new_record, "unit"), *metric;
	json_t *metrics = metric_names(pair->base_record), *new_metrics = metric_names(pair->new_record),
	       *unused;
	json_object_update_missing(metrics, new_metrics);
	json_object_foreach (metrics, metric, unused)
		if (comparable(pair, metric) && !compare_metric(pair, metric))
			add_partial(pair, metric, json_object_get(new_metrics, metric));
	json_decref(new_metrics);
	json_decref(metrics);
	if (strcmp(base_unit, new_unit) != 0) {
		char reason[192];
		snprintf(reason, sizeof(reason), "counts per %s, the base per %s", new_unit, base_unit);
		add_missing(pair->missing, pair->case_name, "new", pair->new_index, NULL, "ok", reason);
	}
}

/* Says why a side has no figures of a case. True where it has. */
static bool check_present(const struct side *side, const char *case_name, const char *which, size_t new_index,
                          json_t *missing)
{
	json_t *record = side_best_record(side, case_name);
	if (!record) {
		add_missing(missing, case_name, which, new_index, NULL, "absent", "not in the file");
		return false;
	}
	if (strcmp(string_at(record, "status"), "ok") == 0)
		return true;
	add_missing(missing, case_name, which, new_index, NULL, string_at(record, "status"),
	            string_at(record, "reason"));
	return false;
}

static void compare_all(const struct side *sides, size_t count, const json_t *names, json_t *rows,
                        json_t *missing)
{
	json_t *name;
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
}

/* "0 touch_p50 CASE", of side 0. */
static void figure_key(size_t side, const char *metric, const char *case_name, char *key, size_t bytes)
{
	snprintf(key, bytes, "%zu %s %s", side, metric, case_name);
}

/* The figures that the rows hold, as keys. A new reference. */
static json_t *figures_in(const json_t *rows)
{
	json_t *keys = json_object(), *row;
	size_t index;
	json_array_foreach (rows, index, row) {
		size_t sides[] = {0, (size_t)json_integer_value(json_object_get(row, "new_index")) + 1};
		for (size_t i = 0; i < 2; i++) {
			char key[FIGURE_KEY_BYTES];
			figure_key(sides[i], string_at(row, "metric"), string_at(row, "case"), key,
			           sizeof(key));
			json_object_set(keys, key, row);
		}
	}
	return keys;
}

/* Whether a latency of sides[i] can stand beside one of another side. */
static bool clock_is_shared(const struct side *sides, size_t count, size_t i)
{
	for (size_t j = i > 0 ? 0 : 1; j < (i > 0 ? 1 : count); j++)
		if (strcmp(side_clock(&sides[i]), side_clock(&sides[j])) == 0)
			return true;
	return false;
}

static void add_unpaired(const struct side *side, size_t i, const char *case_name, const char *metric,
                         json_t *unpaired)
{
	struct figures figures;
	char unit[128];
	if (metric_figures(side, case_name, metric, &figures)) {
		metric_unit(side, case_name, metric, unit, sizeof(unit));
		json_t *entry = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "case", case_name, "side",
		                          i > 0 ? "new" : "base", "metric", metric, "kind",
		                          kind_of(side_best_record(side, case_name), metric), "unit", unit,
		                          "value", number(metric_median(&figures)));
		if (i > 0)
			json_object_set_new(entry, "new_index", json_integer((json_int_t)i - 1));
		json_array_append_new(unpaired, entry);
	}
	free(figures.values);
}

/* The figures that no row holds, since their counterparts are missing. A new reference. */
static json_t *unpaired_figures(const struct side *sides, size_t count, const json_t *names,
                                const json_t *rows)
{
	json_t *held = figures_in(rows), *unpaired = json_array(), *name, *unused;
	size_t index;
	json_array_foreach (names, index, name) {
		const char *text = json_string_value(name), *metric;
		for (size_t i = 0; i < count; i++) {
			json_t *metrics = metric_names(side_best_record(&sides[i], text));
			json_object_foreach (metrics, metric, unused) {
				char key[FIGURE_KEY_BYTES];
				figure_key(i, metric, text, key, sizeof(key));
				if (!json_object_get(held, key) &&
				    (!metric_is_latency(metric) || clock_is_shared(sides, count, i)))
					add_unpaired(&sides[i], i, text, metric, unpaired);
			}
			json_decref(metrics);
		}
	}
	json_decref(held);
	return unpaired;
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
	json_t *names = sides_case_names(sides, count);
	for (size_t i = 1; i < count; i++)
		json_array_append_new(news, describe(&sides[i]));
	compare_all(sides, count, names, rows, missing);
	json_t *unpaired = unpaired_figures(sides, count, names, rows);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "base", describe(&sides[0]), "new", news,
	                 "common", common_context(sides, count), "notes", difference_notes(sides, count),
	                 "rows", rows, "unpaired", unpaired, "missing", missing, "cases", names);
}

static bool is_one_of(const char *text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(text, list[i]) == 0)
			return true;
	}
	return false;
}

static bool any_has_metric(const json_t *entries, const char *metric)
{
	size_t index;
	json_t *entry;
	json_array_foreach (entries, index, entry)
		if (strcmp(string_at(entry, "metric"), metric) == 0)
			return true;
	return false;
}

/* Entries of whole cases, which name no metric, stay. */
static void keep_metrics(json_t *entries, const char *const *metrics, size_t count)
{
	for (size_t i = json_array_size(entries); i-- > 0;) {
		const char *metric = string_at(json_array_get(entries, i), "metric");
		if (*metric && !is_one_of(metric, metrics, count))
			json_array_remove(entries, i);
	}
}

const char *compare_keep_metrics(json_t *comparison, const char *const *metrics, size_t count)
{
	json_t *rows = json_object_get(comparison, "rows");
	json_t *unpaired = json_object_get(comparison, "unpaired");
	for (size_t i = 0; i < count; i++)
		if (!any_has_metric(rows, metrics[i]) && !any_has_metric(unpaired, metrics[i]))
			return metrics[i];
	keep_metrics(rows, metrics, count);
	keep_metrics(unpaired, metrics, count);
	keep_metrics(json_object_get(comparison, "missing"), metrics, count);
	return NULL;
}
