/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/groups.h"

#include <stdlib.h>
#include <string.h>

#include "lib/analysis/case_name.h"

/* A figure on its way into a group. */
struct entry {
	struct line line;
	size_t index; /* as found: by cases, and in each by metrics */
};

static size_t catalogue_length(void)
{
	size_t length = 0;
	while (metrics[length].name)
		length++;
	return length;
}

static bool has_figures(const struct comparison *comparison, const struct compared_figure *figure)
{
	for (size_t i = 0; i < comparison->set_count; i++)
		if (figure->cells[i].measured)
			return true;
	return false;
}

static bool has_any(const struct comparison *comparison, const struct compared_figure *figure)
{
	for (size_t i = 0; i < comparison->set_count; i++)
		if (figure->cells[i].measured && figure->cells[i].value != 0)
			return true;
	return false;
}

/* For each metric of the catalogue whether tables show it: always, or since there is any of it in what is shown. */
static bool *shown_metrics(const struct filter *filter, struct arena *arena)
{
	bool *shown = arena_alloc(arena, (catalogue_length() + 1) * sizeof(*shown));
	for (size_t i = 0; metrics[i].name; i++)
		shown[i] = metrics[i].shown == SHOWN_ALWAYS;
	for (const struct compared_case *compared = NULL; (compared = filter_next(filter, compared));) {
		for (size_t i = 0; i < compared->figure_count; i++) {
			const struct compared_figure *figure = &compared->figures[i];
			if (figure->metric && figure->metric->shown == SHOWN_WHERE_ANY &&
			    has_any(filter->comparison, figure))
				shown[figure->metric - metrics] = true;
		}
	}
	return shown;
}

bool groups_have(const struct groups *groups, const struct filter *filter,
                 const struct compared_figure *figure)
{
	if (!filter_shows_figure(filter, figure) || !has_figures(filter->comparison, figure))
		return false;
	return filter->metric_count > 0 || (figure->metric && groups->shown[figure->metric - metrics]);
}

/* All figures that are shown; without `entries` only counted. */
static size_t gather(const struct groups *groups, const struct filter *filter, struct entry *entries)
{
	size_t count = 0;
	for (const struct compared_case *compared = NULL; (compared = filter_next(filter, compared));) {
		for (size_t i = 0; i < compared->figure_count; i++) {
			if (!groups_have(groups, filter, &compared->figures[i]))
				continue;
			if (entries)
				entries[count] = (struct entry){{compared, &compared->figures[i]}, count};
			count++;
		}
	}
	return count;
}

static int by_table(const struct compared_figure *a, const struct compared_figure *b)
{
	int order = strcmp(a->name, b->name);
	return order ? order : strcmp(a->unit, b->unit);
}

static int by_table_and_index(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = by_table(x->line.figure, y->line.figure);
	return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* Of the catalogue in its order, then the others; of equals the one that was found first. */
static int by_rank(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	const struct metric *of_x = x->like->metric, *of_y = y->like->metric;
	if (of_x != of_y)
		return !of_x ? 1 : !of_y ? -1 : (of_x > of_y) - (of_x < of_y);
	const struct line *first_x = x->lines, *first_y = y->lines;
	if (first_x->compared != first_y->compared)
		return first_x->compared < first_y->compared ? -1 : 1;
	return (first_x->figure > first_y->figure) - (first_x->figure < first_y->figure);
}

static const char *title_of(const struct compared_figure *figure, struct arena *arena)
{
	bool per_unit = figure->kind != METRIC_TIME && figure->kind != METRIC_DERIVED;
	return arena_print(arena, "%s%s %s", figure->name, per_unit ? "" : ",", figure->unit);
}

/* Cuts the sorted entries into tables; `lines` has room for all. */
static size_t cut(const struct entry *entries, size_t count, struct line *lines, struct group *groups,
                  struct arena *arena)
{
	size_t group_count = 0;
	for (size_t i = 0; i < count; i++) {
		lines[i] = entries[i].line;
		if (i == 0 || by_table(entries[i - 1].line.figure, entries[i].line.figure) != 0)
			groups[group_count++] = (struct group){.title = title_of(lines[i].figure, arena),
			                                       .like = lines[i].figure,
			                                       .lines = &lines[i]};
		groups[group_count - 1].line_count++;
	}
	return group_count;
}

/* Whether no kernel has figures of the case. */
static bool is_nowhere(const struct comparison *comparison, const struct compared_case *compared)
{
	for (size_t i = 0; i < comparison->set_count; i++)
		if (!compared->states[i].absent && compared->states[i].status == CASE_OK)
			return false;
	return true;
}

static struct group cases_nowhere(const struct filter *filter, struct arena *arena)
{
	struct group group = {.title = "measured on no kernel"};
	group.lines = arena_alloc(arena, (filter->comparison->case_count + 1) * sizeof(*group.lines));
	for (const struct compared_case *compared = NULL; (compared = filter_next(filter, compared));)
		if (is_nowhere(filter->comparison, compared))
			group.lines[group.line_count++] = (struct line){compared, NULL};
	return group;
}

struct groups groups_make(const struct filter *filter, struct arena *arena)
{
	struct groups groups = {.shown = shown_metrics(filter, arena)};
	size_t count = gather(&groups, filter, NULL);
	struct entry *entries = arena_alloc(arena, (count + 1) * sizeof(*entries));
	struct line *lines = arena_alloc(arena, (count + 1) * sizeof(*lines));
	gather(&groups, filter, entries);
	qsort(entries, count, sizeof(*entries), by_table_and_index);
	groups.groups = arena_alloc(arena, (count + 1) * sizeof(*groups.groups));
	groups.count = cut(entries, count, lines, groups.groups, arena);
	qsort(groups.groups, groups.count, sizeof(*groups.groups), by_rank);
	struct group nowhere = cases_nowhere(filter, arena);
	if (nowhere.line_count > 0)
		groups.groups[groups.count++] = nowhere;
	return groups;
}

static bool is_in_tables(const struct groups *groups, const struct filter *filter,
                         const struct compared_case *compared)
{
	for (size_t i = 0; i < compared->figure_count; i++)
		if (groups_have(groups, filter, &compared->figures[i]))
			return true;
	return false;
}

const char *groups_shared(const struct groups *groups, const struct filter *filter, struct arena *arena)
{
	const char **names = arena_alloc(arena, (filter->comparison->case_count + 1) * sizeof(*names));
	size_t count = 0;
	for (const struct compared_case *compared = NULL; (compared = filter_next(filter, compared));)
		if (is_in_tables(groups, filter, compared))
			names[count++] = compared->name;
	char *shared = case_name_shared(names, count);
	const char *copy = shared ? arena_copy(arena, shared) : "";
	free(shared);
	return copy;
}
