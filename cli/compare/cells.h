/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands in the tables of a comparison for one case on one kernel. */
#ifndef HINTBENCH_CLI_COMPARE_CELLS_H
#define HINTBENCH_CLI_COMPARE_CELLS_H

#include <jansson.h>

#include "cli/compare/view.h"

struct cell {
	const char
	    *mark; /* the verdict: "=" equal, "→" different, "~" nothing can be told; "" without a base */
	char value[96];  /* "–" or the case's status where there is none */
	char delta[128]; /* against the base; the number of a note where something is missing */
};

/* The cell of `figure`, a row or an unpaired figure; of what is missing where it is null. */
void compare_cell(struct view *view, size_t kernel, const char *case_name, const char *metric,
                  const json_t *figure, struct cell *cell);

/* The geometric mean of new / base in a table, as a change. */
void geomean_cell(const json_t *group, size_t kernel, struct cell *cell);

#endif
