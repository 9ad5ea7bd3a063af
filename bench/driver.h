/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs cases: a process for each pass, with a time limit; makes the record of each. */
#ifndef HINTBENCH_DRIVER_H
#define HINTBENCH_DRIVER_H

#include <jansson.h>
#include <stdbool.h>

#include "bench/bench.h"
#include "lib/cpu.h"
#include "lib/topology.h"

struct driver {
	struct topology topology;
	struct cpu_info cpu;
	const struct event_plan *events; /* what to count beside, in passes of its own; NULL: nothing */
	double time_limit_sec;           /* of one pass, in the machine's own time */
	bool (*interrupted)(void);       /* NULL, or tells that the run should end */
};

/* Learns what the machine is, and the default time limit. Returns 0, or -errno with `why`. */
int driver_open(struct driver *driver, struct reason *why);
void driver_close(struct driver *driver);

/* Whether the case can run on this kernel and machine, as far as that shows beforehand: 0, or -errno with
 * `why`. */
int driver_available(const struct driver *driver, const struct bench_case *c, struct reason *why);

/*
 * Runs a case with `units` units (0: as many as its kind of page has) and returns its record as
 * results/schema.json describes it: a new reference. NULL where the run was interrupted meanwhile, or where
 * memory ran out. The settings' journal must be open; settings that the case changed are put back.
 */
json_t *driver_run(const struct driver *driver, const struct bench_case *c, size_t units);

#endif
