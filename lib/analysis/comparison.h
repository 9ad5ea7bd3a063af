/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The comparison of a base kernel with new ones: made once, a matrix of cases × metrics × kernels, of which every
 * format is a renderer. What is chosen for the eye (comparison_filter.h) never changes what was judged, counted or
 * averaged here.
 */
#ifndef HINTBENCH_ANALYSIS_COMPARISON_H
#define HINTBENCH_ANALYSIS_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/analysis/floors.h"
#include "lib/analysis/metrics.h"
#include "lib/analysis/result_set.h"
#include "lib/analysis/stats.h"
#include "lib/analysis/verdict.h"
#include "lib/base/arena.h"

/* One metric of one case on one kernel, and for a new kernel what it is against the base. */
struct compared_cell {
	bool measured; /* else nothing below holds; compared_case.states[] or `gap` say why */
	/*
	 * Why a case that is ok has no figure here. NULL where something else says it: the case's state, a note (clocks that
	 * differ), or another figure of that name, since one stands for each unit that the kernels count per.
	 */
	const char *gap;
	double value;             /* the median of the boots */
	size_t boots;             /* in which it was measured */
	struct boot_values *from; /* what it is the median of, in the order of the set's boots */
	bool has_interval;
	/*
	 * 95 %, of the median: over boots (6 at least), else over the samples of the one boot. None where there is no noise.
	 */
	struct stats_interval interval;
	/* Against the base, where that has the figure as well; of the base itself nothing holds. */
	bool paired;
	double delta;     /* the shift, of figures that are not judged value - base; finite, as is the next */
	double delta_pct; /* of the base's value; NAN where that is 0, or no more than the measuring's own */
	bool judged;      /* paired, and no context such as a counter of the whole machine */
	struct judgement judgement;
};

struct compared_figure {
	const char *name;
	const struct metric *metric; /* NULL where the catalogue has none */
	enum metric_kind kind;
	const char *unit;            /* for people: "per page", "instructions" */
	struct compared_cell *cells; /* a kernel each, the base first */
};

/* What a case is on one kernel. */
struct compared_state {
	bool absent;             /* not in the file: the rest doesn't hold */
	enum case_status status; /* ok where one boot at least is */
	const char *reason;      /* NULL where it is ok */
};

struct compared_case {
	const char *name;
	struct compared_state *states;   /* a kernel each */
	struct compared_figure *figures; /* those of the catalogue first, in its order */
	size_t figure_count;
};

/* What all files agree on, as text. */
struct common_value {
	const char *part, *key, *value; /* the part is "settings", "machine" or "suite" */
};

struct comparison {
	struct arena *arena;
	const struct result_set *sets; /* borrowed; the base first */
	size_t set_count;
	struct compared_case *cases; /* in the order in which they were measured */
	size_t case_count;
	struct common_value *common;
	size_t common_count;
	/* Sentences on what they do not agree on, and on what was therefore not compared. */
	const char **notes;
	size_t note_count;
};

/* How figures are judged, where that is not left to the defaults. */
struct comparison_rules {
	bool by_equality; /* exact results are the same or not, whatever their boots show */
	double
	    relevant_percent; /* the smallest difference of times and events that matters; 0: RELEVANT_PERCENT */
	const struct floors *floors; /* that were measured elsewhere; NULL: none */
};

/*
 * Compares sets[0], the base, with each of the others. `rules` may be NULL. The figures of a kernel are judged together, and
 * corrected for their number. For comparison_free().
 */
struct comparison *comparison_make(const struct result_set *sets, size_t count,
                                   const struct comparison_rules *rules);
void comparison_free(struct comparison *comparison); /* NULL is nothing to free */

/* How many judged figures of a kernel (from 1; 0: of all) have the verdict. */
size_t comparison_count(const struct comparison *comparison, size_t set, enum verdict verdict);

/* How many of those that differ are relevant. */
size_t comparison_count_relevant(const struct comparison *comparison, size_t set);

/*
 * The smallest differences that could have been seen in times, in % of the base: the quantile `q` over the judged times of a
 * kernel. Returns over how many; 0: there is none. NAN where so many could not have been told at all.
 */
size_t comparison_resolution(const struct comparison *comparison, size_t set, double q, double *percent);

/* What measuring itself costs on a kernel at most, of that time: the cases `overhead`. 0 where that was not measured. */
double comparison_overhead(const struct comparison *comparison, const char *metric, size_t set);

/*
 * The geometric mean of new / base over all cases in which the metric was measured on both, as a change in %. Only of
 * times. Left out are the cases `overhead`, and those whose time is on either kernel no more than the greatest that
 * `overhead` shows there for this metric: they took no fault, and a ratio to the measuring's own cost means nothing.
 * Where a kernel has no such case, only times of 0 are left out. Returns over how many cases; 0: there is none.
 */
size_t comparison_geomean(const struct comparison *comparison, const char *metric, size_t set,
                          double *percent);

#endif
