/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs cases: a process for each pass, with a time limit; makes the record of each. */
#ifndef HINTBENCH_BENCH_RUNNER_H
#define HINTBENCH_BENCH_RUNNER_H

#include <stdbool.h>

#include "bench/bench.h"
#include "lib/analysis/record.h"
#include "lib/base/arena.h"
#include "lib/base/topology.h"
#include "lib/meter/clock.h"

struct runner {
	struct topology topology;
	struct processor processor;
	struct clock clock;
	int faults_err; /* 0, or why faults can't be told apart here; looking takes the kernel tens of milliseconds */
	struct error faults_error;
	const struct event_groups *events; /* what to count beside, in passes of its own; NULL: nothing */
	double time_limit_sec;             /* of one pass, in the machine's own time */
	bool (*interrupted)(void);         /* NULL, or tells that the run should end */
	uint64_t seed;                     /* of bench/perturb.h */
};

/* Learns what the machine is, and the default time limit. Returns 0, or -errno with `error`. */
int runner_open(struct runner *runner, struct error *error);
void runner_close(struct runner *runner);

/*
 * Whether the case can run on this kernel and machine, as far as that shows beforehand: 0, or -errno with
 * `error`.
 */
int runner_available(const struct runner *runner, const struct bench_case *c, struct error *error);

/*
 * Runs a case with `units` units (0: as many as its kind of page has) and returns its record, in memory of `arena`.
 * NULL where the run was interrupted meanwhile, or where memory ran out. The settings' journal must be open; settings
 * that the case changed are put back.
 */
const struct record *runner_run(const struct runner *runner, const struct bench_case *c, size_t units,
                                struct arena *arena);

#endif
