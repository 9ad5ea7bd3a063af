/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/tables.h"

#include <stdlib.h>

#include "cli/compare/cells.h"
#include "cli/compare/headings.h"
#include "cli/compare/prose.h"
#include "cli/table.h"
#include "lib/analysis/case_name.h"

/*
 * How a table is laid out. Text has a column each for the mark, the value and the delta of a kernel, so that they stand below
 * each other; Markdown has a column a kernel. Where the lines would be too long, the case stands on a line of its own, and
 * where that isn't enough, the new kernels are spread over several tables.
 */
struct layout {
	bool own_line;
	size_t first, count; /* of the new kernels in this table, from 1 */
};

static bool has_kernel(const struct layout *layout, size_t kernel)
{
	return kernel == 0 || (kernel >= layout->first && kernel < layout->first + layout->count);
}

static size_t column_count(const struct tables *tables, const struct layout *layout)
{
	return tables->markdown ? 2 + layout->count : 3 + 3 * layout->count;
}

static void make_align(const struct tables *tables, const struct layout *layout, char *align)
{
	size_t columns = column_count(tables, layout);
	for (size_t i = 0; i < columns; i++)
		align[i] = tables->markdown || i % 3 == 1 ? 'r' : 'l';
	align[0] = layout->own_line ? 't' : 'l';
}

/* The base has no mark, so that there are the case, its value and its note, then three columns a kernel. */
static void add_cell(const struct tables *tables, struct table *table, size_t kernel, const struct cell *cell)
{
	if (tables->markdown) {
		table_cell(table, "%s%s%s%s%s", cell->mark, *cell->mark ? " " : "", cell->value,
		           *cell->value && *cell->delta ? " " : "", cell->delta);
		return;
	}
	if (kernel > 0)
		table_cell(table, "%s", cell->mark);
	table_cell(table, "%s", cell->value);
	table_cell(table, "%s", cell->delta);
}

static void add_heading(const struct tables *tables, const struct layout *layout, struct table *table)
{
	table_cell(table, "case");
	for (size_t i = 0; i < tables->comparison->set_count; i++) {
		struct cell cell = {.mark = ""};
		snprintf(cell.value, sizeof(cell.value), "%s", tables->headings[i]);
		if (has_kernel(layout, i))
			add_cell(tables, table, i, &cell);
	}
}

static void add_line(struct tables *tables, const struct layout *layout, struct table *table,
                     const struct line *line)
{
	char *label = case_name_short(line->compared->name, tables->shared);
	table_cell(table, "%s", label ? label : line->compared->name);
	free(label);
	for (size_t i = 0; i < tables->comparison->set_count; i++) {
		if (!has_kernel(layout, i))
			continue;
		struct cell cell = table_cell_of(tables, i, line);
		add_cell(tables, table, i, &cell);
	}
}

/* The mean over everything that was compared, also where only a part is shown. */
static void add_geomean(const struct tables *tables, const struct layout *layout, struct table *table,
                        const char *metric)
{
	struct cell cells[tables->comparison->set_count];
	bool any = false;
	for (size_t i = 0; i < tables->comparison->set_count; i++)
		any |= geomean_cell(tables->comparison, i, metric, &cells[i]);
	if (!any)
		return;
	if (filter_is_active(tables->view->filter))
		table_cell(table, "geomean of the ratios (of all %zu cases)", tables->comparison->case_count);
	else
		table_cell(table, "geomean of the ratios");
	for (size_t i = 0; i < tables->comparison->set_count; i++)
		if (has_kernel(layout, i))
			add_cell(tables, table, i, &cells[i]);
}

static void fill_table(struct tables *tables, const struct layout *layout, struct table *table,
                       const struct group *group)
{
	add_heading(tables, layout, table);
	for (size_t i = 0; i < group->line_count; i++)
		add_line(tables, layout, table, &group->lines[i]);
	if (group->like && group->like->kind == METRIC_TIME)
		add_geomean(tables, layout, table, group->like->name);
}

/* Prints the table, or only tells whether its lines would be too long. */
static bool fits(struct tables *tables, const struct layout *layout, const struct group *group, bool print)
{
	char align[column_count(tables, layout)];
	struct table table = {.columns = sizeof(align), .align = align};
	make_align(tables, layout, align);
	fill_table(tables, layout, &table, group);
	bool fit = table_width(&table) <= tables->view->width;
	if (print)
		table_print(&table, tables->markdown, tables->out);
	table_clear(&table);
	return fit;
}

/* Whether all tables of a group fit when each has so many new kernels. */
static bool all_fit(struct tables *tables, bool own_line, size_t count, const struct group *group)
{
	if (tables->view->width == 0 || tables->markdown)
		return true;
	for (size_t first = 1; first < tables->comparison->set_count; first += count) {
		size_t left = tables->comparison->set_count - first;
		struct layout layout = {own_line, first, left < count ? left : count};
		if (!fits(tables, &layout, group, false))
			return false;
	}
	return true;
}

static void print_group(struct tables *tables, const struct group *group)
{
	size_t count = tables->comparison->set_count - 1;
	bool own_line = !all_fit(tables, false, count, group);
	while (own_line && count > 1 && !all_fit(tables, true, count, group))
		count--;
	for (size_t first = 1; first < tables->comparison->set_count; first += count) {
		size_t left = tables->comparison->set_count - first;
		struct layout layout = {own_line, first, left < count ? left : count};
		print_text(tables, tables->markdown ? "\n### " : "\n", group->title,
		           tables->markdown ? "\n\n" : "\n");
		fits(tables, &layout, group, true);
	}
}

void print_tables(const struct comparison *comparison, const struct view *view, bool markdown, FILE *out)
{
	struct tables tables = {
	    .comparison = comparison, .view = view, .markdown = markdown, .out = out, .arena = arena_new()};
	tables.headings = short_headings(comparison, tables.arena);
	tables.groups = groups_make(view->filter, tables.arena);
	tables.shared = groups_shared(&tables.groups, view->filter, tables.arena);
	print_top(&tables);
	for (size_t i = 0; i < tables.groups.count; i++)
		print_group(&tables, &tables.groups.groups[i]);
	print_summary(&tables);
	if (tables.notes.first) {
		fputs(markdown ? "\n### missing\n\n" : "\nmissing\n", out);
		footnotes_print(&tables.notes, markdown, out);
	}
	footnotes_release(&tables.notes);
	arena_free(tables.arena);
}
