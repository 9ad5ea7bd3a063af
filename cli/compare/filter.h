/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a comparison is shown. It never changes what was judged, counted or averaged: those are the comparison's. A
 * *selection* (cases and metrics) says what is asked about; "only what differs" leaves lines out for the eye.
 */
#ifndef HINTBENCH_CLI_COMPARE_FILTER_H
#define HINTBENCH_CLI_COMPARE_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/analysis/comparison.h"
#include "lib/base/error.h"

struct filter {
	const char **words; /* of cases, as in lib/analysis/selection.h; none: all */
	size_t word_count;
	const char **metrics; /* none: all */
	size_t metric_count;
	bool only_different; /* only figures that differ or are unclear on some kernel */
	/* filter_prepare()'s. */
	const struct comparison *comparison;
	bool *chosen; /* a case of the comparison each */
};

/*
 * Makes a filter with words and metrics ready for a comparison. Returns 0, or -errno with `error`: a word that fits no case,
 * a metric that no case has. For filter_release().
 */
int filter_prepare(struct filter *filter, const struct comparison *comparison, struct error *error);
void filter_release(struct filter *filter);

/* Whether less than everything is shown. */
bool filter_is_active(const struct filter *filter);

/* Whether the selection has the case. */
bool filter_chooses(const struct filter *filter, const struct compared_case *compared);

/* Whether it is shown: chosen and, where that is asked for, different. */
bool filter_shows(const struct filter *filter, const struct compared_case *compared);
bool filter_shows_figure(const struct filter *filter, const struct compared_figure *figure);

/* The next case that is shown after `previous`, NULL being before the first; NULL where there is none. */
const struct compared_case *filter_next(const struct filter *filter, const struct compared_case *previous);

/* How many judged figures of the selection there are, on all kernels, how many of them differ, and of these are relevant. */
struct filter_count {
	size_t judged, different, relevant;
};
struct filter_count filter_count(const struct filter *filter);

#endif
