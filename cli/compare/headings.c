/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/headings.h"

#include <string.h>

#define HEADING_WIDTH 16

char *short_release(const struct result_set *set, struct arena *arena)
{
	const char *release = result_set_context(set)->kernel.release;
	size_t length = strcspn(release, ".");
	if (release[length] == '.')
		length += 1 + strspn(release + length + 1, "0123456789");
	return arena_print(arena, "%.*s", (int)length, release);
}

char *kernel_role(const struct comparison *comparison, size_t kernel, struct arena *arena)
{
	if (kernel == 0)
		return arena_copy(arena, "base");
	return comparison->set_count > 2 ? arena_print(arena, "new%zu", kernel) : arena_copy(arena, "new");
}

static bool short_and_distinct(const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!*names[i] || strlen(names[i]) > HEADING_WIDTH)
			return false;
		for (size_t j = 0; j < i; j++)
			if (strcmp(names[i], names[j]) == 0)
				return false;
	}
	return true;
}

const char **short_headings(const struct comparison *comparison, struct arena *arena)
{
	const char **names = arena_alloc(arena, comparison->set_count * sizeof(*names));
	for (size_t i = 0; i < comparison->set_count; i++)
		names[i] = comparison->sets[i].label;
	if (short_and_distinct(names, comparison->set_count))
		return names;
	for (size_t i = 0; i < comparison->set_count; i++)
		names[i] = short_release(&comparison->sets[i], arena);
	if (short_and_distinct(names, comparison->set_count))
		return names;
	for (size_t i = 0; i < comparison->set_count; i++)
		names[i] = kernel_role(comparison, i, arena);
	return names;
}
