/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results as the data files that the scripts of plot/ read; a file a picture, a line a case. */
#ifndef HINTBENCH_CLI_PLOT_DATA_H
#define HINTBENCH_CLI_PLOT_DATA_H

#include <jansson.h>
#include <stdio.h>

#include "cli/plot/choice.h"
#include "lib/analysis/result_set.h"

/* What all pictures share: the kernels' names, the clock, the parts that all cases have. */
void write_labels(FILE *out, const struct side *sides, size_t count, const char *shared);

/* `text` in single quotes, in which gnuplot knows no escapes but the doubled quote. */
void write_quoted(FILE *out, const char *text);

/* "instructions (not cycles)", "ns". */
const char *clock_title(const struct side *side);

/* The beginning of a line: its number, and the name of its case without the parts that all have. */
void write_name(FILE *out, size_t row, const struct choice_line *line, const char *shared);

/* Comments at the end: what the lines stand for, and what is left out. */
void write_tail(FILE *out, const struct side *sides, size_t count, const struct choice *choice);

/* A comment on each kernel, and on each case of a line that stands for several. */
void write_sides(FILE *out, const struct side *sides, size_t count);
void write_merged(FILE *out, const struct choice *choice);

/*
 * The chosen cases' faults per unit; what is left out is told in comments. Returns how many lines there are.
 */
size_t write_faults(FILE *out, const struct side *sides, size_t count, const struct choice *choice,
                    const char *shared);

/* The same for the distribution of latency `access_name`: "touch" or "write". */
size_t write_latency(FILE *out, const struct side *sides, size_t count, const struct choice *choice,
                     const char *shared, const char *access_name);

/* Writes a line for each case and side that has no figures, with the reason, `prefix` before each. */
void write_left_out(FILE *out, const struct side *sides, size_t count, const json_t *names,
                    const char *prefix);

/* How many lines that would be. */
size_t count_left_out(const struct side *sides, size_t count, const json_t *names);

#endif
