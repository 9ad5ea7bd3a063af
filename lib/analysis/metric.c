/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/metric.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/meter/vmstat.h"

/* What the suite counts beside the kernel's own counters; a result file may have more. */
static const char *const counts[] = {
    "hint_faults", "write_faults",      "other_faults",  "swapin_faults", "armed",           "migrated",
    "restored",    "restored_writable", "tracked_early", "events",        "protection_lost",
};
static const char *const accesses[] = {"touch", "write"};
/* "p50" stands first, since it is what tables show. */
static const char *const latency_values[] = {"p50", "mean", "min", "p90", "p99", "max"};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static bool is_in(const char *text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(text, list[i]) == 0)
			return true;
	return false;
}

bool metric_is_latency(const char *metric)
{
	const char *value = strrchr(metric, '_');
	return value && value > metric && is_in(value + 1, latency_values, LENGTH(latency_values));
}

bool metric_is_count(const json_t *record, const char *metric)
{
	return json_object_get(json_object_get(record, "metrics"), metric);
}

bool metric_is_of(const char *metric, const char *access)
{
	size_t length = strlen(access);
	return metric_is_latency(metric) && strncmp(metric, access, length) == 0 &&
	       strrchr(metric, '_') == metric + length;
}

bool metric_is_known(const char *metric)
{
	for (int item = 0; item < VMSTAT_ITEMS; item++)
		if (strcmp(metric, vmstat_name(item)) == 0)
			return true;
	for (size_t i = 0; i < LENGTH(accesses); i++)
		if (metric_is_of(metric, accesses[i]))
			return true;
	return is_in(metric, counts, LENGTH(counts));
}

json_t *metric_names(const json_t *record)
{
	json_t *names = json_object(), *latency;
	const char *access;
	json_object_update(names, json_object_get(record, "metrics"));
	json_object_foreach (json_object_get(record, "latency"), access, latency) {
		for (size_t i = 0; i < LENGTH(latency_values); i++) {
			char name[128];
			snprintf(name, sizeof(name), "%s_%s", access, latency_values[i]);
			json_object_set(names, name, latency);
		}
	}
	json_object_update_missing(names, json_object_get(record, "events"));
	json_object_update_missing(names, json_object_get(record, "derived"));
	return names;
}

json_t *metric_value(const json_t *record, const char *metric)
{
	json_t *value;
	json_t *event = json_object_get(json_object_get(record, "events"), metric);
	json_t *derived = json_object_get(json_object_get(record, "derived"), metric);
	if (metric_is_count(record, metric)) {
		json_t *count = json_object_get(json_object_get(record, "metrics"), metric);
		value = json_object_get(count, "per_unit");
	} else if (metric_is_latency(metric)) {
		const char *name = strrchr(metric, '_') + 1;
		json_t *latency = json_object_get(record, "latency");
		value = json_object_get(json_object_getn(latency, metric, (size_t)(name - 1 - metric)), name);
	} else {
		value = event ? json_object_get(event, "per_unit") : json_object_get(derived, "value");
	}
	return json_is_number(value) ? value : NULL;
}

void metric_unit(const struct side *side, const char *case_name, const char *metric, char *unit, size_t bytes)
{
	json_t *record = side_best_record(side, case_name);
	const char *of = json_string_value(json_object_get(record, "unit"));
	json_t *derived = json_object_get(json_object_get(record, "derived"), metric);
	if (derived && !metric_is_count(record, metric))
		snprintf(unit, bytes, "%s", json_string_value(json_object_get(derived, "unit")));
	else if (metric_is_latency(metric))
		snprintf(unit, bytes, "%s", side_clock(side));
	else
		snprintf(unit, bytes, "per %s", of ? of : "unit");
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

bool metric_figures(const struct side *side, const char *case_name, const char *metric,
                    struct figures *figures)
{
	*figures = (struct figures){.values = calloc(side->boots, sizeof(double))};
	for (size_t i = 0; figures->values && i < side->boots; i++) {
		json_t *record = side_ok_record(side, i, case_name);
		json_t *value = metric_value(record, metric);
		if (!value)
			continue;
		figures->values[figures->boots++] = json_number_value(value);
		if (metric_is_count(record, metric)) {
			json_t *count = json_object_get(json_object_get(record, "metrics"), metric);
			figures->events += json_number_value(json_object_get(count, "count"));
			figures->units += json_number_value(json_object_get(record, "units"));
		}
	}
	if (figures->boots > 1)
		qsort(figures->values, figures->boots, sizeof(double), ascending);
	return figures->boots > 0;
}

double metric_median(const struct figures *figures)
{
	return stats_quantile(figures->values, NULL, figures->boots, 0.5);
}

bool metric_interval(const struct side *side, const char *case_name, const char *metric,
                     const struct figures *figures, struct stats_interval *interval)
{
	struct side_samples samples;
	char access[64];
	if (figures->boots > 1)
		return stats_median_interval(figures->values, NULL, figures->boots, 1 - VERDICT_ALPHA,
		                             interval);
	const char *value = strrchr(metric, '_');
	if (!metric_is_latency(metric) || strcmp(value, "_p50") != 0 || side->boots > 1)
		return false;
	snprintf(access, sizeof(access), "%.*s", (int)(value - metric), metric);
	if (!side_samples(side, case_name, access, &samples))
		return false;
	bool known = stats_median_interval(samples.values, samples.counts, samples.length, 1 - VERDICT_ALPHA,
	                                   interval);
	side_samples_free(&samples);
	return known;
}
