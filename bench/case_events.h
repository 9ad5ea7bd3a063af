/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an event set counted in a case, and what follows from it, in the case's record. */
#ifndef HINTBENCH_BENCH_CASE_EVENTS_H
#define HINTBENCH_BENCH_CASE_EVENTS_H

#include <jansson.h>

#include "bench/bench.h"

/*
 * Adds `events` and `derived`, as results/schema.json describes them. `passes` has a measurement for each
 * group of the plan; `counted` is that of the counting pass. What the plan can't count, and what would be
 * worked out of it, is not there; neither is a quotient whose divisor is 0 in this case.
 */
void record_events(json_t *record, const struct event_groups *plan, struct measurement *const *passes,
                   const struct measurement *counted);

#endif
