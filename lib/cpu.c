/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/cpu.h"

#include <cpuid.h>
#include <string.h>
#include <time.h>

/* `turns` times two instructions. */
static uint64_t ticks_of_add_loop(uint64_t turns)
{
	uint64_t start = cpu_ticks();
	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(turns) : : "cc");
	return cpu_ticks() - start;
}

/* `turns` times four instructions, of which each waits for the one before: no real processor does one a tick
 * of both. */
static uint64_t ticks_of_multiply_loop(uint64_t turns)
{
	uint64_t product = 3;
	uint64_t start = cpu_ticks();
	__asm__ volatile("1: imul %1, %1\n\timul %1, %1\n\tdec %0\n\tjnz 1b"
	                 : "+r"(turns), "+r"(product)
	                 :
	                 : "cc");
	return cpu_ticks() - start;
}

/* The least of several tries: those in which no interrupt came are equal where the clock counts instructions.
 */
static uint64_t least_ticks(uint64_t (*loop)(uint64_t), uint64_t turns)
{
	uint64_t least = UINT64_MAX;
	for (int i = 0; i < 9; i++) {
		uint64_t ticks = loop(turns);
		if (ticks < least)
			least = ticks;
	}
	return least;
}

static bool counts_instructions(void)
{
	static const uint64_t turns[] = {1000, 1777, 5000};
	uint64_t add = least_ticks(ticks_of_add_loop, 100);
	uint64_t multiply = least_ticks(ticks_of_multiply_loop, 100);
	for (size_t i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
		if (least_ticks(ticks_of_add_loop, turns[i]) - add != 2 * (turns[i] - 100))
			return false;
		if (least_ticks(ticks_of_multiply_loop, turns[i]) - multiply != 4 * (turns[i] - 100))
			return false;
	}
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
	uint64_t start_ns = raw_ns(), start = cpu_ticks(), now_ns;
	do {
		now_ns = raw_ns();
	} while (now_ns - start_ns < 20000000);
	return (double)(now_ns - start_ns) / (double)(cpu_ticks() - start);
}

static void get_hypervisor(struct cpu_info *info)
{
	unsigned int a, b, c, d;
	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 31))
		return;
	__cpuid(0x40000000, a, b, c, d);
	memcpy(info->hypervisor, &b, 4);
	memcpy(info->hypervisor + 4, &c, 4);
	memcpy(info->hypervisor + 8, &d, 4);
}

static void get_model(struct cpu_info *info)
{
	unsigned int words[4];
	for (unsigned int leaf = 0; leaf < 3; leaf++) {
		if (!__get_cpuid(0x80000002 + leaf, &words[0], &words[1], &words[2], &words[3]))
			return;
		memcpy(info->model + leaf * sizeof(words), words, sizeof(words));
	}
}

void cpu_info_get(struct cpu_info *info)
{
	unsigned int a, b, c, d;
	memset(info, 0, sizeof(*info));
	get_hypervisor(info);
	get_model(info);
	info->steady_ticks = __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & 1u << 8);
	if (counts_instructions()) {
		info->clock = CLOCK_INSTRUCTIONS;
	} else if (strcmp(info->hypervisor, "TCGTCGTCGTCG") == 0) {
		info->clock = CLOCK_NONE;
	} else {
		info->clock = CLOCK_NS;
		info->ns_per_tick = measure_ns_per_tick();
	}
}

const char *cpu_clock_name(enum cpu_clock clock)
{
	static const char *const names[] = {"ns", "instructions", "none"};
	return names[clock];
}
