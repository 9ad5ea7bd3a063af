/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How an event set is counted on this machine: which events can be, in which groups, and why the others
 * can't. */
#ifndef HINTBENCH_EVENTPLAN_H
#define HINTBENCH_EVENTPLAN_H

#include <jansson.h>
#include <linux/perf_event.h>

#include "lib/counters.h"
#include "lib/eventset.h"
#include "lib/reason.h"

#define EVENT_CODE_BYTES 160

/* One event of the set. */
struct planned_event {
	char code[EVENT_CODE_BYTES]; /* what libpfm4 was asked for, with its PMU */
	struct perf_event_attr attr;
	int group;         /* -1: it can't be counted here */
	struct reason why; /* then */
};

/*
 * A group is counted in a pass of its own: counters are never shared out in turns, and what the kernel does
 * for one of its own events (a tracepoint costs instructions) is not counted by the processor's.
 */
struct event_plan {
	const struct event_set *set; /* borrowed */
	struct planned_event events[EVENTS_MAX];
	int group_count;
};

/*
 * Looks every event up and tries it: opens it, and finds out by trial how many the processor counts at the
 * same time. Returns 0, also where nothing can be counted; -EINVAL with `why` where libpfm4 has the PMU but
 * no such event.
 */
int eventplan_make(struct event_plan *plan, const struct event_set *set, struct reason *why);

/* Opens the group's counters for the calling thread, switched off; the n-th is the group's n-th event in the
 * order of the set. Returns 0, or -errno with `why`. */
int eventplan_open(const struct event_plan *plan, int group, struct counters *counters, struct reason *why);

/* Whether everything that the metric is worked out of is counted. Returns 0, or -ENODATA with `why`. */
int eventplan_metric(const struct event_plan *plan, const struct event_metric *metric, struct reason *why);

/* The `events` object of the context in results/schema.json: the set, and what is counted and missing. A new
 * reference. */
json_t *eventplan_json(const struct event_plan *plan);

#endif
