/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the data files of all pictures have: a heading, the names of their lines, and what is left out. */
#ifndef HINTBENCH_CLI_PLOT_DATA_H
#define HINTBENCH_CLI_PLOT_DATA_H

#include <stdio.h>

#include "cli/plot/picture.h"

/* A comment on each kernel. */
void write_kernels(const struct drawing *drawing, FILE *out);

/* The beginning of a line: its number, and the name of its case without the parts that all have. */
void write_row_name(const struct drawing *drawing, size_t row, const struct choice_line *line, FILE *out);

/* A comment on each case of a line that stands for several. */
void write_merged(const struct choice *choice, FILE *out);

/* Comments at the end: what the lines stand for, and what is left out. */
void write_tail(const struct drawing *drawing, const struct choice *choice, FILE *out);

/* Prints a line for each of `count` cases and kernels that has no figures, with the reason, `prefix` before each. */
void write_left_out(const struct drawing *drawing, const struct compared_case *const *cases, size_t count,
                    const char *prefix, FILE *out);

/* How many lines that would be for all cases of the drawing. */
size_t count_left_out(const struct drawing *drawing);

#endif
