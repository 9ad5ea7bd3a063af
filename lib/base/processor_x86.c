/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifdef __x86_64__
#include "lib/base/processor.h"

#include <cpuid.h>
#include <string.h>

/* CPUID leaf 0x40000000, where bit 31 of leaf 1's ECX says that there is one. */
static void get_hypervisor(struct processor *processor)
{
	unsigned int a, b, c, d;
	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 31))
		return;
	__cpuid(0x40000000, a, b, c, d);
	memcpy(processor->hypervisor, &b, 4);
	memcpy(processor->hypervisor + 4, &c, 4);
	memcpy(processor->hypervisor + 8, &d, 4);
}

static void get_model(struct processor *processor)
{
	unsigned int words[4];
	for (unsigned int leaf = 0; leaf < 3; leaf++) {
		if (!__get_cpuid(0x80000002 + leaf, &words[0], &words[1], &words[2], &words[3]))
			return;
		memcpy(processor->model + leaf * sizeof(words), words, sizeof(words));
	}
}

void processor_identify(struct processor *processor)
{
	*processor = (struct processor){0};
	unsigned int a, b, c, d;
	get_hypervisor(processor);
	get_model(processor);
	processor->steady_ticks = __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & 1u << 8);
	processor->emulated = strcmp(processor->hypervisor, "TCGTCGTCGTCG") == 0;
}
#endif
