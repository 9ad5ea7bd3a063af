/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison as tables for people, as plain text or Markdown. */
#ifndef HINTBENCH_CLI_COMPARE_TABLE_H
#define HINTBENCH_CLI_COMPARE_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * Writes the document of compare_sides() to `out`. With `chosen` every row is shown, since somebody chose
 * them; without it only the metrics that matter most, and what else differs is named below. Lines of text are
 * at most `width` columns long where that can be done; 0 is without a limit.
 */
void print_comparison(const json_t *comparison, bool chosen, bool markdown, size_t width, FILE *out);

#endif
