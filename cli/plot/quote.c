/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/plot/quote.h"

#include <ctype.h>

static char visible(char c)
{
	return iscntrl((unsigned char)c) ? ' ' : c;
}

void put_quoted_data(const char *text, FILE *out)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputs("\\042", out);
		else
			fputc(*text == '\\' ? '/' : visible(*text), out);
	}
	fputc('"', out);
}

void put_quoted_script(const char *text, FILE *out)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'')
			fputc('\'', out);
		fputc(visible(*text), out);
	}
	fputc('\'', out);
}
