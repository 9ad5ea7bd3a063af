/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/comparison.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/analysis/comparison_notes.h"

#define OVERHEAD "overhead/"

/* A figure of a case while its boots are gathered. */
struct gathered {
	struct gathered *next;
	struct figure figure; /* as it was first seen */
	const char *
	    record_unit; /* what the case is counted per, which is more than the unit of a derived figure says */
	struct boot_values *boots; /* a kernel each */
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
		    arena_alloc(comparing->scratch, comparison->sets[i].boots * sizeof(double));
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
		struct boot_values *boots = &gathered_of(comparing, list, &figures[i], record)->boots[set];
		boots->values[boots->boots++] = figures[i].value;
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
	bool against_base = set > 0 && gathered->boots[0].boots > 0;
	if (figure->kind == METRIC_TIME && !comparing->timed[set])
		return NULL;
	if (figure->kind != METRIC_TIME && strcmp(record->unit, gathered->record_unit) != 0)
		return against_base ? arena_print(arena, "counts per %s, the base per %s", record->unit,
		                                  gathered->record_unit)
		                    : NULL;
	for (const struct gathered *other = list; other; other = other->next)
		if (strcmp(other->figure.name, figure->name) == 0 && other->boots[set].boots > 0)
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

/* Boots that do not differ, as those of an exact guest, have no noise that an interval could tell of. */
static bool interval_of(const struct result_set *set, const char *case_name, const struct figure *figure,
                        const struct boot_values *boots, struct stats_interval *interval)
{
	struct samples samples;
	if (result_set_exact(set) && boots->values[0] == boots->values[boots->boots - 1])
		return false;
	if (boots->boots > 1)
		return stats_median_interval(boots->values, NULL, boots->boots, 1 - VERDICT_ALPHA, interval);
	if (figure->kind != METRIC_TIME || figure->metric->value != LATENCY_P50 || set->boots > 1 ||
	    !result_set_samples(set, case_name, figure->metric->latency, &samples))
		return false;
	double *values = calloc(samples.bin_count, sizeof(*values));
	uint64_t *counts = calloc(samples.bin_count, sizeof(*counts));
	for (size_t i = 0; values && counts && i < samples.bin_count; i++) {
		values[i] = samples.bins[i].value;
		counts[i] = samples.bins[i].count;
	}
	bool known = values && counts &&
	             stats_median_interval(values, counts, samples.bin_count, 1 - VERDICT_ALPHA, interval);
	free(values);
	free(counts);
	samples_free(&samples);
	return known;
}

/* What a double can't hold is as far from 0 as one gets: never an infinity, which JSON could not write. */
static double bounded(double value)
{
	return isinf(value) ? copysign(DBL_MAX, value) : value;
}

static void judge_cell(struct compared_cell *cell, const struct compared_cell *base, enum metric_kind kind,
                       bool exact, const struct boot_values *base_boots, const struct boot_values *boots)
{
	bool varies = kind == METRIC_TIME || kind == METRIC_EVENT || kind == METRIC_DERIVED;
	struct judgement judgement = (exact    ? judge_exact
	                              : varies ? judge_times
	                                       : judge_counts)(base_boots, boots);
	cell->judged = true;
	cell->verdict = judgement.verdict;
	cell->p = judgement.p;
	cell->reason = judgement.reason;
	cell->delta = bounded(cell->value - base->value);
	cell->delta_pct = base->value != 0 ? bounded(100 * cell->delta / base->value) : NAN;
}

static void measure_cell(struct compared_cell *cell, const struct result_set *set, const char *case_name,
                         const struct figure *figure, const struct boot_values *boots)
{
	qsort(boots->values, boots->boots, sizeof(double), ascending);
	cell->measured = true;
	cell->boots = boots->boots;
	cell->value = stats_quantile(boots->values, NULL, boots->boots, 0.5);
	cell->has_interval = interval_of(set, case_name, figure, boots, &cell->interval);
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
		const struct boot_values *boots = &gathered->boots[i];
		*cell = (struct compared_cell){.delta_pct = NAN, .p = NAN};
		if (boots->boots > 0)
			measure_cell(cell, &sets[i], compared->name, &gathered->figure, boots);
		else if (!compared->states[i].absent && compared->states[i].status == CASE_OK)
			cell->gap = gap_of(comparing, list, gathered, i,
			                   result_set_best_record(&sets[i], compared->name));
		if (i > 0 && cell->measured && figure->cells[0].measured)
			judge_cell(cell, &figure->cells[0], figure->kind,
			           result_set_exact(&sets[0]) && result_set_exact(&sets[i]),
			           &gathered->boots[0], boots);
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

struct comparison *comparison_make(const struct result_set *sets, size_t count)
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
	comparison_notes(comparison);
	return comparison;
}

void comparison_free(struct comparison *comparison)
{
	if (comparison)
		arena_free(comparison->arena);
}

static size_t count_in_case(const struct compared_case *compared, size_t set, enum verdict verdict)
{
	size_t count = 0;
	for (size_t i = 0; i < compared->figure_count; i++) {
		const struct compared_cell *cell = &compared->figures[i].cells[set];
		count += cell->judged && cell->verdict == verdict;
	}
	return count;
}

size_t comparison_count(const struct comparison *comparison, size_t set, enum verdict verdict)
{
	size_t count = 0;
	for (size_t i = set ? set : 1; i < (set ? set + 1 : comparison->set_count); i++)
		for (size_t c = 0; c < comparison->case_count; c++)
			count += count_in_case(&comparison->cases[c], i, verdict);
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

/* What measuring itself costs on a kernel at most; 0 where that was not measured. */
static double overhead_of(const struct comparison *comparison, const char *metric, size_t set)
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
	double base_overhead = overhead_of(comparison, metric, 0),
	       new_overhead = overhead_of(comparison, metric, set), logs = 0;
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
