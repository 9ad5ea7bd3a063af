/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timed loop, in a section of its own. */
#ifndef HINTBENCH_METER_TOUCH_H
#define HINTBENCH_METER_TOUCH_H

#include <stddef.h>
#include <stdint.h>

#define TOUCH_SECTION "hintbench_touch"

enum touch_kind {
	TOUCH_READ,
	TOUCH_WRITE,
};

/*
 * Accesses 8 bytes at start, start + stride, … (`count` times) and stores what each access took, in ticks of
 * the processor's clock, into `ticks`, which was written to before. A sample holds the access with all its
 * faults and one read of the clock; the family `overhead` measures what a sample is without any fault.
 */
void touch(char *start, size_t stride_bytes, size_t count, enum touch_kind kind, uint64_t *ticks);

#endif
