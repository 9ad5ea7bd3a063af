/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/tally.h"

#include <search.h>
#include <string.h>

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct tallied *)a)->text, ((const struct tallied *)b)->text);
}

static struct tallied *tallied_of(struct tally *tally, const char *text, struct arena *arena)
{
	struct tallied key = {.text = text};
	void *found = tfind(&key, &tally->tree, by_text);
	if (found)
		return *(struct tallied **)found;
	struct tallied *tallied = arena_alloc(arena, sizeof(*tallied));
	tallied->text = text;
	*(tally->last ? &tally->last->next : &tally->first) = tallied;
	tally->last = tallied;
	tsearch(tallied, &tally->tree, by_text);
	return tallied;
}

void tally_add(struct tally *tally, const char *text, size_t number, struct arena *arena)
{
	struct tallied *tallied = tallied_of(tally, text, arena);
	tallied->count++;
	if (number == 0)
		return;
	tallied->least = tallied->least == 0 || number < tallied->least ? number : tallied->least;
	tallied->most = number > tallied->most ? number : tallied->most;
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
