/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timed loop. */
#ifndef HINTBENCH_METER_TOUCH_H
#define HINTBENCH_METER_TOUCH_H

#include <stddef.h>
#include <stdint.h>

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

/* Where the code of the timed loop lies in this program: from `start` to before `end`. */
void touch_code(const void **start, const void **end);

#endif
