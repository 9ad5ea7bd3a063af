/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reasons that stand below a table, numbered, so that many cells can point to one. */
#ifndef HINTBENCH_CLI_COMPARE_FOOTNOTES_H
#define HINTBENCH_CLI_COMPARE_FOOTNOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/arena.h"

struct footnote;

struct footnotes {
	struct arena *arena;
	struct footnote *first, *last; /* by their numbers */
	void *by_key, *mentions;       /* trees of search.h */
};

/*
 * The number, from 1, of the note `text`, which is new or known; texts that differ only in their numbers are one note.
 * Remembers that it is about this case on this kernel. Strings must live as long as the notes.
 */
size_t footnote(struct footnotes *notes, const char *text, const char *kernel, const char *case_name);

/* A note a line: "[3] skip: … (5.10: 98 cases, 6.1: 2 cases)"; numbers that vary as "11..83". */
void footnotes_print(const struct footnotes *notes, bool markdown, FILE *out);

void footnotes_release(struct footnotes *notes);

#endif
