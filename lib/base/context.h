/* SPDX-License-Identifier: GPL-2.0-or-later */
/* On what a run was made: kernel, machine, clock, settings, suite. */
#ifndef HINTBENCH_BASE_CONTEXT_H
#define HINTBENCH_BASE_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/clock_unit.h"
#include "lib/base/processor.h"
#include "lib/base/topology.h"

struct context_kernel {
	const char *name; /* what the person who ran it calls this kernel; NULL: nothing */
	const char *release, *version, *cmdline;
	const char *config_sha256; /* of its configuration as text; NULL where the kernel does not tell it */
};

struct context_machine {
	const char *cpu;             /* the processor's name */
	int cpus, nodes;             /* at least 1 each */
	const int64_t *distances;    /* nodes * nodes, a row a node; NULL where a result does not tell them */
	const int64_t *memory_bytes; /* a value a node; NULL likewise */
	const char *hypervisor;      /* NULL on bare hardware */
};

/* A kernel setting: the path of its file and what stood in it. */
struct context_setting {
	const char *path, *value;
};

struct context {
	struct context_kernel kernel;
	struct context_machine machine;
	enum clock_unit clock;
	bool exact; /* a run of the same kernel, program and config gives the same bytes */
	const char *boot_id;
	uint64_t seed; /* what perturbed the boot; 0: nothing did */
	const struct context_setting *settings;
	size_t setting_count;
	const char *suite_version, *suite_config;
	const char *program_sha256; /* of the program that measured; NULL where a result does not tell it */
};

/*
 * Tells what is the case here, in memory of `arena`. `kernel_name` may be NULL; `config` says what was asked to run.
 */
void context_get(struct context *context, struct arena *arena, const struct topology *topology,
                 const struct processor *processor, enum clock_unit clock, const char *kernel_name,
                 const char *config);

/*
 * Whether a run of the same kernel and program gives the same bytes: the clock counts instructions, and no device is
 * attached that completes on the host's time. `device` (may be NULL) gets the name of one that is.
 */
bool context_exact(enum clock_unit clock, char *device, size_t device_bytes);

#endif
