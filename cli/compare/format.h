/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A format of `hintbench compare`: one file that shows a comparison. */
#ifndef HINTBENCH_CLI_COMPARE_FORMAT_H
#define HINTBENCH_CLI_COMPARE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/compare/filter.h"
#include "lib/analysis/comparison.h"
#include "lib/base/error.h"

/* What the reader asked to see, and how. */
struct view {
	const struct filter *filter;
	size_t width;          /* how long the lines of text may get; 0: without a limit */
	const char *rows_path; /* a file that chooses and names the rows of the format `rows`, or NULL */
	bool with_touch;       /* in the cells of that format */
};

struct format {
	const char *name, *what; /* as for --format, and a few words for --help */
	/* Writes the whole of it to `out`. Returns 0, or -errno with `error`; that `out` failed is the caller's to see. */
	int (*render)(const struct comparison *comparison, const struct view *view, FILE *out,
	              struct error *error);
	struct format *next;
};

/* Puts a format into the list of all: a file in cli/compare/ needs nothing else. */
#define COMPARE_FORMAT(format_)                                           \
	static void __attribute__((constructor)) register_##format_(void) \
	{                                                                 \
		format_register(&(format_));                              \
	}                                                                 \
	struct compare_requires_a_semicolon

void format_register(struct format *format);

/* The formats in the order of their names. */
const struct format *format_first(void);

/* The format of that name, or NULL. */
const struct format *format_find(const char *name);

#endif
