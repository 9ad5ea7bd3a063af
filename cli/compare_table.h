/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison as tables for people, as plain text or Markdown. */
#ifndef HINTBENCH_COMPARE_TABLE_H
#define HINTBENCH_COMPARE_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * Writes the document of compare_sides() to `out`. With `chosen` every row is shown, since somebody chose
 * them; without it only the metrics that matter most, and what else differs is named below.
 */
void print_comparison(const json_t *comparison, bool chosen, bool markdown, FILE *out);

#endif
