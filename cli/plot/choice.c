/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/plot/choice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/plot/picture.h"

/* What one metric of a case is on all kernels, at the end of `key`. Raises `change` to its change. */
static const char *see_metric(const struct drawing *drawing, const struct compared_case *compared,
                              const char *metric, const char *key, double *change)
{
	const struct compared_figure *figure = figure_of(compared, metric);
	double low = INFINITY, high = -INFINITY;
	for (size_t i = 0; i < drawing->comparison->set_count; i++) {
		const struct compared_cell *cell = cell_of(compared, metric, i);
		if (!cell) {
			key = arena_print(drawing->arena, "%s?,", key);
			continue;
		}
		low = fmin(low, cell->value);
		high = fmax(high, cell->value);
		key = arena_print(drawing->arena, "%s%.12g %s,", key, cell->value, figure->unit);
	}
	if (high > low)
		*change = fmax(*change, is_time(metric) ? log(high / fmax(low, 1)) : high - low);
	return key;
}

static bool has_any(const struct drawing *drawing, const struct picture *picture,
                    const struct compared_case *compared)
{
	for (size_t i = 0; i < drawing->comparison->set_count; i++)
		if (picture->has(drawing, picture, compared, i))
			return true;
	return false;
}

/* A line a case, for those that have the figures. */
static void collect(const struct drawing *drawing, const struct picture *picture, struct choice *choice)
{
	choice->lines = arena_alloc(drawing->arena, (drawing->case_count + 1) * sizeof(*choice->lines));
	for (size_t i = 0; i < drawing->case_count; i++) {
		struct choice_line *line = &choice->lines[choice->count];
		if (!has_any(drawing, picture, drawing->cases[i])) {
			choice->nowhere++;
			continue;
		}
		*line = (struct choice_line){.shown = drawing->cases[i],
		                             .cases = &drawing->cases[i],
		                             .case_count = 1,
		                             .key = "",
		                             .position = choice->count++};
		for (size_t m = 0; picture->metrics[m]; m++)
			line->key =
			    see_metric(drawing, line->shown, picture->metrics[m], line->key, &line->change);
	}
	choice->cases = choice->count;
}

static int by_position(const void *a, const void *b)
{
	const struct choice_line *x = a, *y = b;
	return (x->position > y->position) - (x->position < y->position);
}

static int by_key(const void *a, const void *b)
{
	const struct choice_line *x = a, *y = b;
	int order = strcmp(x->key, y->key);
	return order ? order : by_position(a, b);
}

/* Makes one line of those that have the same figures, in the place of the first. */
static void merge(struct choice *choice, struct arena *arena)
{
	struct choice_line *lines = choice->lines, *line = lines;
	const struct compared_case **cases = arena_alloc(arena, (choice->count + 1) * sizeof(*cases));
	qsort(lines, choice->count, sizeof(*lines), by_key);
	for (size_t i = 0; i < choice->count; i++) {
		cases[i] = lines[i].shown;
		if (i == 0 || strcmp(lines[i].key, line->key) != 0) {
			line = i == 0 ? lines : line + 1;
			*line = lines[i];
			line->cases = &cases[i];
			continue;
		}
		line->case_count++;
		if (strlen(cases[i]->name) < strlen(line->shown->name))
			line->shown = cases[i];
	}
	choice->merged = true;
	choice->count = choice->count ? (size_t)(line - lines) + 1 : 0;
	qsort(lines, choice->count, sizeof(*lines), by_position);
	for (size_t i = 0; i < choice->count; i++)
		lines[i].position = i;
}

/* Leaves out all lines from `first` on, and counts their cases. */
static void cut_off(struct choice *choice, size_t first, size_t *counter)
{
	for (size_t i = first; i < choice->count; i++) {
		*counter += choice->lines[i].case_count;
		choice->cases -= choice->lines[i].case_count;
	}
	choice->count = first < choice->count ? first : choice->count;
}

/* Of "hint/map=anon/page=4k/access=write" the part up to the page size. */
static size_t kind_length(const char *name)
{
	const char *end = name;
	for (size_t parts = 0; *end && parts < 3; parts++) {
		end += *end == '/';
		end += strcspn(end, "/");
	}
	return (size_t)(end - name);
}

static int compare_kinds(const struct choice_line *a, const struct choice_line *b)
{
	size_t length = kind_length(a->shown->name), other = kind_length(b->shown->name);
	if (length != other)
		return length < other ? -1 : 1;
	return memcmp(a->shown->name, b->shown->name, length);
}

static int by_change(const void *a, const void *b)
{
	const struct choice_line *x = a, *y = b;
	if (x->change != y->change)
		return x->change > y->change ? -1 : 1;
	return by_position(a, b);
}

static int by_kind(const void *a, const void *b)
{
	int order = compare_kinds(a, b);
	return order ? order : by_change(a, b);
}

/* The first of each kind, then the second of each: variants of one case would fill the picture. */
static int by_turns(const void *a, const void *b)
{
	const struct choice_line *x = a, *y = b;
	if ((x->change > 0) != (y->change > 0))
		return x->change > 0 ? -1 : 1;
	if (x->nth != y->nth)
		return x->nth < y->nth ? -1 : 1;
	return by_change(a, b);
}

static int by_cases(const void *a, const void *b)
{
	const struct choice_line *x = a, *y = b;
	if ((x->change > 0) != (y->change > 0))
		return x->change > 0 ? -1 : 1;
	if (x->case_count != y->case_count)
		return x->case_count > y->case_count ? -1 : 1;
	return by_change(a, b);
}

/* Counts: what most cases do goes first. Times, which are seldom the same: what changes most, of each kind. */
static void rank(struct choice *choice, bool time)
{
	struct choice_line *lines = choice->lines;
	qsort(lines, choice->count, sizeof(*lines), time ? by_kind : by_cases);
	if (!time)
		return;
	for (size_t i = 1; i < choice->count; i++)
		lines[i].nth = compare_kinds(&lines[i - 1], &lines[i]) == 0 ? lines[i - 1].nth + 1 : 0;
	qsort(lines, choice->count, sizeof(*lines), by_turns);
}

static void leave_out_unchanged(struct choice *choice)
{
	size_t changed = 0;
	while (changed < choice->count && choice->lines[changed].change > 0)
		changed++;
	if (changed > 0)
		cut_off(choice, changed, &choice->unchanged);
}

struct choice choose_cases(const struct drawing *drawing, const struct picture *picture, size_t limit,
                           enum choice_order order)
{
	struct choice choice = {0};
	collect(drawing, picture, &choice);
	bool as_measured = order == CHOICE_AS_MEASURED && choice.count <= limit;
	if (!as_measured)
		merge(&choice, drawing->arena);
	if (order != CHOICE_AS_MEASURED || choice.count > limit)
		rank(&choice, is_time(picture->metrics[0]));
	if (order == CHOICE_CHANGED)
		leave_out_unchanged(&choice);
	cut_off(&choice, limit, &choice.rest);
	if (order == CHOICE_AS_MEASURED)
		qsort(choice.lines, choice.count, sizeof(*choice.lines), by_position);
	return choice;
}

const char *choice_text(const struct choice *choice, struct arena *arena)
{
	const struct {
		size_t count;
		const char *what;
	} left_out[] = {
	    {choice->unchanged, "the same on all kernels that have them"},
	    {choice->rest, "beyond what fits here"},
	    {choice->nowhere, "without these figures on any kernel"},
	};
	size_t all = choice->cases + choice->unchanged + choice->rest + choice->nowhere;
	const char *text = arena_print(arena, "%zu of %zu cases", choice->cases, all);
	const char *separator = "; left out: ";
	for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++) {
		if (left_out[i].count == 0)
			continue;
		text = arena_print(arena, "%s%s%zu %s", text, separator, left_out[i].count, left_out[i].what);
		separator = ", ";
	}
	return text;
}
