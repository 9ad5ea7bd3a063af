/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which cases a picture shows. A result file may have hundreds: cases with the same figures on all kernels can be one
 * line, and where there still are too many, those that tell the most about the kernels go first.
 */
#ifndef HINTBENCH_CLI_PLOT_CHOICE_H
#define HINTBENCH_CLI_PLOT_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/analysis/comparison.h"
#include "lib/base/arena.h"

struct drawing;
struct picture;

/* Cases with the same figures on all kernels. */
struct choice_line {
	const struct compared_case *shown; /* the one with the shortest name stands for them */
	const struct compared_case **cases;
	size_t case_count;
	const char *key; /* the same for cases with the same figures */
	/* Between kernels: of a count its range, of a time the logarithm of its highest / lowest. */
	double change;
	size_t nth;      /* among the lines of the same family, mapping and page size, by change */
	size_t position; /* in the results */
};

struct choice {
	struct choice_line *lines;
	size_t count;
	size_t cases;     /* that the lines stand for */
	size_t unchanged; /* cases that were left out because no kernel differs */
	size_t rest;      /* cases that were left out because there were too many lines */
	size_t nowhere;   /* cases without the figures on any kernel */
	bool merged;      /* a line may stand for several cases */
};

enum choice_order {
	CHOICE_AS_MEASURED, /* lines in the order of the results, and merged only where there are too many */
	CHOICE_CHANGED, /* what changes most first, the unchanged left out, unless there is nothing else */
	CHOICE_ALL,     /* the same, and the unchanged last */
};

/* Chooses `limit` lines at most for a picture, out of the cases of the drawing, whose arena holds them. */
struct choice choose_cases(const struct drawing *drawing, const struct picture *picture, size_t limit,
                           enum choice_order order);

/* "12 of 60 cases; left out: …": what the picture shows and what not. Of `arena`. */
const char *choice_text(const struct choice *choice, struct arena *arena);

#endif
