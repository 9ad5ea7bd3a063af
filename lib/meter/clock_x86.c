/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifdef __x86_64__
#include "lib/meter/clock.h"

static uint64_t ticks_of_add_loop(uint64_t turns)
{
	uint64_t start = clock_ticks();
	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(turns) : : "cc");
	return clock_ticks() - start;
}

static uint64_t ticks_of_multiply_loop(uint64_t turns)
{
	uint64_t product = 3;
	uint64_t start = clock_ticks();
	__asm__ volatile("1: imul %1, %1\n\timul %1, %1\n\tdec %0\n\tjnz 1b"
	                 : "+r"(turns), "+r"(product)
	                 :
	                 : "cc");
	return clock_ticks() - start;
}

const struct clock_loop clock_loops[CLOCK_LOOPS] = {{ticks_of_add_loop, 2}, {ticks_of_multiply_loop, 4}};
#endif
