/* SPDX-License-Identifier: GPL-2.0-or-later */
/* x86-64. To be included by lib/meter/clock.h only. */
#ifndef HINTBENCH_METER_CLOCK_X86_H
#define HINTBENCH_METER_CLOCK_X86_H

#include <stdint.h>

/*
 * The time-stamp counter, ordered against everything before and after: the first lfence waits for earlier
 * loads, the second keeps later ones from starting early (Intel SDM vol. 2B, RDTSC). A faulting access
 * between two reads is always inside: the second read can't retire before the access has.
 */
static inline uint64_t clock_ticks(void)
{
	uint32_t low, high;
	__asm__ volatile("lfence\n\trdtsc\n\tlfence" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

#endif
