/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clock that touches are timed with. What differs between architectures is in clock_x86.[ch] and clock_arm64.[ch]:
 * another one has clock_ticks() in its header and clock_loops in its file.
 */
#ifndef HINTBENCH_METER_CLOCK_H
#define HINTBENCH_METER_CLOCK_H

#include <stdint.h>

#include "lib/base/clock_unit.h"
#include "lib/base/processor.h"

#if defined(__x86_64__)
#include "lib/meter/clock_x86.h"
#elif defined(__aarch64__)
#include "lib/meter/clock_arm64.h"
#else
#error "hintbench knows x86-64 and arm64; lib/meter/clock.h says what another processor needs"
#endif

/* What a tick of clock_ticks() is. */
struct clock {
	enum clock_unit unit;
	double ns_per_tick; /* CLOCK_NS only */
};

/*
 * Measures the clock: whether loops of known lengths advance it by exactly one tick an instruction, and otherwise its
 * rate against CLOCK_MONOTONIC_RAW (takes about 20 ms).
 */
void clock_measure(struct clock *clock, const struct processor *processor);

/*
 * Spins until something interrupted the caller, or for ten million ticks. Only where the clock counts instructions:
 * there two reads in a row that lie far apart have an interrupt between them.
 */
void clock_wait_for_interrupt(void);

/* A loop of a known number of instructions a turn; `ticks` is how long so many turns took. */
struct clock_loop {
	uint64_t (*ticks)(uint64_t turns);
	unsigned int turn_instructions;
};

/*
 * From the architecture's file: two loops, of which the second waits for its own results, so that no real processor
 * does both at one instruction a tick.
 */
#define CLOCK_LOOPS 2
extern const struct clock_loop clock_loops[CLOCK_LOOPS];

#endif
