/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/comparison.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/analysis/comparison_judge.h"
#include "lib/analysis/comparison_notes.h"

/* A figure of a case while its boots are gathered. */
struct gathered {
	struct gathered *next;
	struct figure figure; /* as it was first seen */
	const char *
	    record_unit; /* what the case is counted per, which is more than the unit of a derived figure says */
	struct boots {
		double *values; /* in the order of the kernel's boots */
		size_t count;
		double events, units;
	} * boots; /* a kernel each */
};

struct comparing {
	struct comparison *comparison;
	const bool *timed;     /* of each kernel, whether its times stand beside those of another */
	struct arena *scratch; /* for the case at hand */
};

/* Where a figure stands among those of its case: in the catalogue's order, all others after it. */
static size_t position(const struct gathered *gathered)
{
	return gathered->figure.metric ? (size_t)(gathered->figure.metric - metrics) : SIZE_MAX;
}

/* Whether two values of that name are of one kind, and per the same. */
static bool is_same_figure(const struct gathered *gathered, const struct figure *figure,
                           const struct record *record)
{
	const struct figure *known = &gathered->figure;
	return strcmp(known->name, figure->name) == 0 && strcmp(known->unit, figure->unit) == 0 &&
	       (figure->kind == METRIC_TIME || strcmp(gathered->record_unit, record->unit) == 0);
}

static struct gathered *gathered_of(const struct comparing *comparing, struct gathered **list,
                                    const struct figure *figure, const struct record *record)
{
	const struct comparison *comparison = comparing->comparison;
	for (struct gathered *known = *list; known; known = known->next)
		if (is_same_figure(known, figure, record))
			return known;
	struct gathered *gathered = arena_alloc(comparing->scratch, sizeof(*gathered));
	*gathered = (struct gathered){.figure = *figure, .record_unit = record->unit};
	gathered->boots = arena_alloc(comparing->scratch, comparison->set_count * sizeof(*gathered->boots));
	for (size_t i = 0; i < comparison->set_count; i++)
		gathered->boots[i].values =
		    arena_alloc(comparison->arena, comparison->sets[i].boots * sizeof(double));
	while (*list && position(*list) <= position(gathered))
		list = &(*list)->next;
	gathered->next = *list;
	*list = gathered;
	return gathered;
}

/* Adds the figures of one boot, where the case is ok in it. */
static void gather_record(const struct comparing *comparing, struct gathered **list, size_t set,
                          const struct record *record)
{
	if (!record || record->status != CASE_OK)
		return;
	size_t count = figures_of(record, NULL, 0);
	struct figure *figures = arena_alloc(comparing->scratch, count * sizeof(*figures));
	figures_of(record, figures, count);
	for (size_t i = 0; i < count; i++) {
		if (figures[i].kind == METRIC_TIME && !comparing->timed[set])
			continue;
		/* The reader lets nothing else in, and a row that can't be judged would hide a difference. */
		assert(isfinite(figures[i].value));
		struct boots *boots = &gathered_of(comparing, list, &figures[i], record)->boots[set];
		boots->values[boots->count++] = figures[i].value;
		boots->events += figures[i].count;
		boots->units += (double)record->units;
	}
}

/* Why a kernel on which the case is ok has no such figure; NULL where something else says it. */
static const char *gap_of(const struct comparing *comparing, const struct gathered *list,
                          const struct gathered *gathered, size_t set, const struct record *record)
{
	const struct figure *figure = &gathered->figure;
	struct arena *arena = comparing->comparison->arena;
	bool against_base = set > 0 && gathered->boots[0].count > 0;
	if (figure->kind == METRIC_TIME && !comparing->timed[set])
		return NULL;
	if (figure->kind != METRIC_TIME && strcmp(record->unit, gathered->record_unit) != 0)
		return against_base ? arena_print(arena, "counts per %s, the base per %s", record->unit,
		                                  gathered->record_unit)
		                    : NULL;
	for (const struct gathered *other = list; other; other = other->next)
		if (strcmp(other->figure.name, figure->name) == 0 && other->boots[set].count > 0)
			return against_base ? arena_print(arena, "in %s, the base in %s", other->figure.unit,
			                                  figure->unit)
			                    : NULL;
	return arena_print(arena, "has no %s", figure->name);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The interval of the median of one boot's samples. */
static bool interval_of_samples(const struct result_set *set, const char *case_name,
                                const struct metric *metric, struct stats_interval *interval)
{
	struct samples samples;
	if (!result_set_samples(set, case_name, metric->latency, &samples))
		return false;
	struct arena *scratch = arena_new();
	double *values = arena_alloc(scratch, samples.bin_count * sizeof(*values));
	uint64_t *counts = arena_alloc(scratch, samples.bin_count * sizeof(*counts));
	for (size_t i = 0; i < samples.bin_count; i++) {
		values[i] = samples.bins[i].value;
		counts[i] = samples.bins[i].count;
	}
	bool known = stats_median_interval(values, counts, samples.bin_count, 1 - VERDICT_ALPHA, interval);
	arena_free(scratch);
	samples_free(&samples);
	return known;
}

/* Boots that do not differ, as those of an exact guest, have no noise that an interval could tell of. */
static bool interval_of(const struct result_set *set, const char *case_name, const struct figure *figure,
                        const double *sorted, size_t boots, struct stats_interval *interval)
{
	if (result_set_exact(set) && sorted[0] == sorted[boots - 1])
		return false;
	if (boots > 1)
		return stats_median_interval(sorted, NULL, boots, 1 - VERDICT_ALPHA, interval);
	return figure->kind == METRIC_TIME && figure->metric->value == LATENCY_P50 && set->boots == 1 &&
	       interval_of_samples(set, case_name, figure->metric, interval);
}

static void measure_cell(const struct comparing *comparing, struct compared_cell *cell,
                         const struct result_set *set, const char *case_name, const struct figure *figure,
                         const struct boots *boots)
{
	double *sorted = arena_alloc(comparing->scratch, boots->count * sizeof(*sorted));
	memcpy(sorted, boots->values, boots->count * sizeof(*sorted));
	qsort(sorted, boots->count, sizeof(*sorted), ascending);
	cell->measured = true;
	cell->boots = boots->count;
	cell->from = arena_alloc(comparing->comparison->arena, sizeof(*cell->from));
	*cell->from = (struct boot_values){boots->count, boots->values, boots->events, boots->units};
	cell->value = stats_quantile(sorted, NULL, boots->count, 0.5);
	cell->has_interval = interval_of(set, case_name, figure, sorted, boots->count, &cell->interval);
}

static void fill_figure(const struct comparing *comparing, struct compared_figure *figure,
                        const struct compared_case *compared, const struct gathered *list,
                        const struct gathered *gathered)
{
	const struct comparison *comparison = comparing->comparison;
	const struct result_set *sets = comparison->sets;
	char unit[RESULT_NAME_BYTES_MAX + 8];
	figure_unit(&gathered->figure, unit, sizeof(unit));
	*figure = (struct compared_figure){
	    .name = gathered->figure.name,
	    .metric = gathered->figure.metric,
	    .kind = gathered->figure.kind,
	    .unit = arena_copy(comparison->arena, unit),
	    .cells = arena_alloc(comparison->arena, comparison->set_count * sizeof(*figure->cells)),
	};
	for (size_t i = 0; i < comparison->set_count; i++) {
		struct compared_cell *cell = &figure->cells[i];
		const struct boots *boots = &gathered->boots[i];
		*cell = (struct compared_cell){.delta_pct = NAN};
		if (boots->count > 0)
			measure_cell(comparing, cell, &sets[i], compared->name, &gathered->figure, boots);
		else if (!compared->states[i].absent && compared->states[i].status == CASE_OK)
			cell->gap = gap_of(comparing, list, gathered, i,
			                   result_set_best_record(&sets[i], compared->name));
		cell->paired = i > 0 && cell->measured && figure->cells[0].measured;
	}
}

static struct compared_state state_of(const struct result_set *set, const char *case_name)
{
	const struct record *record = result_set_best_record(set, case_name);
	if (!record)
		return (struct compared_state){.absent = true, .reason = "not in the file"};
	return (struct compared_state){.status = record->status,
	                               .reason = record->status == CASE_OK ? NULL : record->reason};
}

static void compare_case(const struct comparing *comparing, struct compared_case *compared, const char *name)
{
	const struct comparison *comparison = comparing->comparison;
	struct gathered *list = NULL;
	compared->name = name;
	compared->states = arena_alloc(comparison->arena, comparison->set_count * sizeof(*compared->states));
	for (size_t i = 0; i < comparison->set_count; i++) {
		const struct result_set *set = &comparison->sets[i];
		compared->states[i] = state_of(set, name);
		for (size_t boot = 0; boot < set->boots; boot++)
			gather_record(comparing, &list, i, result_set_record(set, boot, name));
	}
	for (const struct gathered *gathered = list; gathered; gathered = gathered->next)
		compared->figure_count++;
	compared->figures =
	    arena_alloc(comparison->arena, compared->figure_count * sizeof(*compared->figures));
	struct compared_figure *figure = compared->figures;
	for (const struct gathered *gathered = list; gathered; gathered = gathered->next)
		fill_figure(comparing, figure++, compared, list, gathered);
}

/* Times of another clock than the base's can't stand beside them, nor alone in a column of a table of such. */
static const bool *timed_sets(const struct comparison *comparison)
{
	enum clock_unit clock = result_set_clock(&comparison->sets[0]);
	bool *timed = arena_alloc(comparison->arena, comparison->set_count * sizeof(*timed));
	timed[0] = comparison->set_count == 1;
	for (size_t i = 1; i < comparison->set_count; i++) {
		timed[i] = clock != CLOCK_NONE && result_set_clock(&comparison->sets[i]) == clock;
		timed[0] |= timed[i];
	}
	return timed;
}

struct comparison *comparison_make(const struct result_set *sets, size_t count,
                                   const struct comparison_rules *rules)
{
	struct arena *arena = arena_new();
	struct comparison *comparison = arena_alloc(arena, sizeof(*comparison));
	*comparison = (struct comparison){.arena = arena, .sets = sets, .set_count = count};
	struct comparing comparing = {.comparison = comparison, .timed = timed_sets(comparison)};
	const char **names = result_sets_case_names(sets, count, &comparison->case_count);
	comparison->cases = arena_alloc(arena, comparison->case_count * sizeof(*comparison->cases));
	for (size_t i = 0; i < comparison->case_count; i++) {
		comparing.scratch = arena_new();
		compare_case(&comparing, &comparison->cases[i], names[i]);
		arena_free(comparing.scratch);
	}
	free(names);
	comparison_judge(comparison, rules);
	comparison_notes(comparison);
	return comparison;
}

void comparison_free(struct comparison *comparison)
{
	if (comparison)
		arena_free(comparison->arena);
}
