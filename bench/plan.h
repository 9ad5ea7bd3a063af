/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cases to run: words as on the command line, or the jobs of a file. */
#ifndef HINTBENCH_BENCH_PLAN_H
#define HINTBENCH_BENCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/cases.h"
#include "bench/job_file.h"

/* A case that is to run. */
struct planned {
	const struct bench_case *c;
	size_t units; /* 0: as many as its kind of page has */
};

struct plan {
	struct planned *items;
	size_t count;
};

/*
 * Plans the cases of `all` that `words` choose (lib/analysis/selection.h); units=N among them sets their size. With a
 * `config` (may be NULL) only cases of one of its jobs are planned, each as its first job says. The `overhead` cases
 * are always planned, first: every result says what measuring costs. plan_free() frees it. Returns 0, or -EINVAL with
 * `error`: an unknown case, key or value, or nothing left.
 */
int plan_make(struct plan *plan, const struct case_list *all, char *const *words, size_t word_count,
              const struct job_file *config, struct error *error);

/* Puts the plan's items into an order that `seed` decides: cases don't depend on those before them. */
void plan_shuffle(struct plan *plan, unsigned long seed);

void plan_free(struct plan *plan);

#endif
