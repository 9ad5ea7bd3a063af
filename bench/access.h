/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The accesses of a pass, by its touchers: each has its meters on from right before to right after. */
#ifndef HINTBENCH_BENCH_ACCESS_H
#define HINTBENCH_BENCH_ACCESS_H

#include "bench/bench.h"

/* Opens the counters of the events pass, switched off. Returns 0, or -errno with `error`. */
int access_open_counters(struct pass *pass, struct error *error);

/*
 * Accesses all of the region as the case wants it: reads, where it reads first, then writes. The ticks are in the
 * pass's measurement afterwards; so are the faults of a counting pass. Returns 0, or -errno with `error`.
 */
int access_memory(struct pass *pass, struct error *error);

/*
 * At the end of an events pass: puts what was counted into the measurement, and what the same accesses cost again, now
 * that all that could fault has: the loop and the switching of the counters. Returns 0, or -errno with `error`.
 */
int access_baseline(struct pass *pass, struct error *error);

#endif
