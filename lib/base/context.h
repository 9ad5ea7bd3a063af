/* SPDX-License-Identifier: GPL-2.0-or-later */
/* On what a run was made: kernel, machine, clock, settings, suite. */
#ifndef HINTBENCH_BASE_CONTEXT_H
#define HINTBENCH_BASE_CONTEXT_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/base/clock_unit.h"
#include "lib/base/processor.h"
#include "lib/base/topology.h"

/*
 * The `context` object of results/schema.json. `kernel_name` may be NULL; `config` says what was asked to
 * run. A new reference, NULL where memory ran out.
 */
json_t *context_json(const struct topology *topology, const struct processor *processor,
                     enum clock_unit clock, const char *kernel_name, const char *config);

/*
 * Whether a run of the same kernel and program gives the same bytes: the clock counts instructions, and no
 * device is attached that completes on the host's time. `device` (may be NULL) gets the name of one that is.
 */
bool context_exact(enum clock_unit clock, char *device, size_t device_bytes);

#endif
