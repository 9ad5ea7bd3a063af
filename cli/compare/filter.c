/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/filter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/analysis/selection.h"

static bool is_measured(const struct comparison *comparison, const struct compared_figure *figure)
{
	for (size_t i = 0; i < comparison->set_count; i++)
		if (figure->cells[i].measured)
			return true;
	return false;
}

static bool case_has_metric(const struct comparison *comparison, const struct compared_case *compared,
                            const char *metric)
{
	for (size_t i = 0; i < compared->figure_count; i++)
		if (strcmp(compared->figures[i].name, metric) == 0 &&
		    is_measured(comparison, &compared->figures[i]))
			return true;
	return false;
}

static bool any_has_metric(const struct comparison *comparison, const char *metric)
{
	for (size_t i = 0; i < comparison->case_count; i++)
		if (case_has_metric(comparison, &comparison->cases[i], metric))
			return true;
	return false;
}

/* Names those that there are, as far as the error has room. */
static int unknown_metric(const struct comparison *comparison, const char *metric, struct error *error)
{
	char known[ERROR_BYTES - 128] = "";
	for (const struct metric *row = metrics; row->name; row++) {
		size_t used = strlen(known);
		if (used + strlen(row->name) + 3 > sizeof(known) || !any_has_metric(comparison, row->name))
			continue;
		snprintf(known + used, sizeof(known) - used, "%s%s", used ? ", " : "", row->name);
	}
	return error_set(error, EINVAL, "no metric '%s' in any of the results; there are: %s", metric,
	                 *known ? known : "none");
}

/* The case as any kernel's file has it: its parameters are its name's. */
static struct selectable selectable_at(const struct comparison *comparison, size_t index)
{
	const char *name = comparison->cases[index].name;
	for (size_t i = 0; i < comparison->set_count; i++) {
		const struct record *record = result_set_best_record(&comparison->sets[i], name);
		if (record)
			return selectable_of(record);
	}
	return (struct selectable){.name = name};
}

static int choose_cases(struct filter *filter, struct error *error)
{
	size_t count = filter->comparison->case_count;
	const char *const *words = filter->words;
	struct selectable *known = calloc(count + 1, sizeof(*known));
	filter->chosen = calloc(count + 1, sizeof(*filter->chosen));
	if (!known || !filter->chosen) {
		free(known);
		return error_set(error, ENOMEM, "no memory to choose cases");
	}
	for (size_t i = 0; i < count; i++)
		known[i] = selectable_at(filter->comparison, i);
	int err = selection_check(known, count, words, filter->word_count, error);
	size_t chosen = 0;
	for (size_t i = 0; !err && i < count; i++) {
		filter->chosen[i] = selection_fits(&known[i], words, filter->word_count);
		chosen += filter->chosen[i];
	}
	free(known);
	if (!err && filter->word_count > 0 && chosen == 0)
		err = error_set(error, EINVAL, "no case of the results fits all that -C asks for");
	return err;
}

int filter_prepare(struct filter *filter, const struct comparison *comparison, struct error *error)
{
	filter->comparison = comparison;
	for (size_t i = 0; i < filter->metric_count; i++)
		if (!any_has_metric(comparison, filter->metrics[i]))
			return unknown_metric(comparison, filter->metrics[i], error);
	return choose_cases(filter, error);
}

void filter_release(struct filter *filter)
{
	free(filter->chosen);
	filter->chosen = NULL;
}

bool filter_is_active(const struct filter *filter)
{
	return filter->word_count > 0 || filter->metric_count > 0 || filter->only_different;
}

bool filter_chooses(const struct filter *filter, const struct compared_case *compared)
{
	return filter->chosen[compared - filter->comparison->cases];
}

/* Whether the selection has the figure of a case that it has. */
static bool chooses_figure(const struct filter *filter, const struct compared_figure *figure)
{
	for (size_t i = 0; i < filter->metric_count; i++)
		if (strcmp(filter->metrics[i], figure->name) == 0)
			return true;
	return filter->metric_count == 0;
}

static bool differs(const struct filter *filter, const struct compared_figure *figure)
{
	for (size_t i = 1; i < filter->comparison->set_count; i++)
		if (figure->cells[i].judged && figure->cells[i].judgement.verdict != VERDICT_SAME)
			return true;
	return false;
}

bool filter_shows_figure(const struct filter *filter, const struct compared_figure *figure)
{
	return chooses_figure(filter, figure) && (!filter->only_different || differs(filter, figure));
}

bool filter_shows(const struct filter *filter, const struct compared_case *compared)
{
	if (!filter_chooses(filter, compared))
		return false;
	for (size_t i = 0; filter->only_different && i < compared->figure_count; i++)
		if (filter_shows_figure(filter, &compared->figures[i]))
			return true;
	return !filter->only_different;
}

const struct compared_case *filter_next(const struct filter *filter, const struct compared_case *previous)
{
	const struct compared_case *cases = filter->comparison->cases,
	                           *end = cases + filter->comparison->case_count;
	for (const struct compared_case *next = previous ? previous + 1 : cases; next < end; next++)
		if (filter_shows(filter, next))
			return next;
	return NULL;
}

static void count_cells(const struct filter *filter, const struct compared_figure *figure,
                        struct filter_count *count)
{
	for (size_t i = 1; i < filter->comparison->set_count; i++) {
		const struct compared_cell *cell = &figure->cells[i];
		count->judged += cell->judged;
		count->different += cell->judged && cell->judgement.verdict == VERDICT_DIFFERENT;
		count->relevant += cell->judged && cell->judgement.relevant;
	}
}

struct filter_count filter_count(const struct filter *filter)
{
	struct filter_count count = {0};
	for (size_t i = 0; i < filter->comparison->case_count; i++) {
		const struct compared_case *compared = &filter->comparison->cases[i];
		for (size_t j = 0; filter_chooses(filter, compared) && j < compared->figure_count; j++)
			if (chooses_figure(filter, &compared->figures[j]))
				count_cells(filter, &compared->figures[j], &count);
	}
	return count;
}
