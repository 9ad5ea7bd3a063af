/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between the results of a base kernel and of new ones, as the document of `compare --format
 * json`.
 */
#ifndef HINTBENCH_ANALYSIS_COMPARISON_H
#define HINTBENCH_ANALYSIS_COMPARISON_H

#include <jansson.h>
#include <stddef.h>

#include "lib/analysis/result_set.h"

/* clang-format off */
/*
 * Compares sides[0], the base, with each of the others. A new reference, or NULL where memory ran out:
 *
 *   base, new[]  file, files, label, boots, kernel {name, release, version}, clock, exact
 *   common       settings, machine, suite: what all files agree on
 *   notes[]      sentences on what they do not agree on, and on what was therefore not compared
 *   rows[]       case, new_index, metric, kind "count" | "latency" | "event", unit, base, new, delta, delta_pct (null
 *                where base is 0), verdict, exact; where there is noise also reason, p, base_interval and new_interval
 *                ([low, high], 95 %)
 *   unpaired[]   figures that no row holds, as the other side lacks them: case, side "base" | "new", new_index (for
 *                new), metric, kind, unit, value
 *   missing[]    case, side, new_index (for new), metric (where only that is missing), status, reason
 *   cases[]      the names of all cases, in order
 *
 * Values of several boots are their median. Intervals are those of the median: over boots where there are
 * several (6 at least), else, for the median of a latency, over the samples of the one boot.
 */
/* clang-format on */
json_t *compare_sides(const struct side *sides, size_t count);

/*
 * Keeps only the rows whose metric is one of `metrics`. Returns NULL, or the first of them that no side has.
 */
const char *compare_keep_metrics(json_t *comparison, const char *const *metrics, size_t count);

#endif
