/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must not matter to a figure, changed on purpose: which memory was used before, where the stack lies, when in a
 * tick of the timer a case begins. A seed decides all of it, so the same seed does the same; 0 changes nothing. A figure
 * that moves with the seed has that much noise of its own.
 */
#ifndef HINTBENCH_BENCH_PERTURB_H
#define HINTBENCH_BENCH_PERTURB_H

#include <stdint.h>

#include "bench/pass.h"

#define PERTURB_SEED_MAX UINT32_MAX

/* Before the first case: memory is used and given back. */
void perturb_run(uint64_t seed);

/* pass_run() in a process that was perturbed; each pass of each case is in its own way, whatever ran before it. */
int perturb_pass_run(uint64_t seed, struct pass *pass, const struct topology *topology, size_t units,
                     struct error *error);

#endif
