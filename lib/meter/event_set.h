/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event sets: what the processor and the kernel are to count during the accesses, and what to work out of it.
 * They are data, a file each in configs/events:
 *
 *   [set]
 *   about = what the set is for, in prose
 *   pmu = arm_n1 arm_v1           which processors' events it names, as libpfm4 calls them; absent: any
 *
 *   [events]
 *   kernel_instructions = INST_RETIRED:k        NAME = what libpfm4 calls it
 *   page_faults = perf::PAGE-FAULTS             with `perf::`: the kernel's own events and tracepoints
 *
 *   [metric kernel_instructions_per_fault]
 *   about = prose
 *   formula = (kernel_instructions - kernel_instructions.baseline) / faults
 *   unit = instructions
 *
 * A formula (lib/meter/formula.h) knows each event's NAME, the count over the accesses; NAME.baseline, the count over
 * the same accesses made again, when no fault comes; `units`, `touches` and `faults` (of the counting pass).
 */
#ifndef HINTBENCH_METER_EVENT_SET_H
#define HINTBENCH_METER_EVENT_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"

#define EVENTS_MAX       48
#define EVENT_PMUS_MAX   8
#define EVENT_NAME_BYTES 48

struct event {
	char name[EVENT_NAME_BYTES]; /* small letters, digits, _ */
	char *code;                  /* what libpfm4 calls it, as it stands in the file */
};

struct event_metric {
	char name[EVENT_NAME_BYTES];
	char *about, *formula, *unit;
};

/* Whether a name means something else already, where the set's figures are shown. */
typedef bool event_set_taken(const char *name);

struct event_set {
	char name[64];
	char *about;
	char pmus[EVENT_PMUS_MAX][32];
	size_t pmu_count;
	struct event events[EVENTS_MAX];
	size_t event_count;
	struct event_metric metrics[EVENTS_MAX];
	size_t metric_count;
	event_set_taken *taken; /* while it is read */
};

/*
 * Finds the set `name`: a path, or the name of a file in configs/events without its ending. Returns 0, or
 * -ENOENT with `error`.
 */
int event_set_find(const char *name, char *path, size_t path_bytes, struct error *error);

/*
 * Reads it. No event or metric may have a name that is `taken` (NULL: none is). Returns 0, or -errno with `error`: no
 * such file, or the line or section that makes no sense.
 */
int event_set_load(struct event_set *set, const char *name, event_set_taken *taken, struct error *error);
void event_set_free(struct event_set *set);

/*
 * The index of the event `name`, or -1. `baseline`, where it isn't NULL, tells whether `name` ended in ".baseline"
 * (or in ".again", as files of before call it).
 */
int event_set_index(const struct event_set *set, const char *name, bool *baseline);

/*
 * What libpfm4 calls the event on the PMU `pmu`: with its PMU before it, where the file doesn't say one. A
 * `pmu` of NULL is for sets of any processor.
 */
void event_set_code(const struct event *event, const char *pmu, char *code, size_t bytes);

#endif
