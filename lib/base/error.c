/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *error, int err, const char *format, ...)
{
	if (error) {
		va_list args;
		va_start(args, format);
		vsnprintf(error->text, sizeof(error->text), format, args);
		va_end(args);
	}
	return -err;
}

int error_set_errno(struct error *error, int err, const char *format, ...)
{
	if (error) {
		va_list args;
		va_start(args, format);
		vsnprintf(error->text, sizeof(error->text), format, args);
		va_end(args);
		size_t used = strlen(error->text);
		snprintf(error->text + used, sizeof(error->text) - used, ": %s", strerror(err));
	}
	return -err;
}
