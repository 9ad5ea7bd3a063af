/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands above and below the tables of a comparison. */
#ifndef HINTBENCH_CLI_COMPARE_PROSE_H
#define HINTBENCH_CLI_COMPARE_PROSE_H

#include "cli/compare/tables.h"

/* Text that others wrote, escaped, between two that are ours. */
void print_text(const struct tables *tables, const char *before, const char *text, const char *after);

/* The kernels, what all have in common, and what the reader must know of what they have not. */
void print_top(const struct tables *tables);

/* How many figures are the same and different, why some are unclear, and what differs but isn't shown. */
void print_summary(const struct tables *tables);

#endif
