/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters of /proc/vmstat. They are of the whole machine: foreign pages can be among them. */
#ifndef HINTBENCH_METER_VMSTAT_H
#define HINTBENCH_METER_VMSTAT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"

/* All counters at one time, as the kernel wrote them; to be asked by name. */
struct vmstat {
	char text[16384];
};

/* Reads the counters. Returns 0, or -errno with `error`. */
int vmstat_read(struct vmstat *vmstat, struct error *error);

/* The counter of that name ("numa_pte_updates"); false where this kernel does not have it, and `count` is 0. */
bool vmstat_count(const struct vmstat *vmstat, const char *name, uint64_t *count);

/* By how much the counter grew between two readings; 0 where this kernel does not have it. */
uint64_t vmstat_growth(const struct vmstat *before, const struct vmstat *after, const char *name);

#endif
