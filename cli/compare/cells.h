/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands in the tables of a comparison for one case on one kernel. */
#ifndef HINTBENCH_CLI_COMPARE_CELLS_H
#define HINTBENCH_CLI_COMPARE_CELLS_H

#include "cli/compare/tables.h"

struct cell {
	const char
	    *mark; /* the verdict: "=" same, "→" relevant, "›" different, "~" unclear; "" without one */
	char value[96];  /* "–" or the case's status where there is none */
	char delta[256]; /* against the base; the number of a note where something is missing */
};

/* The cell of a line; what is missing becomes a note. */
struct cell table_cell_of(struct tables *tables, size_t kernel, const struct line *line);

/* The geometric mean of new / base of a metric, as a change. False where there is none. */
bool geomean_cell(const struct comparison *comparison, size_t kernel, const char *metric, struct cell *cell);

#endif
