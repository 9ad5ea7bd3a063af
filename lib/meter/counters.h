/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A group of perf_event counters of the calling thread, that are switched on and off together. */
#ifndef HINTBENCH_METER_COUNTERS_H
#define HINTBENCH_METER_COUNTERS_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"

#define COUNTERS_MAX 48

struct counters {
	int fd[COUNTERS_MAX]; /* the first leads the group */
	size_t count;
};

/* What was counted while the group was switched on. */
struct counters_seen {
	uint64_t enabled_ns; /* while it was switched on */
	uint64_t running_ns; /* and on the processor's counters: less where others took them in turn */
	uint64_t counts[COUNTERS_MAX];
};

/*
 * Adds a counter to the group, which must be off. Returns 0, or -errno with `error`, which says what to do: no
 * rights, no PMU, or (-EINVAL, in a group that has others) not together with those.
 */
int counters_add(struct counters *counters, const struct perf_event_attr *attr, struct error *error);

/* Switch on and off; counts add up. With an empty group: nothing. */
void counters_start(struct counters *counters);
void counters_stop(struct counters *counters);

/* Reads what was counted since counters_add(). Returns 0, or -errno with `error`. */
int counters_read(const struct counters *counters, struct counters_seen *seen, struct error *error);

/* Closes the last counter, or all of them. */
void counters_drop_last(struct counters *counters);
void counters_close(struct counters *counters);

/* Whether the event is counted by the processor, not by the kernel (software events and tracepoints). */
bool counters_of_hardware(const struct perf_event_attr *attr);

#endif
