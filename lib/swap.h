/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Swapping a range out to a zram device, and bringing it back. */
#ifndef HINTBENCH_SWAP_H
#define HINTBENCH_SWAP_H

#include <stddef.h>

#include "lib/reason.h"

#define SWAP_PATH_BYTES 64

/* Whether there is zram to swap to. Returns 0, or -errno with `why`. */
int swap_available(struct reason *why);

/*
 * Makes an idle zram device a swap area of the highest priority; `path` gets its name. It is taken down when
 * settings are put back. Returns 0, or -errno with `why`.
 */
int swap_start(char path[SWAP_PATH_BYTES], struct reason *why);

/* Swaps a range out (MADV_PAGEOUT). Returns 0, or -errno with `why`: -EAGAIN where pages stayed. */
int swap_out(void *start, size_t bytes, struct reason *why);

/* Brings back what is on the swap area at `path`, by swapoff. Returns 0, or -errno with `why`. */
int swap_stop(const char *path, struct reason *why);

#endif
