/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/reason.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int because(struct reason *why, int err, const char *format, ...)
{
	if (why) {
		va_list args;
		va_start(args, format);
		vsnprintf(why->text, sizeof(why->text), format, args);
		va_end(args);
	}
	return -err;
}

int because_errno(struct reason *why, int err, const char *format, ...)
{
	if (why) {
		va_list args;
		va_start(args, format);
		vsnprintf(why->text, sizeof(why->text), format, args);
		va_end(args);
		size_t used = strlen(why->text);
		snprintf(why->text + used, sizeof(why->text) - used, ": %s", strerror(err));
	}
	return -err;
}
