/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be said of samples: quantiles, intervals, a shift between two groups, and tests of it. */
#ifndef HINTBENCH_ANALYSIS_STATS_H
#define HINTBENCH_ANALYSIS_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"

/* The quantile 0 <= q <= 1 of values that come `counts[i]` times each; values ascend, at least one sample. */
double stats_quantile(const double *values, const uint64_t *counts, size_t length, double q);

struct stats_interval {
	double low, high;
};

/*
 * The narrowest interval between order statistics, symmetrical in rank, that holds the median with
 * probability `confidence` or more, whatever the distribution: ranks from the binomial distribution with p =
 * 1/2 (Conover, Practical Nonparametric Statistics, 3.2). `counts` may be NULL, for values that come once
 * each. False where there are too few samples for it: fewer than 6 at 95 %.
 */
bool stats_median_interval(const double *values, const uint64_t *counts, size_t length, double confidence,
                           struct stats_interval *interval);

/*
 * All a_length * b_length differences b - a, ascending, into `differences`; what a double can't hold is cut to half of its
 * range.
 */
void stats_differences(const double *a, size_t a_length, const double *b, size_t b_length,
                       double *differences);

/*
 * How the Mann-Whitney U of two groups of these sizes is distributed where nothing but chance is between them: worked out
 * once for many figures. Memory and time grow with the third and fourth power of the sizes: for boots, not for samples.
 */
struct stats_u {
	size_t a_length, b_length;
	double *below; /* for each u to a_length * b_length + 1 the probability that U is less */
};
void stats_u_make(struct stats_u *u, struct arena *arena, size_t a_length, size_t b_length);

/*
 * The interval of the shift from a to b that holds it with probability `confidence` or more, whatever the shape of the
 * noise, from their differences in ascending order: those shifts that the Mann-Whitney test does not reject (Hodges and
 * Lehmann 1963; Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 4.3). The median of the differences is the
 * Hodges-Lehmann estimate. False where there are too few: fewer than 4 a side at 95 %.
 */
bool stats_shift_interval(const struct stats_u *u, const double *differences, double confidence,
                          struct stats_interval *interval);

/*
 * The two-sided p of the Mann-Whitney U test, exact also with ties: all ways to deal the ranks to two groups
 * are counted (Mann and Whitney 1947; mid-ranks for ties). Of groups with values.
 */
double stats_mann_whitney(const struct stats_u *u, const double *a, const double *b);

/* The least p that the test can give: one group wholly below the other. 1 where either is empty. */
double stats_mann_whitney_least(size_t a_length, size_t b_length);

/*
 * The two-sided p of two counts over so many units each having one rate, both Poisson: given their sum each is binomial
 * (Przyborowski and Wilenski 1940). Twice the smaller tail.
 */
double stats_rates(double a_count, double a_units, double b_count, double b_units);

/*
 * The Benjamini-Hochberg procedure (1995): how many of the p's, the smallest ones, are rejected where of the rejected a
 * share of `rate` may be wrong. Where nothing differs, it rejects anything with that probability at most. Sorts `p`.
 */
size_t stats_benjamini_hochberg(double *p, size_t count, double rate);

/*
 * Whether the values of both groups together, whichever is whose, lie in two clusters of the groups' sizes, with a gap
 * between them that is wider than both clusters are.
 */
bool stats_two_clusters(const double *a, size_t a_length, const double *b, size_t b_length);

#endif
