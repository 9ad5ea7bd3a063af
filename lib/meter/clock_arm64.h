/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arm64. To be included by lib/meter/clock.h only. */
#ifndef HINTBENCH_METER_CLOCK_ARM64_H
#define HINTBENCH_METER_CLOCK_ARM64_H

#include <stdint.h>

/*
 * The virtual counter of the generic timer. An isb before keeps it from being read early, and one after keeps
 * what follows from starting before it (Arm ARM, D12.1.2, "Self-synchronized view"). What an access did is
 * done before the second isb: it can't retire before an exception of the access was taken.
 */
static inline uint64_t clock_ticks(void)
{
	uint64_t ticks;
	__asm__ volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(ticks) : : "memory");
	return ticks;
}

#endif
