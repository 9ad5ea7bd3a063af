/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint64_t total(const uint64_t *counts, size_t length)
{
	if (!counts)
		return length;
	uint64_t n = 0;
	for (size_t i = 0; i < length; i++)
		n += counts[i];
	return n;
}

/* The sample with `rank`, from 0, in ascending order. */
static double ranked(const double *values, const uint64_t *counts, size_t length, uint64_t rank)
{
	uint64_t seen = 0;
	for (size_t i = 0; i < length; i++) {
		seen += counts ? counts[i] : 1;
		if (rank < seen)
			return values[i];
	}
	return values[length - 1];
}

double stats_quantile(const double *values, const uint64_t *counts, size_t length, double q)
{
	double position = q * (double)(total(counts, length) - 1);
	uint64_t below = (uint64_t)position;
	double low = ranked(values, counts, length, below);
	double high = ranked(values, counts, length, below + 1);
	return low + (high - low) * (position - (double)below);
}

bool stats_median_interval(const double *values, const uint64_t *counts, size_t length, double confidence,
                           struct stats_interval *interval)
{
	uint64_t n = total(counts, length);
	double tail = (1 - confidence) / 2;
	/*
	 * The interval reaches from rank k to rank n-1-k; the median is below it with probability P(X <= k).
	 */
	if (n == 0 || n > UINT32_MAX || gsl_cdf_binomial_P(0, 0.5, (unsigned)n) > tail)
		return false;
	uint64_t k = 0, above = n / 2;
	while (above - k > 1) {
		uint64_t middle = k + (above - k) / 2;
		if (gsl_cdf_binomial_P((unsigned)middle, 0.5, (unsigned)n) <= tail)
			k = middle;
		else
			above = middle;
	}
	interval->low = ranked(values, counts, length, k);
	interval->high = ranked(values, counts, length, n - 1 - k);
	return true;
}

/* Twice the mid-rank (from 1) of each of the n values, so that ties stay whole numbers. */
static void double_ranks(const double *values, size_t n, size_t *ranks)
{
	for (size_t i = 0; i < n; i++) {
		size_t below = 0, equal = 0;
		for (size_t j = 0; j < n; j++) {
			below += values[j] < values[i];
			equal += values[j] == values[i];
		}
		ranks[i] = 2 * below + equal + 1;
	}
}

/*
 * ways[k * (sum_max + 1) + s]: how many choices of k ranks have the sum s. Each rank is either taken or not,
 * as in counting the ways to pay a sum with k of some coins.
 */
static void count_ways(const size_t *ranks, size_t n, size_t taken, size_t sum_max, double *ways)
{
	ways[0] = 1;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = taken; k > 0; k--) {
			for (size_t s = ranks[i]; s <= sum_max; s++)
				ways[k * (sum_max + 1) + s] += ways[(k - 1) * (sum_max + 1) + s - ranks[i]];
		}
	}
}

double stats_mann_whitney(const double *a, size_t a_length, const double *b, size_t b_length)
{
	size_t n = a_length + b_length, sum_max = n * (n + 1);
	if (a_length == 0 || b_length == 0)
		return 1;
	double *values = calloc(n, sizeof(*values));
	size_t *ranks = calloc(n, sizeof(*ranks));
	double *ways = calloc((a_length + 1) * (sum_max + 1), sizeof(*ways));
	double p = NAN;
	if (values && ranks && ways) {
		memcpy(values, a, a_length * sizeof(*a));
		memcpy(values + a_length, b, b_length * sizeof(*b));
		double_ranks(values, n, ranks);
		count_ways(ranks, n, a_length, sum_max, ways);
		size_t sum = 0;
		for (size_t i = 0; i < a_length; i++)
			sum += ranks[i];
		/*
		 * Twice the ranks of all n add up to n(n+1), so those of group a to a_length * (n+1) on
		 * average.
		 */
		double expected = (double)(a_length * (n + 1)), all = 0, as_far = 0;
		for (size_t s = 0; s <= sum_max; s++) {
			double count = ways[a_length * (sum_max + 1) + s];
			all += count;
			if (fabs((double)s - expected) >= fabs((double)sum - expected))
				as_far += count;
		}
		p = as_far / all;
	}
	free(values);
	free(ranks);
	free(ways);
	return p;
}
