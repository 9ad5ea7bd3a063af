/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lab/profile/plugin/profile.c wrote: the instructions of every touch of a guest's timed loop. */
#ifndef HINTBENCH_LAB_PROFILE_PROFILE_H
#define HINTBENCH_LAB_PROFILE_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"

/* How often one instruction was executed in a touch. */
struct profile_line {
	uint64_t address;
	uint64_t count;  /* by the processor that touches */
	uint64_t others; /* by other processors meanwhile: the guest's clock counts them too */
};

/* What a touch did; touches that did the same share one. */
struct profile_shape {
	uint64_t instructions; /* all of the lines together */
	size_t line_count;
	struct profile_line *lines; /* by rising address */
};

struct profile {
	struct profile_shape *shapes;
	size_t shape_count;
	size_t *touches; /* in their order, the number of each one's shape */
	size_t touch_count;
};

/*
 * Reads the plugin's output at `path`; profile_free() frees it. Returns 0, or with `error`: -errno where it
 * can't be read, -EBADMSG where it isn't whole (QEMU was killed), -ENODATA where there was no touch.
 */
int profile_read(struct profile *profile, const char *path, struct error *error);

void profile_free(struct profile *profile);

/* The touches in the middle. Their number may be even: then two, of which each counts half. */
struct profile_median {
	const struct profile_shape *shape[2]; /* twice the same where there is one */
	size_t touches[2];                    /* how many of the touches are of that shape */
	double instructions;                  /* of the median touch */
};

/*
 * Finds the median of touches `first` to before `first + count`. Among those with as many instructions as the
 * median the shape that most of them have is taken, the first of them on a tie. Returns 0, or with `error`:
 * -ENODATA where the profile has no such touches, -ENOMEM.
 */
int profile_find_median(const struct profile *profile, size_t first, size_t count,
                        struct profile_median *median, struct error *error);

#endif
