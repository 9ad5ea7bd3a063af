/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Having KSM merge pages. */
#ifndef HINTBENCH_MEMORY_KSM_H
#define HINTBENCH_MEMORY_KSM_H

#include <stddef.h>

#include "lib/base/error.h"

/* Whether the kernel has KSM that can be steered. Returns 0, or -errno with `error`. */
int ksm_available(struct error *error);

/*
 * Has KSM merge the equal base pages of [start, start + bytes), waits until they are, and stops it again.
 * Changes settings. Returns 0, or -errno with `error`: -EAGAIN where it did not merge them all in time.
 */
int ksm_merge(void *start, size_t bytes, struct error *error);

#endif
