/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/text.h"

/*
 * Longer sentences are cut, at a character. The arguments may be the error's own text, and they quote what others wrote: a
 * terminal must not obey it.
 */
static void set_text(struct error *error, const char *format, va_list args)
{
	char text[2 * ERROR_BYTES];
	vsnprintf(text, sizeof(text), format, args);
	text_copy(error->text, sizeof(error->text), text);
	text_clean(error->text);
}

int error_set(struct error *error, int err, const char *format, ...)
{
	if (error) {
		va_list args;
		va_start(args, format);
		set_text(error, format, args);
		va_end(args);
	}
	return -err;
}

int error_set_errno(struct error *error, int err, const char *format, ...)
{
	if (error) {
		va_list args;
		va_start(args, format);
		set_text(error, format, args);
		va_end(args);
		size_t used = strlen(error->text);
		snprintf(error->text + used, sizeof(error->text) - used, ": %s", strerror(err));
	}
	return -err;
}
