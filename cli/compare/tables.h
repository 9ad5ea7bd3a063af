/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison as tables for people, which the formats `text` and `md` share. */
#ifndef HINTBENCH_CLI_COMPARE_TABLES_H
#define HINTBENCH_CLI_COMPARE_TABLES_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/compare/footnotes.h"
#include "cli/compare/format.h"
#include "cli/compare/groups.h"

struct tables {
	const struct comparison *comparison;
	const struct view *view;
	bool markdown;
	FILE *out;
	struct arena *arena;
	const char **headings; /* a short name for each kernel */
	struct groups groups;
	const char *shared; /* parts of the cases' names that all have */
	struct footnotes notes;
};

/*
 * Writes the comparison to `out`. Metrics that nobody asked for and that the catalogue does not show are only named below.
 * Lines of text are at most view->width columns long where that can be done.
 */
void print_tables(const struct comparison *comparison, const struct view *view, bool markdown, FILE *out);

#endif
