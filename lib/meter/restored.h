/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a migration left in the entries: the tracepoints migrate:remove_migration_pte and
 * thp:remove_migration_pmd tell the raw entry that was restored, on kernels that have them.
 */
#ifndef HINTBENCH_METER_RESTORED_H
#define HINTBENCH_METER_RESTORED_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"

#define RESTORED_LEVELS 2 /* PTEs and PMDs */

struct restored {
	int all[RESTORED_LEVELS]; /* -1 where the kernel lacks the tracepoint */
	int writable[RESTORED_LEVELS];
};

/*
 * Starts to count the entries of [start, start + bytes) that the calling thread restores. A kernel without
 * the tracepoints isn't an error. Returns 0, or -errno with `error`.
 */
int restored_start(struct restored *restored, const void *start, size_t bytes, struct error *error);

/*
 * Stops and closes the counters: `entries` and `writable` get how many entries were restored, and with the
 * write bit. Returns 0, -ENOENT where the kernel doesn't tell, or another -errno with `error`.
 */
int restored_stop(struct restored *restored, uint64_t *entries, uint64_t *writable, struct error *error);

#endif
