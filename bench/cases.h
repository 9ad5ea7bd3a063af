/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All cases that exist. */
#ifndef HINTBENCH_BENCH_CASES_H
#define HINTBENCH_BENCH_CASES_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/bench.h"
#include "lib/base/error.h"

struct case_list {
	struct bench_case *items;
	struct selectable *selectables; /* the same, as lib/analysis/selection.h chooses among them */
	size_t count;
};

/* Every case of every family, in a fixed order. Returns 0 or -ENOMEM. */
int cases_all(struct case_list *all);
void cases_free(struct case_list *list);

#endif
