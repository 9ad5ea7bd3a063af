/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Swapping a range out to a zram device, and bringing it back. */
#ifndef HINTBENCH_MEMORY_SWAP_H
#define HINTBENCH_MEMORY_SWAP_H

#include <stddef.h>

#include "lib/base/error.h"

#define SWAP_PATH_BYTES 64

/* Whether there is zram to swap to. Returns 0, or -errno with `error`. */
int swap_available(struct error *error);

/*
 * Makes an idle zram device a swap area of the highest priority; `path` gets its name. It is taken down when
 * settings are put back. Returns 0, or -errno with `error`.
 */
int swap_start(char path[SWAP_PATH_BYTES], struct error *error);

/* Swaps a range out (MADV_PAGEOUT). Returns 0, or -errno with `error`: -EAGAIN where pages stayed. */
int swap_out(void *start, size_t bytes, struct error *error);

/* Brings back what is on the swap area at `path`, by swapoff. Returns 0, or -errno with `error`. */
int swap_stop(const char *path, struct error *error);

#endif
