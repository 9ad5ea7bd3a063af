/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/tally.h"

#include <search.h>
#include <string.h>

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct tallied *)a)->text, ((const struct tallied *)b)->text);
}

void tally_add(struct tally *tally, const char *text, struct arena *arena)
{
	struct tallied key = {.text = text};
	void *found = tfind(&key, &tally->tree, by_text);
	if (found) {
		(*(struct tallied **)found)->count++;
		return;
	}
	struct tallied *tallied = arena_alloc(arena, sizeof(*tallied));
	*tallied = (struct tallied){.text = text, .count = 1};
	*(tally->last ? &tally->last->next : &tally->first) = tallied;
	tally->last = tallied;
	tsearch(tallied, &tally->tree, by_text);
}

static void keep(void *node)
{
	(void)node;
}

void tally_release(struct tally *tally)
{
	tdestroy(tally->tree, keep);
	tally->tree = NULL;
}
