/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/case_name.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Whether `part` (of `length` bytes) is one of the parts of `text`, which `separator` keeps apart. */
static bool has_part(const char *text, char separator, const char *part, size_t length)
{
	const char separators[] = {separator, '\0'};
	for (;;) {
		size_t here = strcspn(text, separators);
		if (here == length && memcmp(text, part, length) == 0)
			return true;
		if (text[here] == '\0')
			return false;
		text += here + 1;
	}
}

static bool all_have(const char *const *names, size_t count, const char *part, size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (!has_part(names[i], '/', part, length))
			return false;
	return true;
}

static void append(char *text, const char *separator, const char *part, size_t length)
{
	if (*text)
		strcat(text, separator);
	strncat(text, part, length);
}

char *case_name_shared(const char *const *names, size_t count)
{
	const char *first = count >= 2 ? names[0] : "";
	char *shared = calloc(strlen(first) + 1, 1);
	if (!shared)
		return NULL;
	/* The family always stays. */
	for (const char *slash = strchr(first, '/'); slash; slash = strchr(slash + 1, '/')) {
		size_t length = strcspn(slash + 1, "/");
		if (all_have(names, count, slash + 1, length))
			append(shared, " ", slash + 1, length);
	}
	return shared;
}

char *case_name_short(const char *name, const char *shared)
{
	char *result = calloc(strlen(name) + 1, 1);
	if (!result)
		return NULL;
	strncat(result, name, strcspn(name, "/"));
	for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
		size_t length = strcspn(slash + 1, "/");
		if (!has_part(shared, ' ', slash + 1, length))
			append(result, "/", slash + 1, length);
	}
	return result;
}
