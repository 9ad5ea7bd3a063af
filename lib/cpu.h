/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between processors: the clock, the error codes of a fault, the sizes of pages. */
#ifndef HINTBENCH_CPU_H
#define HINTBENCH_CPU_H

#include <stdbool.h>
#include <stdint.h>

#ifndef __x86_64__
#error "hintbench knows x86-64 only; lib/cpu.[ch] is where another processor goes"
#endif

#define BASE_PAGE_BYTES 4096UL
#define PMD_BYTES       (2UL << 20)
#define PMD_PAGES       (PMD_BYTES / BASE_PAGE_BYTES)

/* Bits of the error code at exceptions:page_fault_user (Intel SDM vol. 3A, 4.7). */
enum {
	FAULT_PRESENT = 1 << 0,
	FAULT_WRITE = 1 << 1,
	FAULT_USER = 1 << 2,
};

/* The write bit of a raw page-table entry, in PTEs and PMDs alike (Intel SDM vol. 3A, 4.5). */
#define ENTRY_WRITABLE (1UL << 1)

/*
 * The time-stamp counter, ordered against everything before and after: the first lfence waits for earlier
 * loads, the second keeps later ones from starting early (Intel SDM vol. 2B, RDTSC). A faulting access
 * between two reads is always inside: the second read can't retire before the access has.
 */
static inline uint64_t cpu_ticks(void)
{
	uint32_t low, high;
	__asm__ volatile("lfence\n\trdtsc\n\tlfence" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* What a tick of cpu_ticks() is. */
enum cpu_clock {
	CLOCK_NS,           /* real time; ns_per_tick converts */
	CLOCK_INSTRUCTIONS, /* one tick an instruction, exactly: an emulator that counts them */
	CLOCK_NONE,         /* an emulator whose time means nothing */
};

struct cpu_info {
	enum cpu_clock clock;
	double ns_per_tick;  /* CLOCK_NS only */
	char hypervisor[13]; /* CPUID leaf 0x40000000; empty on bare hardware */
	char model[64];
	bool steady_ticks; /* the counter runs at one rate in every power state (CPUID 0x80000007, EDX bit 8)
	                    */
};

/*
 * Asks the processor, and measures its clock: whether loops of known lengths advance it by exactly one tick
 * an instruction, and otherwise its rate against CLOCK_MONOTONIC_RAW (takes about 20 ms).
 */
void cpu_info_get(struct cpu_info *info);

/* "ns", "instructions" or "none", as in the result file. */
const char *cpu_clock_name(enum cpu_clock clock);

#endif
