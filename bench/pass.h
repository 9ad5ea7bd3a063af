/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One pass of a case, in the process that the runner forked for it. */
#ifndef HINTBENCH_BENCH_PASS_H
#define HINTBENCH_BENCH_PASS_H

#include "bench/bench.h"
#include "lib/base/topology.h"

/*
 * Runs the pass whose case, kind and measurement are set: memory of `units` units (0: the kind's own number), the
 * family's verbs, the accesses. Returns 0, or -errno with `error`; what was measured until then is in the measurement.
 */
int pass_run(struct pass *pass, const struct topology *topology, size_t units, struct error *error);

#endif
