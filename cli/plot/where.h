/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The data of the picture that tells where a touch's instructions go. */
#ifndef HINTBENCH_CLI_PLOT_WHERE_H
#define HINTBENCH_CLI_PLOT_WHERE_H

#include "cli/plot/data.h"

/*
 * The chosen cases' instructions per unit: in user mode, in the kernel, and in the kernel over the same
 * accesses without a fault. Returns how many lines there are.
 */
size_t write_where(FILE *out, const struct side *sides, size_t count, const struct choice *choice,
                   const char *shared);

#endif
