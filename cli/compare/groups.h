/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which figures of a comparison stand in tables, and in which. */
#ifndef HINTBENCH_CLI_COMPARE_GROUPS_H
#define HINTBENCH_CLI_COMPARE_GROUPS_H

#include "cli/compare/filter.h"
#include "lib/analysis/comparison.h"
#include "lib/base/arena.h"

/* A line of a table. */
struct line {
	const struct compared_case *compared;
	const struct compared_figure *figure; /* NULL: no kernel measured the case */
};

/* The figures of one metric in one unit, in the order of the cases: a table. */
struct group {
	const char *title; /* "touch_p50, instructions" */
	/* One of them, for what all have; NULL: of cases without figures. */
	const struct compared_figure *like;
	struct line *lines;
	size_t line_count;
};

struct groups {
	struct group *groups; /* metrics of the catalogue first, in its order */
	size_t count;
	bool *shown; /* for each metric of the catalogue whether tables show it */
};

/*
 * What the filter shows: of metrics that were asked for all; else of those that the catalogue shows. Last come the cases that
 * no kernel measured.
 */
struct groups groups_make(const struct filter *filter, struct arena *arena);

/* Whether a figure that the filter shows is in the tables. */
bool groups_have(const struct groups *groups, const struct filter *filter,
                 const struct compared_figure *figure);

/* The parts of their names that all cases in the tables have; "" where there are none. */
const char *groups_shared(const struct groups *groups, const struct filter *filter, struct arena *arena);

#endif
