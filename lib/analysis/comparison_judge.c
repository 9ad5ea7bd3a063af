/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/comparison_judge.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* The figures of one kernel that are judged together. */
struct judging {
	const struct comparison *comparison;
	const struct comparison_rules *rules;
	size_t set;
	bool exact, same_seeds; /* the base and the kernel */
	struct judged_figure *figures;
	struct compared_cell **cells; /* a cell each */
	size_t count;
};

/* What a double can't hold is as far from 0 as one gets: never an infinity, which JSON could not write. */
static double bounded(double value)
{
	return isinf(value) ? copysign(DBL_MAX, value) : value;
}

static bool varies(enum metric_kind kind)
{
	return kind == METRIC_TIME || kind == METRIC_EVENT || kind == METRIC_DERIVED;
}

/* Whether boot i of both is from one seed, for each i. */
static bool have_same_seeds(const struct result_set *base, const struct result_set *new)
{
	for (size_t i = 0; i < base->boots && base->boots == new->boots; i++) {
		uint64_t seed = base->results[i]->context.seed;
		if (seed == 0 || new->results[i]->context.seed != seed)
			return false;
	}
	return base->boots == new->boots;
}

static double measured_floor(const struct judging *judging, const struct compared_case *compared,
                             const struct compared_figure *figure)
{
	const struct floors *floors = judging->rules->floors;
	return floors ? floors_find(floors, compared->name, figure->name, figure->unit) : 0;
}

static void add_figure(struct judging *judging, const struct compared_case *compared,
                       const struct compared_figure *figure)
{
	const struct compared_cell *base = &figure->cells[0];
	struct compared_cell *cell = &figure->cells[judging->set];
	size_t boots = judging->comparison->sets[0].boots;
	double percent = judging->rules->relevant_percent;
	judging->figures[judging->count] = (struct judged_figure){
	    .base = *base->from,
	    .new = *cell->from,
	    .exact = judging->exact,
	    .paired = judging->same_seeds && base->boots == boots && cell->boots == boots,
	    .counted = !varies(figure->kind),
	    .by_equality = judging->rules->by_equality,
	    .floor = measured_floor(judging, compared, figure),
	    .effect =
	        metric_smallest_effect(figure->kind, base->value, percent > 0 ? percent : RELEVANT_PERCENT),
	};
	judging->cells[judging->count++] = cell;
}

/* A counter of the whole machine has foreign pages among it: context, and no evidence. */
static void add_case(struct judging *judging, const struct compared_case *compared)
{
	for (size_t i = 0; i < compared->figure_count; i++) {
		const struct compared_figure *figure = &compared->figures[i];
		const struct compared_cell *base = &figure->cells[0];
		struct compared_cell *cell = &figure->cells[judging->set];
		if (!cell->paired)
			continue;
		cell->judged = figure->kind != METRIC_MACHINE;
		cell->delta = cell->value - base->value;
		if (cell->judged)
			add_figure(judging, compared, figure);
	}
}

/* A ratio to the measuring's own cost means nothing. */
static bool means_a_ratio(const struct judging *judging, const struct compared_figure *figure)
{
	double base = figure->cells[0].value;
	return base != 0 && (figure->kind != METRIC_TIME ||
	                     base > comparison_overhead(judging->comparison, figure->name, 0));
}

static void set_deltas(const struct judging *judging, const struct compared_case *compared)
{
	for (size_t i = 0; i < compared->figure_count; i++) {
		struct compared_cell *cells = compared->figures[i].cells, *cell = &cells[judging->set];
		if (!cell->paired)
			continue;
		cell->delta = bounded(cell->judged ? cell->judgement.shift : cell->delta);
		cell->delta_pct = means_a_ratio(judging, &compared->figures[i])
		                      ? bounded(100 * cell->delta / cells[0].value)
		                      : NAN;
	}
}

static void judge_set(struct judging *judging, struct arena *scratch)
{
	const struct comparison *comparison = judging->comparison;
	const struct result_set *base = &comparison->sets[0], *new = &comparison->sets[judging->set];
	judging->count = 0;
	judging->exact = result_set_exact(base) && result_set_exact(new);
	judging->same_seeds = have_same_seeds(base, new);
	for (size_t i = 0; i < comparison->case_count; i++)
		add_case(judging, &comparison->cases[i]);
	struct judgement *judgements = arena_alloc(scratch, (judging->count + 1) * sizeof(*judgements));
	verdicts_judge(judging->figures, judging->count, judgements);
	for (size_t i = 0; i < judging->count; i++)
		judging->cells[i]->judgement = judgements[i];
	for (size_t i = 0; i < comparison->case_count; i++)
		set_deltas(judging, &comparison->cases[i]);
}

void comparison_judge(struct comparison *comparison, const struct comparison_rules *rules)
{
	const struct comparison_rules defaults = {0};
	struct arena *scratch = arena_new();
	size_t room = 1;
	for (size_t i = 0; i < comparison->case_count; i++)
		room += comparison->cases[i].figure_count;
	struct judging judging = {.comparison = comparison,
	                          .rules = rules ? rules : &defaults,
	                          .figures = arena_alloc(scratch, room * sizeof(*judging.figures)),
	                          .cells = arena_alloc(scratch, room * sizeof(*judging.cells))};
	for (judging.set = 1; judging.set < comparison->set_count; judging.set++)
		judge_set(&judging, scratch);
	arena_free(scratch);
}
