/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reasons that stand below a table, numbered, so that many cells can point to one. */
#ifndef HINTBENCH_CLI_COMPARE_FOOTNOTES_H
#define HINTBENCH_CLI_COMPARE_FOOTNOTES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct footnotes {
	json_t *by_key; /* the text without its numbers: the texts, and for each kernel the cases */
};

/*
 * The number, from 1, of the note `text` (`status` and reason), which is new or known; texts that differ only
 * in their numbers are one note. Remembers that it is about this case on this kernel.
 */
size_t footnote(struct footnotes *notes, const char *text, const char *kernel, const char *case_name);

/* A note a line: "[3] skip: … (5.10: 98 cases, 6.1: 2 cases)"; numbers that vary as "11..83". Frees all. */
void footnotes_print(struct footnotes *notes, bool markdown, FILE *out);

#endif
