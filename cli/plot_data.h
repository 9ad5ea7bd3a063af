/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results as the data files that the scripts of plot/ read; a file a picture, a line a case. */
#ifndef HINTBENCH_PLOT_DATA_H
#define HINTBENCH_PLOT_DATA_H

#include <jansson.h>
#include <stdio.h>

#include "lib/side.h"

/* What all pictures share: the kernels' names, the clock, the parts that all cases have. */
void write_labels(FILE *out, const struct side *sides, size_t count, const char *shared);

/*
 * Faults per unit of the cases of `names`. A case that no side has measured is left out; what is left out is
 * told in comments. Returns how many cases there are in the file.
 */
size_t write_faults(FILE *out, const struct side *sides, size_t count, const json_t *names,
                    const char *shared);

/* The same for the distribution of latency `access_name`: "touch" or "write". */
size_t write_latency(FILE *out, const struct side *sides, size_t count, const json_t *names,
                     const char *shared, const char *access_name);

/* Writes a line for each case and side that has no figures, with the reason, `prefix` before each. */
void write_left_out(FILE *out, const struct side *sides, size_t count, const json_t *names,
                    const char *prefix);

#endif
