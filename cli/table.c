/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/table.h"

#include <stdarg.h>
#include <stdlib.h>

#define COLUMN_GAP   2
#define TITLE_INDENT 4

void table_cell(struct table *table, const char *format, ...)
{
	char **cells = reallocarray(table->cells, table->cells_used + 1, sizeof(*cells));
	if (!cells)
		return;
	va_list args;
	va_start(args, format);
	table->cells = cells;
	if (vasprintf(&cells[table->cells_used], format, args) < 0)
		cells[table->cells_used] = NULL;
	table->cells_used++;
	va_end(args);
}

static const char *cell(const struct table *table, size_t line, size_t column)
{
	const char *text = table->cells[line * table->columns + column];
	return text ? text : "";
}

/* How many columns of a terminal UTF-8 text takes, as long as no character is wide. */
static size_t text_width(const char *text)
{
	size_t width = 0;
	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}

static size_t column_width(const struct table *table, size_t column)
{
	size_t width = 0;
	for (size_t line = 0; line < table->cells_used / table->columns; line++) {
		size_t here = text_width(cell(table, line, column));
		width = here > width ? here : width;
	}
	return width;
}

size_t table_width(const struct table *table)
{
	size_t width = 0;
	for (size_t column = 0; column < table->columns; column++) {
		size_t here =
		    table->align[column] == 't' ? TITLE_INDENT - COLUMN_GAP : column_width(table, column);
		width += here > 0 ? here + COLUMN_GAP : 0;
	}
	return width > 0 ? width - COLUMN_GAP : 0;
}

void table_clear(struct table *table)
{
	for (size_t i = 0; i < table->cells_used; i++)
		free(table->cells[i]);
	free(table->cells);
	table->cells = NULL;
	table->cells_used = 0;
}

static void print_text_line(const struct table *table, size_t line, const size_t *widths, FILE *out)
{
	size_t blanks = 0; /* owed, so that none stands at the end of a line */
	for (size_t column = 0; column < table->columns; column++) {
		const char *text = cell(table, line, column);
		if (table->align[column] == 't') {
			fprintf(out, "%s\n", text);
			blanks = TITLE_INDENT;
			continue;
		}
		size_t padding = widths[column] - text_width(text);
		if (table->align[column] == 'r')
			blanks += padding;
		if (*text) {
			fprintf(out, "%*s%s", (int)blanks, "", text);
			blanks = 0;
		}
		if (table->align[column] != 'r')
			blanks += padding;
		blanks += widths[column] > 0 ? COLUMN_GAP : 0;
	}
	fputc('\n', out);
}

static void print_markdown_line(const struct table *table, size_t line, FILE *out)
{
	for (size_t column = 0; column < table->columns; column++) {
		fputs(column == 0 ? "| " : " | ", out);
		for (const char *c = cell(table, line, column); *c; c++)
			fprintf(out, *c == '|' ? "\\%c" : "%c", *c);
	}
	fputs(" |\n", out);
	if (line > 0)
		return;
	for (size_t column = 0; column < table->columns; column++)
		fprintf(out, table->align[column] == 'r' ? "|--:" : "|---");
	fputs("|\n", out);
}

void table_print(struct table *table, bool markdown, FILE *out)
{
	size_t widths[table->columns];
	for (size_t column = 0; column < table->columns; column++)
		widths[column] = column_width(table, column);
	for (size_t line = 0; line < table->cells_used / table->columns; line++) {
		if (markdown)
			print_markdown_line(table, line, out);
		else
			print_text_line(table, line, widths, out);
	}
	table_clear(table);
}
