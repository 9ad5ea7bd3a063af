/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/metrics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FAULT(name_, short_name_, what_, shown_)                                                     \
	{                                                                                            \
		.name = (name_), .short_name = (short_name_), .what = (what_), .kind = METRIC_FAULT, \
		.better = BETTER_LESS, .shown = SHOWN_##shown_                                       \
	}
#define OUTCOME(name_, what_)                                                                      \
	{                                                                                          \
		.name = (name_), .what = (what_), .kind = METRIC_OUTCOME, .better = BETTER_NEITHER \
	}
#define MACHINE(name_, what_)                                                                    \
	{                                                                                        \
		.name = (name_), .what = what_ ", of the whole machine", .kind = METRIC_MACHINE, \
		.better = BETTER_NEITHER                                                         \
	}
#define TIME(latency_, value_, which_, what_, short_name_, shown_)                                          \
	{                                                                                                   \
		.name = latency_ "_" value_, .short_name = (short_name_), .what = (what_),                  \
		.kind = METRIC_TIME, .better = BETTER_LESS, .shown = SHOWN_##shown_, .latency = (latency_), \
		.value = LATENCY_##which_                                                                   \
	}

const struct metric metrics[] = {
    /* A case has one of the first two: its pages are armed, or they are swapped out. */
    FAULT("hint_faults", "hint", "faults on an entry that was not present, which is an armed one", ALWAYS),
    FAULT("swapin_faults", "swap-in",
          "faults on an entry that was not present, since the page was swapped out", ALWAYS),
    FAULT("write_faults", "write", "faults on an entry that was present and read-only: the second fault",
          ALWAYS),
    FAULT("other_faults", "other", "faults of any other kind on the case's addresses", WHERE_ANY),
    {.name = "protection_lost",
     .short_name = "lost",
     .what = "writes that write tracking should have caught and did not",
     .kind = METRIC_LOSS,
     .better = BETTER_LESS,
     .shown = SHOWN_WHERE_ANY},
    TIME("touch", "p50", P50, "median time of the first access", "touch", ALWAYS),
    TIME("write", "p50", P50, "median time of the first write after a read", "write", ALWAYS),
    OUTCOME("armed", "units that the scanner marked"),
    OUTCOME("migrated", "units that are on another node after the accesses"),
    OUTCOME("restored", "entries that a migration restored"),
    OUTCOME("restored_writable", "entries that a migration restored with the write bit"),
    OUTCOME("tracked_early", "pages that write tracking takes for written before the first write"),
    OUTCOME("events", "writes that userfaultfd delivered"),
    TIME("touch", "mean", MEAN, "mean time of the first access", NULL, ON_REQUEST),
    TIME("touch", "min", MIN, "shortest time of the first access", NULL, ON_REQUEST),
    TIME("touch", "p90", P90, "time that 90 % of the first accesses keep within", NULL, ON_REQUEST),
    TIME("touch", "p99", P99, "time that 99 % of the first accesses keep within", NULL, ON_REQUEST),
    TIME("touch", "max", MAX, "longest time of the first access", NULL, ON_REQUEST),
    TIME("write", "mean", MEAN, "mean time of the first write after a read", NULL, ON_REQUEST),
    TIME("write", "min", MIN, "shortest time of the first write after a read", NULL, ON_REQUEST),
    TIME("write", "p90", P90, "time that 90 % of the first writes after a read keep within", NULL,
         ON_REQUEST),
    TIME("write", "p99", P99, "time that 99 % of the first writes after a read keep within", NULL,
         ON_REQUEST),
    TIME("write", "max", MAX, "longest time of the first write after a read", NULL, ON_REQUEST),
    /* Named as in /proc/vmstat, where they are read from. */
    MACHINE("numa_pte_updates", "4K pages that were armed, 512 a PMD"),
    MACHINE("numa_huge_pte_updates", "PMDs that were changed; plain mprotect() of a THP counts as well"),
    MACHINE("numa_hint_faults", "hinting faults"),
    MACHINE("numa_hint_faults_local", "hinting faults on a page of the faulting processor's node"),
    MACHINE("numa_pages_migrated", "base pages that NUMA balancing migrated"),
    MACHINE("pgmigrate_success", "base pages that were migrated, for whatever reason"),
    MACHINE("pgmigrate_fail", "base pages whose migration failed"),
    MACHINE("pgreuse", "write-protect faults that were resolved by reuse of the page, in PTEs only"),
    MACHINE("pswpin", "base pages that were swapped in"),
    MACHINE("pswpout", "base pages that were swapped out"),
    {0},
};

const struct metric *metric_find(const char *name)
{
	for (const struct metric *metric = metrics; metric->name; metric++)
		if (strcmp(metric->name, name) == 0)
			return metric;
	return NULL;
}

const char *metric_kind_name(enum metric_kind kind)
{
	static const char *const names[METRIC_KINDS] = {
	    [METRIC_FAULT] = "fault",     [METRIC_OUTCOME] = "outcome", [METRIC_LOSS] = "loss",
	    [METRIC_TIME] = "time",       [METRIC_MACHINE] = "machine", [METRIC_EVENT] = "event",
	    [METRIC_DERIVED] = "derived", [METRIC_OTHER] = "other",
	};
	return names[kind];
}

double metric_smallest_effect(enum metric_kind kind, double base, double percent)
{
	switch (kind) {
	case METRIC_LOSS:
		return 0;
	case METRIC_TIME:
	case METRIC_EVENT:
	case METRIC_DERIVED:
		return fabs(base) * percent / 100;
	default:
		return 0.5;
	}
}

void figure_unit(const struct figure *figure, char *text, size_t bytes)
{
	bool own = figure->kind == METRIC_TIME || figure->kind == METRIC_DERIVED;
	snprintf(text, bytes, "%s%s", own ? "" : "per ", figure->unit);
}

static double latency_value(const struct latency *latency, enum latency_value value)
{
	const double values[LATENCY_VALUES] = {
	    [LATENCY_P50] = latency->p50, [LATENCY_MEAN] = latency->mean, [LATENCY_MIN] = latency->min,
	    [LATENCY_P90] = latency->p90, [LATENCY_P99] = latency->p99,   [LATENCY_MAX] = latency->max,
	};
	return values[value];
}

static struct figure count_figure(const struct record *record, const struct metric *metric,
                                  const struct count *count)
{
	const struct metric *row = metric && metric->kind != METRIC_TIME ? metric : NULL;
	return (struct figure){.name = count->name,
	                       .metric = row,
	                       .kind = row ? row->kind : METRIC_OTHER,
	                       .value = count->per_unit,
	                       .count = (double)count->count,
	                       .unit = record->unit};
}

/*
 * `metric` is the name's row, or NULL. Of names that several have, the suite's own count goes first, since an event
 * set can call its events anything.
 */
static bool find_figure(const struct record *record, const char *name, const struct metric *metric,
                        struct figure *figure)
{
	const struct count *count = record_count(record, name);
	const struct latency *latency =
	    metric && metric->kind == METRIC_TIME ? record_latency(record, metric->latency) : NULL;
	const struct event_count *event = record_event(record, name);
	const struct derived *derived = record_derived(record, name);
	if (count)
		*figure = count_figure(record, metric, count);
	else if (latency)
		*figure = (struct figure){.name = metric->name,
		                          .metric = metric,
		                          .kind = METRIC_TIME,
		                          .value = latency_value(latency, metric->value),
		                          .unit = clock_unit_name(latency->clock)};
	else if (event)
		*figure = (struct figure){.name = event->name,
		                          .kind = METRIC_EVENT,
		                          .value = event->per_unit,
		                          .count = (double)event->count,
		                          .unit = record->unit};
	else if (derived)
		*figure = (struct figure){.name = derived->name,
		                          .kind = METRIC_DERIVED,
		                          .value = derived->value,
		                          .unit = derived->unit};
	return count || latency || event || derived;
}

bool figure_find(const struct record *record, const char *name, struct figure *figure)
{
	return find_figure(record, name, metric_find(name), figure);
}

/* The figures as they are found. */
struct gathering {
	const struct record *record;
	struct figure *figures;
	size_t room, count;
};

static void gather(struct gathering *gathering, const char *name, const struct metric *metric)
{
	struct figure figure;
	if (!find_figure(gathering->record, name, metric, &figure))
		return;
	if (gathering->count < gathering->room)
		gathering->figures[gathering->count] = figure;
	gathering->count++;
}

size_t figures_of(const struct record *record, struct figure *figures, size_t room)
{
	struct gathering gathering = {.record = record, .figures = figures, .room = room};
	for (const struct metric *metric = metrics; metric->name; metric++)
		gather(&gathering, metric->name, metric);
	for (size_t i = 0; i < record->count_count; i++)
		if (!metric_find(record->counts[i].name))
			gather(&gathering, record->counts[i].name, NULL);
	for (size_t i = 0; i < record->event_count; i++) {
		const char *name = record->events[i].name;
		if (!metric_find(name) && !record_count(record, name))
			gather(&gathering, name, NULL);
	}
	for (size_t i = 0; i < record->derived_count; i++) {
		const char *name = record->derived[i].name;
		if (!metric_find(name) && !record_count(record, name) && !record_event(record, name))
			gather(&gathering, name, NULL);
	}
	return gathering.count;
}
