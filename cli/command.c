/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>

#include "cli/escape.h"

int bad_input(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fputs("hintbench: ", stderr);
	vprint_line(stderr, format, args);
	va_end(args);
	return EXIT_BAD_INPUT;
}
