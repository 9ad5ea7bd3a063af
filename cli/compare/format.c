/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/format.h"

#include <string.h>

static struct format *formats;

void format_register(struct format *format)
{
	struct format **at = &formats;
	while (*at && strcmp((*at)->name, format->name) < 0)
		at = &(*at)->next;
	format->next = *at;
	*at = format;
}

const struct format *format_first(void)
{
	return formats;
}

const struct format *format_find(const char *name)
{
	const struct format *format = formats;
	while (format && strcmp(format->name, name) != 0)
		format = format->next;
	return format;
}
