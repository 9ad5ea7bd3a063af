/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of events as libpfm4 knows them, "arm_n1::INST_RETIRED:u", and what they mean to perf_event_open(). */
#ifndef HINTBENCH_METER_EVENT_NAME_H
#define HINTBENCH_METER_EVENT_NAME_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"

enum pmu_state {
	PMU_UNKNOWN, /* this build of libpfm4 has no table of that name */
	PMU_ABSENT,  /* it has, but this machine's processor is another */
	PMU_PRESENT,
};

/*
 * What libpfm4 says of the PMU `name` ("perf", "arm_n1", "icx"). It goes by the processor's model: a guest's
 * processor may have its model and yet no counters.
 */
enum pmu_state event_name_pmu(const char *name);

/* The names of the PMUs in this machine that count what one thread does, with commas; "" where there is none. */
void event_name_pmus_here(char *text, size_t bytes);

/*
 * Turns "PMU::EVENT[:UMASK…][:u|:k]" into what perf_event_open() takes, with modifiers as exclude bits.
 * Returns 0, or with `error`
 *   -EINVAL  libpfm4 has the PMU, but no such event, unit mask or modifier; `error` has the nearest names
 *   -ENOENT  a tracepoint that this kernel doesn't have, or that can't be looked up without tracefs
 *   -ENODEV  libpfm4 has no such PMU
 */
int event_name_encode(const char *name, struct perf_event_attr *attr, struct error *error);

#endif
