/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/meter/touch.h"

#include "lib/meter/clock.h"

/* So that a profile can tell the loop's clock reads from others. */
#define LOOP_SECTION __attribute__((section(TOUCH_SECTION)))

/* Two loops instead of one with a branch: nothing but the access stands between the two clock reads. */
static void LOOP_SECTION touch_read(char *at, size_t stride_bytes, size_t count, uint64_t *ticks)
{
	for (size_t i = 0; i < count; i++, at += stride_bytes) {
		uint64_t start = clock_ticks();
		(void)*(volatile uint64_t *)at;
		ticks[i] = clock_ticks() - start;
	}
}

static void LOOP_SECTION touch_write(char *at, size_t stride_bytes, size_t count, uint64_t *ticks)
{
	for (size_t i = 0; i < count; i++, at += stride_bytes) {
		uint64_t start = clock_ticks();
		*(volatile uint64_t *)at = i;
		ticks[i] = clock_ticks() - start;
	}
}

void LOOP_SECTION touch(char *start, size_t stride_bytes, size_t count, enum touch_kind kind, uint64_t *ticks)
{
	if (kind == TOUCH_READ)
		touch_read(start, stride_bytes, count, ticks);
	else
		touch_write(start, stride_bytes, count, ticks);
}
