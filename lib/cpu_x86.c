/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifdef __x86_64__
#include <cpuid.h>
#include <string.h>

#include "lib/cpu.h"

static uint64_t ticks_of_add_loop(uint64_t turns)
{
	uint64_t start = cpu_ticks();
	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(turns) : : "cc");
	return cpu_ticks() - start;
}

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

const struct cpu_loop cpu_loops[CPU_LOOPS] = {{ticks_of_add_loop, 2}, {ticks_of_multiply_loop, 4}};

/* CPUID leaf 0x40000000, where bit 31 of leaf 1's ECX says that there is one. */
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

void cpu_identify(struct cpu_info *info)
{
	unsigned int a, b, c, d;
	get_hypervisor(info);
	get_model(info);
	info->steady_ticks = __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & 1u << 8);
	info->emulated = strcmp(info->hypervisor, "TCGTCGTCGTCG") == 0;
}
#endif
