/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a comparison says as a whole. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/analysis/comparison.h"

#define OVERHEAD "overhead/"

static size_t count_in_case(const struct compared_case *compared, size_t set, enum verdict verdict,
                            bool only_relevant)
{
	size_t count = 0;
	for (size_t i = 0; i < compared->figure_count; i++) {
		const struct compared_cell *cell = &compared->figures[i].cells[set];
		count += cell->judged && cell->judgement.verdict == verdict &&
		         (cell->judgement.relevant || !only_relevant);
	}
	return count;
}

static size_t count_cells(const struct comparison *comparison, size_t set, enum verdict verdict,
                          bool only_relevant)
{
	size_t count = 0;
	for (size_t i = set ? set : 1; i < (set ? set + 1 : comparison->set_count); i++)
		for (size_t c = 0; c < comparison->case_count; c++)
			count += count_in_case(&comparison->cases[c], i, verdict, only_relevant);
	return count;
}

size_t comparison_count(const struct comparison *comparison, size_t set, enum verdict verdict)
{
	return count_cells(comparison, set, verdict, false);
}

size_t comparison_count_relevant(const struct comparison *comparison, size_t set)
{
	return count_cells(comparison, set, VERDICT_DIFFERENT, true);
}

/* In % of the base; INFINITY where nothing could have been told. NAN: it is no judged time. */
static double resolution_of(const struct compared_figure *figure, size_t set)
{
	const struct compared_cell *base = &figure->cells[0], *cell = &figure->cells[set];
	if (figure->kind != METRIC_TIME || !cell->judged || base->value == 0)
		return NAN;
	return isnan(cell->judgement.resolution) ? INFINITY
	                                         : 100 * cell->judgement.resolution / fabs(base->value);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

size_t comparison_resolution(const struct comparison *comparison, size_t set, double q, double *percent)
{
	size_t room = 0, count = 0;
	for (size_t c = 0; c < comparison->case_count; c++)
		room += comparison->cases[c].figure_count;
	struct arena *scratch = arena_new();
	double *all = arena_alloc(scratch, (room + 1) * sizeof(*all));
	for (size_t c = 0; c < comparison->case_count; c++)
		for (size_t i = 0; i < comparison->cases[c].figure_count; i++) {
			all[count] = resolution_of(&comparison->cases[c].figures[i], set);
			count += !isnan(all[count]);
		}
	qsort(all, count, sizeof(*all), ascending);
	/* The one at that rank: between two of which one is infinite there is nothing. */
	*percent = count > 0 ? all[(size_t)(q * (double)(count - 1))] : NAN;
	*percent = isinf(*percent) ? NAN : *percent;
	arena_free(scratch);
	return count;
}

static bool is_overhead(const struct compared_case *compared)
{
	return strncmp(compared->name, OVERHEAD, strlen(OVERHEAD)) == 0;
}

/* The time of that name in a case, or NULL. */
static const struct compared_figure *time_of(const struct compared_case *compared, const char *metric)
{
	for (size_t i = 0; i < compared->figure_count; i++)
		if (compared->figures[i].kind == METRIC_TIME &&
		    strcmp(compared->figures[i].name, metric) == 0)
			return &compared->figures[i];
	return NULL;
}

double comparison_overhead(const struct comparison *comparison, const char *metric, size_t set)
{
	double most = 0;
	for (size_t i = 0; i < comparison->case_count; i++) {
		const struct compared_case *compared = &comparison->cases[i];
		const struct compared_figure *figure =
		    is_overhead(compared) ? time_of(compared, metric) : NULL;
		if (figure && figure->cells[set].measured)
			most = fmax(most, figure->cells[set].value);
	}
	return most;
}

size_t comparison_geomean(const struct comparison *comparison, const char *metric, size_t set,
                          double *percent)
{
	double base_overhead = comparison_overhead(comparison, metric, 0),
	       new_overhead = comparison_overhead(comparison, metric, set), logs = 0;
	size_t count = 0;
	for (size_t i = 0; i < comparison->case_count; i++) {
		const struct compared_case *compared = &comparison->cases[i];
		const struct compared_figure *figure =
		    is_overhead(compared) ? NULL : time_of(compared, metric);
		const struct compared_cell *cells = figure ? figure->cells : NULL;
		if (!cells || !cells[set].judged || cells[0].value <= base_overhead ||
		    cells[set].value <= new_overhead)
			continue;
		logs += log(cells[set].value / cells[0].value);
		count++;
	}
	*percent = count ? 100 * (exp(logs / (double)count) - 1) : 0;
	return count;
}
