/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that others wrote, for gnuplot: nothing of it begins a line, ends a string, or is read as a format or command.
 */
#ifndef HINTBENCH_CLI_PLOT_QUOTE_H
#define HINTBENCH_CLI_PLOT_QUOTE_H

#include <stdio.h>

/* A string in a data file, "…". A backslash becomes a slash: gnuplot would read it as often as the column is used. */
void put_quoted_data(const char *text, FILE *out);

/* A string in a script, '…', in which gnuplot knows nothing but the doubled quote. */
void put_quoted_script(const char *text, FILE *out);

#endif
