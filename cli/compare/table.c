/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/table.h"

#include <stdlib.h>
#include <string.h>

#include "cli/compare/cells.h"
#include "cli/compare/footnotes.h"
#include "cli/compare/prose.h"
#include "cli/compare/view.h"
#include "cli/table.h"
#include "lib/analysis/case_name.h"
#include "lib/analysis/metric.h"

/*
 * How a table is laid out. Text has a column each for the mark, the value and the delta of a kernel, so that
 * they stand below each other; Markdown has a column a kernel. Where the lines would be too long, the case
 * stands on a line of its own, and where that isn't enough, the new kernels are spread over several tables.
 */
struct layout {
	bool own_line;
	size_t first, count; /* of the new kernels in this table, from 1 */
};

static size_t column_count(const struct view *view, const struct layout *layout)
{
	return view->markdown ? 2 + layout->count : 3 + 3 * layout->count;
}

static void make_align(const struct view *view, const struct layout *layout, char *align)
{
	size_t columns = column_count(view, layout);
	for (size_t i = 0; i < columns; i++)
		align[i] = view->markdown || i % 3 == 1 ? 'r' : 'l';
	align[0] = layout->own_line ? 't' : 'l';
}

/* The base has no mark, so that there are the case, its value and its note, then three columns a kernel. */
static void add_cell(const struct view *view, struct table *table, size_t kernel, const struct cell *cell)
{
	if (view->markdown) {
		table_cell(table, "%s%s%s%s%s", cell->mark, *cell->mark ? " " : "", cell->value,
		           *cell->value && *cell->delta ? " " : "", cell->delta);
		return;
	}
	if (kernel > 0)
		table_cell(table, "%s", cell->mark);
	table_cell(table, "%s", cell->value);
	table_cell(table, "%s", cell->delta);
}

static void add_heading(const struct view *view, const struct layout *layout, struct table *table)
{
	table_cell(table, "case");
	for (size_t i = 0; i < view->kernels; i++) {
		struct cell cell = {.mark = ""};
		if (i > 0 && (i < layout->first || i >= layout->first + layout->count))
			continue;
		snprintf(cell.value, sizeof(cell.value), "%s", view->headings[i]);
		add_cell(view, table, i, &cell);
	}
}

static void add_case(struct view *view, const struct layout *layout, struct table *table, const char *name,
                     const char *metric, const json_t *figures)
{
	char *label = case_name_short(name, view->shared ? view->shared : "");
	table_cell(table, "%s", label ? label : name);
	free(label);
	for (size_t i = 0; i < view->kernels; i++) {
		struct cell cell;
		if (i > 0 && (i < layout->first || i >= layout->first + layout->count))
			continue;
		compare_cell(view, i, name, metric, json_array_get(figures, i), &cell);
		add_cell(view, table, i, &cell);
	}
}

static void add_geomean(const struct view *view, const struct layout *layout, struct table *table,
                        const json_t *group)
{
	table_cell(table, "geomean of the ratios");
	for (size_t i = 0; i < view->kernels; i++) {
		struct cell cell;
		if (i > 0 && (i < layout->first || i >= layout->first + layout->count))
			continue;
		geomean_cell(group, i, &cell);
		add_cell(view, table, i, &cell);
	}
}

/* "touch_p50" of "touch_p50, instructions". */
static void metric_of(const char *group_name, char *metric, size_t bytes)
{
	snprintf(metric, bytes, "%.*s", (int)strcspn(group_name, ", "), group_name);
}

static void fill_table(struct view *view, const struct layout *layout, struct table *table,
                       const char *group_name, const json_t *group)
{
	const char *case_name;
	char metric[256];
	json_t *figures;
	metric_of(group_name, metric, sizeof(metric));
	add_heading(view, layout, table);
	json_object_foreach ((json_t *)group, case_name, figures)
		add_case(view, layout, table, case_name, metric, figures);
	if (metric_is_latency(metric))
		add_geomean(view, layout, table, group);
}

/* Prints the table, or only tells whether its lines would be too long. */
static bool fits(struct view *view, const struct layout *layout, const char *name, const json_t *group,
                 bool print)
{
	char align[column_count(view, layout)];
	struct table table = {.columns = sizeof(align), .align = align};
	make_align(view, layout, align);
	fill_table(view, layout, &table, name, group);
	bool fit = view->width == 0 || view->markdown || table_width(&table) <= view->width;
	if (print)
		table_print(&table, view->markdown, view->out);
	table_clear(&table);
	return fit;
}

/* Whether all tables of a group fit when each has so many new kernels. */
static bool all_fit(struct view *view, bool own_line, size_t count, const char *name, const json_t *group)
{
	for (size_t first = 1; first < view->kernels; first += count) {
		size_t left = view->kernels - first;
		struct layout layout = {own_line, first, left < count ? left : count};
		if (!fits(view, &layout, name, group, false))
			return false;
	}
	return true;
}

static void print_group(struct view *view, const char *name, const json_t *group)
{
	size_t count = view->kernels - 1;
	bool own_line = !all_fit(view, false, count, name, group);
	while (own_line && count > 1 && !all_fit(view, true, count, name, group))
		count--;
	for (size_t first = 1; first < view->kernels; first += count) {
		size_t left = view->kernels - first;
		struct layout layout = {own_line, first, left < count ? left : count};
		fprintf(view->out, view->markdown ? "\n### %s\n\n" : "\n%s\n", name);
		fits(view, &layout, name, group, true);
	}
}

/* Whether no kernel has figures of the case. */
static bool is_nowhere(const struct view *view, const char *case_name)
{
	for (size_t i = 0; i < view->kernels; i++)
		if (!view_missing(view, i, case_name, NULL))
			return false;
	return true;
}

/* The cases that no kernel could measure are in none of the tables. */
static json_t *cases_nowhere(const struct view *view)
{
	json_t *nowhere = json_object(), *name;
	size_t index;
	json_array_foreach (json_object_get(view->doc, "cases"), index, name)
		if (is_nowhere(view, json_string_value(name)))
			json_object_set_new(nowhere, json_string_value(name), json_array());
	return nowhere;
}

void print_comparison(const json_t *comparison, bool chosen, bool markdown, size_t width, FILE *out)
{
	struct view view = {
	    .doc = comparison, .chosen = chosen, .markdown = markdown, .width = width, .out = out};
	json_t *group, *nowhere;
	const char *name;
	view_fill(&view);
	print_top(&view);
	json_object_foreach (view.groups, name, group)
		print_group(&view, name, group);
	nowhere = cases_nowhere(&view);
	if (json_object_size(nowhere) > 0)
		print_group(&view, "measured on no kernel", nowhere);
	print_summary(&view);
	if (view.notes.by_key) {
		fputs(markdown ? "\n### missing\n\n" : "\nmissing\n", out);
		footnotes_print(&view.notes, markdown, out);
	}
	json_decref(nowhere);
	view_free(&view);
}
