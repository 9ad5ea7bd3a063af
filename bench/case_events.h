/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an event set counted in a case, and what follows from it. */
#ifndef HINTBENCH_BENCH_CASE_EVENTS_H
#define HINTBENCH_BENCH_CASE_EVENTS_H

#include "bench/bench.h"
#include "lib/analysis/result.h"
#include "lib/base/arena.h"

/* What the groups can count here, what they can't, and what is worked out of it. All of it is of the arena. */
const struct event_report *case_events_report(struct arena *arena, const struct event_groups *groups);

/*
 * Adds the events and what is derived of them to a case's record. `passes` has a measurement for each group;
 * `counted` is that of the counting pass. What can't be counted, and what would be worked out of it, is not there;
 * neither is a quotient whose divisor is 0 in this case.
 */
void case_events_add(struct arena *arena, struct record *record, const struct event_groups *groups,
                     struct measurement *const *passes, const struct measurement *counted);

#endif
