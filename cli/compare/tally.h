/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How often each text came, in the order in which they came first. */
#ifndef HINTBENCH_CLI_COMPARE_TALLY_H
#define HINTBENCH_CLI_COMPARE_TALLY_H

#include <stddef.h>

#include "lib/base/arena.h"

struct tallied {
	const char *text;
	size_t count;
	size_t least, most; /* of the numbers that came with it; 0: none did */
	struct tallied *next;
};

struct tally {
	struct tallied *first, *last;
	void *tree; /* of search.h */
};

/* A text, with a number where that is not 0. Texts must live as long as the tally; its nodes are the arena's. */
void tally_add(struct tally *tally, const char *text, size_t number, struct arena *arena);
void tally_release(struct tally *tally);

#endif
