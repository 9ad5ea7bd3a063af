/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters of /proc/vmstat. They are of the whole machine: foreign pages can be among them. */
#ifndef HINTBENCH_METER_VMSTAT_H
#define HINTBENCH_METER_VMSTAT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"

enum vmstat_item {
	NUMA_PTE_UPDATES,      /* 4K pages armed, 512 a PMD */
	NUMA_HUGE_PTE_UPDATES, /* PMDs changed; plain mprotect of a THP counts as well */
	NUMA_HINT_FAULTS,
	NUMA_HINT_FAULTS_LOCAL,
	NUMA_PAGES_MIGRATED, /* base pages */
	PGMIGRATE_SUCCESS,
	PGMIGRATE_FAIL,
	PGREUSE, /* write-protect faults resolved by reuse, in PTEs only */
	PSWPIN,
	PSWPOUT,
	VMSTAT_ITEMS,
};

struct vmstat {
	bool present[VMSTAT_ITEMS]; /* whether this kernel has the counter */
	uint64_t count[VMSTAT_ITEMS];
};

/* The name of a counter as /proc/vmstat has it. */
const char *vmstat_name(enum vmstat_item item);

/* Reads the counters. Returns 0, or -errno with `error`. */
int vmstat_read(struct vmstat *vmstat, struct error *error);

#endif
