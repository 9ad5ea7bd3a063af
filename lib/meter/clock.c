/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/meter/clock.h"

#include <time.h>

/* The least of several tries: those in which no interrupt came are equal where the clock counts instructions. */
static uint64_t least_ticks(const struct clock_loop *loop, uint64_t turns)
{
	uint64_t least = UINT64_MAX;
	for (int i = 0; i < 9; i++) {
		uint64_t ticks = loop->ticks(turns);
		if (ticks < least)
			least = ticks;
	}
	return least;
}

static bool counts_instructions(void)
{
	static const uint64_t turns[] = {1000, 1777, 5000};
	uint64_t few[CLOCK_LOOPS];
	for (size_t loop = 0; loop < CLOCK_LOOPS; loop++)
		few[loop] = least_ticks(&clock_loops[loop], 100);
	for (size_t i = 0; i < sizeof(turns) / sizeof(turns[0]); i++)
		for (size_t loop = 0; loop < CLOCK_LOOPS; loop++)
			if (least_ticks(&clock_loops[loop], turns[i]) - few[loop] !=
			    clock_loops[loop].turn_instructions * (turns[i] - 100))
				return false;
	return true;
}

static uint64_t raw_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static double measure_ns_per_tick(void)
{
	uint64_t start_ns = raw_ns(), start = clock_ticks(), now_ns;
	do {
		now_ns = raw_ns();
	} while (now_ns - start_ns < 20000000);
	return (double)(now_ns - start_ns) / (double)(clock_ticks() - start);
}

void clock_measure(struct clock *clock, const struct processor *processor)
{
	*clock = (struct clock){.unit = CLOCK_NS};
	if (counts_instructions())
		clock->unit = CLOCK_INSTRUCTIONS;
	else if (processor->emulated)
		clock->unit = CLOCK_NONE;
	else
		clock->ns_per_tick = measure_ns_per_tick();
}

void clock_wait_for_interrupt(void)
{
	enum { LONG_GAP_TICKS = 100, LIMIT_TICKS = 10000000 };
	uint64_t start = clock_ticks(), last = start, now = start;
	while (now - last < LONG_GAP_TICKS && now - start < LIMIT_TICKS) {
		last = now;
		now = clock_ticks();
	}
}
