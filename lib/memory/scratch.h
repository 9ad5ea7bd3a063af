/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files to map, on a filesystem of a wanted type. */
#ifndef HINTBENCH_MEMORY_SCRATCH_H
#define HINTBENCH_MEMORY_SCRATCH_H

#include <stddef.h>

#include "lib/base/error.h"

enum filesystem {
	FILESYSTEM_EXT4,
	FILESYSTEM_XFS,
};

/*
 * Whether a folder on such a filesystem can be written: one of $HINTBENCH_SCRATCH (parted by colons),
 * /var/tmp, or the current folder. Returns 0, or -errno with `error`.
 */
int scratch_available(enum filesystem filesystem, struct error *error);

/* Opens a nameless file of `bytes` there: it is gone when it is closed. Returns a file descriptor, or -errno. */
int scratch_open(enum filesystem filesystem, size_t bytes, struct error *error);

#endif
