/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What processor this is. A file for each architecture: processor_*.c. */
#ifndef HINTBENCH_BASE_PROCESSOR_H
#define HINTBENCH_BASE_PROCESSOR_H

#include <stdbool.h>

struct processor {
	char hypervisor[13]; /* as it names itself; empty on bare hardware, and where it can't be told */
	char model[64];
	bool steady_ticks; /* its counter of time runs at one rate in every power state */
	bool emulated;     /* it is a program: its time means nothing, unless it counts instructions */
};

/* Asks the processor, and on arm64 the kernel's description of the machine. */
void processor_identify(struct processor *processor);

#endif
