/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All cases that exist, and choosing among them. */
#ifndef HINTBENCH_BENCH_CASES_H
#define HINTBENCH_BENCH_CASES_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/bench.h"
#include "lib/base/error.h"

struct case_list {
	struct bench_case *items;
	size_t count;
};

/* Every case of every family, in a fixed order. Returns 0 or -ENOMEM. */
int cases_all(struct case_list *all);
void cases_free(struct case_list *list);

/*
 * Whether `name` fits `pattern`: a glob over the whole name (fnmatch), or the first parts of it ("hint",
 * "hint/map=anon").
 */
bool case_fits(const char *name, const char *pattern);

/*
 * Checks that a pattern fits a case, or that a key and each of its values (parted by commas) exist on an
 * axis. Returns 0, or -EINVAL with `error`, which names what there is.
 */
int cases_check_pattern(const struct case_list *all, const char *pattern, struct error *error);
int cases_check_axis(const char *key, const char *values, struct error *error);

/* The value that a case has on the axis `key`, or NULL where its family doesn't have that axis. */
const char *case_value(const struct bench_case *c, const char *key);

#endif
