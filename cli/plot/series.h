/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A metric over kernels, in the order in which they were given: the data and the script of one picture. */
#ifndef HINTBENCH_CLI_PLOT_SERIES_H
#define HINTBENCH_CLI_PLOT_SERIES_H

#include <stdio.h>

#include "cli/plot/choice.h"
#include "lib/analysis/result_set.h"

/* The .dat file: a block a line of `choice`, in it a line a kernel. */
void write_series(FILE *out, const struct side *sides, size_t count, const struct choice *choice,
                  const char *metric, const char *shared);

/* The script that says what is in it and loads series.gp; `name` is that of the picture. */
void write_series_script(FILE *out, const struct side *sides, const struct choice *choice, const char *metric,
                         const char *name);

#endif
