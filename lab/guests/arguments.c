/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/guests/arguments.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Has room for one more word and the NULL after it. */
static bool make_room(struct arguments *arguments)
{
	if (arguments->count + 2 <= arguments->room)
		return true;
	size_t room = arguments->room ? 2 * arguments->room : 32;
	char **words = reallocarray(arguments->words, room, sizeof(*words));
	if (!words)
		return false;
	arguments->words = words;
	arguments->room = room;
	return true;
}

void arguments_add(struct arguments *arguments, const char *format, ...)
{
	char *word = NULL;
	va_list args;
	va_start(args, format);
	if (!make_room(arguments) || vasprintf(&word, format, args) < 0) {
		arguments->failed = true;
	} else {
		arguments->words[arguments->count++] = word;
		arguments->words[arguments->count] = NULL;
	}
	va_end(args);
}

void arguments_add_all(struct arguments *arguments, const char *const *words)
{
	for (; *words; words++)
		arguments_add(arguments, "%s", *words);
}

void arguments_free(struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->count; i++)
		free(arguments->words[i]);
	free(arguments->words);
	*arguments = (struct arguments){0};
}
