/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan as a file: a line a case, its units and its name, then zeros up to a length that is always the same. What runs
 * it sees nothing of how the cases were chosen, nor of how long the words were.
 */
#ifndef HINTBENCH_BENCH_PLAN_FILE_H
#define HINTBENCH_BENCH_PLAN_FILE_H

#include "bench/plan.h"

/* Room for every case that there is, with a long name each. */
#define PLAN_FILE_BYTES ((size_t)128 << 10)

/* Returns 0, or -errno with `error`. */
int plan_write(const struct plan *plan, const char *path, struct error *error);

/* Reads what plan_write() wrote, for plan_free(). Returns 0, or -errno with `error`: no such file, or no plan of `all`. */
int plan_read(struct plan *plan, const struct case_list *all, const char *path, struct error *error);

#endif
