/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arm64. To be included by lib/cpu.h only. */
#ifndef HINTBENCH_CPU_ARM64_H
#define HINTBENCH_CPU_ARM64_H

#include <stdint.h>

/*
 * The write bit of a raw page-table entry, in PTEs and PMDs alike: PTE_WRITE is the architecture's dirty bit
 * modifier (arch/arm64/include/asm/pgtable-prot.h). An entry may have it and be read-only yet: writable, but
 * clean; where the processor does not manage the dirty bit, its first write is a fault.
 */
#define ENTRY_WRITABLE (1UL << 51)

/*
 * The virtual counter of the generic timer. An isb before keeps it from being read early, and one after keeps
 * what follows from starting before it (Arm ARM, D12.1.2, "Self-synchronized view"). What an access did is
 * done before the second isb: it can't retire before an exception of the access was taken.
 */
static inline uint64_t cpu_ticks(void)
{
	uint64_t ticks;
	__asm__ volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(ticks) : : "memory");
	return ticks;
}

#endif
