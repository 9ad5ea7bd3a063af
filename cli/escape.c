/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/escape.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"

/* To be freed; NULL where memory ran out. */
static char *clean_copy(const char *text)
{
	char *clean = strdup(text);
	if (clean)
		text_clean(clean);
	return clean;
}

void print_plain(const char *text, FILE *out)
{
	char *clean = clean_copy(text);
	if (clean)
		fputs(clean, out);
	free(clean);
}

void vprint_line(FILE *out, const char *format, va_list args)
{
	char *text;
	if (vasprintf(&text, format, args) < 0)
		return;
	text_clean(text);
	fprintf(out, "%s\n", text);
	free(text);
}

void print_line(FILE *out, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vprint_line(out, format, args);
	va_end(args);
}

void print_markdown(const char *text, FILE *out)
{
	char *clean = clean_copy(text);
	for (const char *at = clean; at && *at; at++) {
		if (strchr("\\|`", *at) || strncmp(at, "](", 2) == 0)
			fprintf(out, "\\%c", *at);
		else if (*at == '<')
			fputs("&lt;", out);
		else
			fputc(*at, out);
	}
	free(clean);
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
	char *clean = clean_copy(text);
	fputs(quoted ? "\"" : "", out);
	fputs(formula ? "'" : "", out);
	for (const char *at = clean; at && *at; at++) {
		if (*at == '"')
			fputc('"', out);
		fputc(*at, out);
	}
	fputs(quoted ? "\"" : "", out);
	free(clean);
}
