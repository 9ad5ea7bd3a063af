/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text in columns. */
#ifndef HINTBENCH_CLI_TABLE_H
#define HINTBENCH_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/arena.h"

struct table {
	size_t columns;
	const char
	    *align; /* a character a column: 'l' or 'r', or 't': on a line of its own above the others */
	struct arena *arena;
	size_t cells_used, cells_room;
	char **cells; /* line by line */
};

/* The first line that is added is the heading. Each cell is copied. */
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* How many columns of a terminal its widest line takes; that of a column 't' doesn't count. */
size_t table_width(const struct table *table);

/* Empties the table. */
void table_clear(struct table *table);

/* Prints what there is, in plain text or Markdown, and empties the table. */
void table_print(struct table *table, bool markdown, FILE *out);

#endif
