/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be said of samples: quantiles, an interval of the median, and a rank test. */
#ifndef HINTBENCH_ANALYSIS_STATS_H
#define HINTBENCH_ANALYSIS_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
 * The two-sided p of the Mann-Whitney U test, exact also with ties: all ways to deal the ranks to two groups
 * are counted (Mann and Whitney 1947; mid-ranks for ties). Returns 1 where either group is empty, and NAN
 * where memory ran out. Cost grows with the fourth power of the number of values: for boots, not for samples.
 */
double stats_mann_whitney(const double *a, size_t a_length, const double *b, size_t b_length);

#endif
