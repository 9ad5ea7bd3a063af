/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between processors: the clock, the write bit of an entry, how an emulator is known. The file
 * of each processor is chosen here; how its faults are told apart is in lib/fault_event.h. Another processor
 * is a cpu_*.h with cpu_ticks() and ENTRY_WRITABLE, and a cpu_*.c with the rest that is declared below.
 */
#ifndef HINTBENCH_CPU_H
#define HINTBENCH_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/pagesize.h"

#if defined(__x86_64__)
#include "lib/cpu_x86.h"
#elif defined(__aarch64__)
#include "lib/cpu_arm64.h"
#else
#error "hintbench knows x86-64 and arm64; lib/cpu.h says what another processor needs"
#endif

/* What a tick of cpu_ticks() is. */
enum cpu_clock {
	CLOCK_NS,           /* real time; ns_per_tick converts */
	CLOCK_INSTRUCTIONS, /* one tick an instruction, exactly: an emulator that counts them */
	CLOCK_NONE,         /* an emulator whose time means nothing */
};

struct cpu_info {
	enum cpu_clock clock;
	double ns_per_tick;  /* CLOCK_NS only */
	char hypervisor[13]; /* as it names itself; empty on bare hardware, and where it can't be told */
	char model[64];
	bool steady_ticks; /* the counter runs at one rate in every power state */
	bool emulated; /* the processor is a program: its time means nothing, unless it counts instructions */
};

/*
 * Asks the processor, and measures its clock: whether loops of known lengths advance it by exactly one tick
 * an instruction, and otherwise its rate against CLOCK_MONOTONIC_RAW (takes about 20 ms).
 */
void cpu_info_get(struct cpu_info *info);

/* "ns", "instructions" or "none", as in the result file. */
const char *cpu_clock_name(enum cpu_clock clock);

/*
 * Spins until something interrupted the caller, or for ten million ticks. Only where the clock counts
 * instructions: there two reads in a row that lie far apart have an interrupt between them.
 */
void cpu_wait_for_interrupt(void);

/* A loop of a known number of instructions a turn; `ticks` is how long so many turns took. */
struct cpu_loop {
	uint64_t (*ticks)(uint64_t turns);
	unsigned int turn_instructions;
};

/*
 * From the processor's file: two loops, of which the second waits for its own results, so that no real
 * processor does both at one instruction a tick.
 */
#define CPU_LOOPS 2
extern const struct cpu_loop cpu_loops[CPU_LOOPS];

/* From the processor's file: fills in everything but the clock. */
void cpu_identify(struct cpu_info *info);

#endif
