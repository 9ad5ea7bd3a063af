/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/table.h"

#include <stdarg.h>

#include "cli/escape.h"

#define COLUMN_GAP   2
#define TITLE_INDENT 4

void table_cell(struct table *table, const char *format, ...)
{
	va_list args, again;
	if (!table->arena)
		table->arena = arena_new();
	if (table->cells_used == table->cells_room) {
		char **cells = table->cells;
		table->cells_room = table->cells_room > 0 ? 2 * table->cells_room : 64;
		table->cells = arena_alloc(table->arena, table->cells_room * sizeof(*cells));
		for (size_t i = 0; i < table->cells_used; i++)
			table->cells[i] = cells[i];
	}
	va_start(args, format);
	va_copy(again, args);
	size_t bytes = (size_t)vsnprintf(NULL, 0, format, args) + 1;
	char *text = table->cells[table->cells_used++] = arena_alloc(table->arena, bytes);
	vsnprintf(text, bytes, format, again);
	va_end(again);
	va_end(args);
}

static const char *cell(const struct table *table, size_t line, size_t column)
{
	return table->cells[line * table->columns + column];
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
	arena_free(table->arena);
	*table = (struct table){.columns = table->columns, .align = table->align};
}

static void print_text_line(const struct table *table, size_t line, const size_t *widths, FILE *out)
{
	size_t blanks = 0; /* owed, so that none stands at the end of a line */
	for (size_t column = 0; column < table->columns; column++) {
		const char *text = cell(table, line, column);
		if (table->align[column] == 't') {
			print_plain(text, out);
			fputc('\n', out);
			blanks = TITLE_INDENT;
			continue;
		}
		size_t padding = widths[column] - text_width(text);
		if (table->align[column] == 'r')
			blanks += padding;
		if (*text) {
			fprintf(out, "%*s", (int)blanks, "");
			print_plain(text, out);
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
		print_markdown(cell(table, line, column), out);
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
