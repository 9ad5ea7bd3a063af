/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a machine a run may change, as text: a line each, so that two of them can be held against each other. */
#ifndef HINTBENCH_TESTS_SUPPORT_SNAPSHOT_H
#define HINTBENCH_TESTS_SUPPORT_SNAPSHOT_H

#include <stddef.h>
#include <stdio.h>

/*
 * Every setting that can be written and read, of the kernel, its memory, its scheduler, the nodes and zram; swap, mounts, cgroups,
 * probes, loop devices that are in use; and the files in folders that a run could leave some in. To be freed.
 */
char *snapshot_take(void);

/* Prints the lines that only one of them has. Returns how many. */
size_t snapshot_differences(const char *before, const char *after, FILE *out);

#endif
