/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/escape.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* C0, DEL, and C1 (U+0080 to U+009F, which is c2 80 to c2 9f in UTF-8). */
static size_t control_length(const char *text)
{
	unsigned char first = (unsigned char)text[0], second = (unsigned char)text[1];
	if (first < 0x20 || first == 0x7f)
		return 1;
	return first == 0xc2 && second >= 0x80 && second < 0xa0 ? 2 : 0;
}

void print_plain(const char *text, FILE *out)
{
	while (*text) {
		size_t control = control_length(text);
		fputc(control ? '?' : *text, out);
		text += control ? control : 1;
	}
}

void print_markdown(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (strchr("\\|`", *text) || strncmp(text, "](", 2) == 0)
			fprintf(out, "\\%c", *text);
		else if (*text == '<')
			fputs("&lt;", out);
		else
			fputc(control_length(text) ? ' ' : *text, out);
	}
}

void print_html(const char *text, FILE *out)
{
	for (; *text; text++) {
		const char *entity = *text == '&'   ? "&amp;"
		                     : *text == '<' ? "&lt;"
		                     : *text == '>' ? "&gt;"
		                     : *text == '"' ? "&quot;"
		                                    : NULL;
		if (entity)
			fputs(entity, out);
		else
			fputc(*text, out);
	}
}

void print_url_path(const char *path, FILE *out)
{
	for (; *path; path++) {
		bool plain = isascii((unsigned char)*path) &&
		             (isalnum((unsigned char)*path) || strchr("-._~/", *path));
		fprintf(out, plain ? "%c" : "%%%02X", (unsigned char)*path);
	}
}

void print_csv_text(const char *text, FILE *out)
{
	bool formula = *text && strchr("=+-@", *text);
	bool quoted = text[strcspn(text, ",\"\r\n")] != '\0';
	fputs(quoted ? "\"" : "", out);
	fputs(formula ? "'" : "", out);
	for (; *text; text++)
		fprintf(out, *text == '"' ? "\"\"" : "%c", *text);
	fputs(quoted ? "\"" : "", out);
}
