/* SPDX-License-Identifier: GPL-2.0-or-later */
/* On which nodes a case's memory is, and on which processors its touchers run. */
#ifndef HINTBENCH_BENCH_PLACES_H
#define HINTBENCH_BENCH_PLACES_H

#include "bench/bench.h"
#include "lib/base/topology.h"

/*
 * Chooses the nodes, and a processor for each toucher into `cpus`, which has room for TOUCHERS_MAX. Returns 0, or
 * -ENODEV with `error` where the machine has too few of them.
 */
int places_choose(const struct bench_case *c, const struct topology *topology, struct case_nodes *nodes,
                  int *cpus, struct error *error);

#endif
