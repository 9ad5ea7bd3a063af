/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary and the whole distribution of single accesses that were timed. */
#ifndef HINTBENCH_ANALYSIS_LATENCY_H
#define HINTBENCH_ANALYSIS_LATENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/analysis/record.h"
#include "lib/base/arena.h"
#include "lib/base/clock_unit.h"

/*
 * Summarises `n` ticks, in any order, each of which is `scale` of `clock` (1 for instructions), in memory of `arena`; `name`
 * is borrowed. Quantiles are those of gsl_stats_quantile_from_sorted_data(): linear between neighbours. False where n is 0.
 */
bool latency_summarize(struct latency *latency, struct arena *arena, const char *name, const uint64_t *ticks,
                       size_t n, enum clock_unit clock, double scale);

#endif
