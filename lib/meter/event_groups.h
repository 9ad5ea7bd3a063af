/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How an event set is counted on this machine: which events can be, in which groups, and why the others can't. */
#ifndef HINTBENCH_METER_EVENT_GROUPS_H
#define HINTBENCH_METER_EVENT_GROUPS_H

#include <linux/perf_event.h>

#include "lib/base/error.h"
#include "lib/meter/counters.h"
#include "lib/meter/event_set.h"

#define EVENT_CODE_BYTES 160

/* One event of the set. */
struct grouped_event {
	char code[EVENT_CODE_BYTES]; /* what libpfm4 was asked for, with its PMU */
	struct perf_event_attr attr;
	int group;          /* -1: it can't be counted here */
	struct error error; /* then */
};

/*
 * A group is counted in a pass of its own: counters are never shared out in turns, and what the kernel does
 * for one of its own events (a tracepoint costs instructions) is not counted by the processor's.
 */
struct event_groups {
	const struct event_set *set; /* borrowed */
	struct grouped_event events[EVENTS_MAX];
	int group_count;
};

/*
 * Looks every event up and tries it: opens it, and finds out by trial how many the processor counts at the same time.
 * Returns 0, also where nothing can be counted; -EINVAL with `error` where libpfm4 has the PMU but no such event.
 */
int event_groups_make(struct event_groups *groups, const struct event_set *set, struct error *error);

/*
 * Opens the group's counters for the calling thread, switched off; the n-th is the group's n-th event in the
 * order of the set. Returns 0, or -errno with `error`.
 */
int event_groups_open(const struct event_groups *groups, int group, struct counters *counters,
                      struct error *error);

/* Whether everything that the metric is worked out of is counted. Returns 0, or -ENODATA with `error`. */
int event_groups_metric(const struct event_groups *groups, const struct event_metric *metric,
                        struct error *error);

#endif
