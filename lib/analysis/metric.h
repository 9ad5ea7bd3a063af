/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The figures of a case by their names: a count of the result file, per unit ("write_faults"), one value of a
 * latency ("touch_p50"), an event of an event set, per unit, or what was derived of such.
 */
#ifndef HINTBENCH_ANALYSIS_METRIC_H
#define HINTBENCH_ANALYSIS_METRIC_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/analysis/result_set.h"
#include "lib/analysis/stats.h"
#include "lib/analysis/verdict.h"

/* Whether the metric is one value of a latency. */
bool metric_is_latency(const char *metric);

/*
 * Whether the metric is one of the suite's own counts in the record; else it is a latency's, an event's or a
 * derived one, which vary from boot to boot as times do.
 */
bool metric_is_count(const json_t *record, const char *metric);

/* Whether hintbench measures something of that name, on some case or kernel. */
bool metric_is_known(const char *metric);

/* Whether the metric is a value of the latency `access`: "touch" for "touch_p50". */
bool metric_is_of(const char *metric, const char *access);

/*
 * The metrics of a case's record, as an object whose keys they are; a latency's p50 before its other values.
 * A new reference.
 */
json_t *metric_names(const json_t *record);

/* The metric's value in a case's record, or NULL where the record doesn't have it. Borrowed. */
json_t *metric_value(const json_t *record, const char *metric);

/* What the value is in: "per page", the clock of the side, or what a derived metric is in. */
void metric_unit(const struct side *side, const char *case_name, const char *metric, char *unit,
                 size_t bytes);

/*
 * One value for each boot in which the case is ok and has the metric, ascending. False where there is none;
 * the caller frees figures->values in any case.
 */
bool metric_figures(const struct side *side, const char *case_name, const char *metric,
                    struct figures *figures);

/* The median of the boots. */
double metric_median(const struct figures *figures);

/*
 * The 95 % interval of the median: over boots where there are several (6 at least), else, for the median of a
 * latency, over the samples of the one boot. False where there is none.
 */
bool metric_interval(const struct side *side, const char *case_name, const char *metric,
                     const struct figures *figures, struct stats_interval *interval);

#endif
