/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/plot/picture.h"

#include <string.h>

#define BARS_HEIGHT 3600 /* pixels */

struct choice choose_bars(const struct drawing *drawing, const struct picture *picture)
{
	/* A line's height as in the scripts. */
	size_t limit = BARS_HEIGHT / (12 + 15 * drawing->comparison->set_count) + 1;
	return choose_cases(drawing, picture, limit, CHOICE_AS_MEASURED);
}

const struct compared_figure *figure_of(const struct compared_case *compared, const char *metric)
{
	for (size_t i = 0; i < compared->figure_count; i++)
		if (strcmp(compared->figures[i].name, metric) == 0)
			return &compared->figures[i];
	return NULL;
}

const struct compared_cell *cell_of(const struct compared_case *compared, const char *metric, size_t kernel)
{
	const struct compared_figure *figure = figure_of(compared, metric);
	return figure && figure->cells[kernel].measured ? &figure->cells[kernel] : NULL;
}

bool is_time(const char *metric)
{
	const struct metric *row = metric_find(metric);
	return row && row->kind == METRIC_TIME;
}

const char *clock_title(const struct drawing *drawing)
{
	enum clock_unit clock = result_set_clock(&drawing->comparison->sets[0]);
	return clock == CLOCK_INSTRUCTIONS ? "instructions (not cycles)" : clock_unit_name(clock);
}
