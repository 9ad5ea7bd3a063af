/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/stats.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
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

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

void stats_differences(const double *a, size_t a_length, const double *b, size_t b_length,
                       double *differences)
{
	for (size_t i = 0; i < a_length; i++)
		for (size_t j = 0; j < b_length; j++)
			differences[i * b_length + j] = fmax(fmin(b[j] - a[i], DBL_MAX / 2), -DBL_MAX / 2);
	qsort(differences, a_length * b_length, sizeof(*differences), ascending);
}

/*
 * The ways to take `taken` of n ranks by their sum, from 0 to sum_max, as in counting the ways to pay a sum with so many of
 * some coins.
 */
static const double *count_ways(const size_t *ranks, size_t n, size_t taken, size_t sum_max,
                                struct arena *arena)
{
	size_t row = sum_max + 1;
	double *ways = arena_alloc(arena, (taken + 1) * row * sizeof(*ways));
	ways[0] = 1;
	for (size_t i = 0; i < n; i++)
		for (size_t k = taken < i + 1 ? taken : i + 1; k > 0; k--)
			for (size_t sum = ranks[i]; sum <= sum_max; sum++)
				ways[k * row + sum] += ways[(k - 1) * row + sum - ranks[i]];
	return ways + taken * row;
}

void stats_u_make(struct stats_u *u, struct arena *arena, size_t a_length, size_t b_length)
{
	size_t n = a_length + b_length, products = a_length * b_length;
	size_t least = a_length * (a_length + 1) / 2;
	struct arena *scratch = arena_new();
	size_t *ranks = arena_alloc(scratch, n * sizeof(*ranks));
	for (size_t i = 0; i < n; i++)
		ranks[i] = i + 1;
	const double *ways = count_ways(ranks, n, a_length, least + products, scratch);
	*u = (struct stats_u){a_length, b_length, arena_alloc(arena, (products + 2) * sizeof(*u->below))};
	for (size_t i = 0; i <= products; i++)
		u->below[i + 1] = u->below[i] + ways[least + i];
	for (size_t i = 0; i <= products + 1; i++)
		u->below[i] /= u->below[products + 1];
	arena_free(scratch);
}

bool stats_shift_interval(const struct stats_u *u, const double *differences, double confidence,
                          struct stats_interval *interval)
{
	size_t count = u->a_length * u->b_length, outside = 0;
	while (outside < (count + 1) / 2 && u->below[outside + 1] <= (1 - confidence) / 2)
		outside++;
	if (outside == 0)
		return false;
	*interval = (struct stats_interval){differences[outside - 1], differences[count - outside]};
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

/* The share of all ways in which the sum of the ranks is as far from its mean, or farther, than `sum`. */
static double share_as_far(const double *ways, size_t sum_max, size_t sum, double mean)
{
	double all = 0, as_far = 0, distance = fabs((double)sum - mean);
	for (size_t s = 0; s <= sum_max; s++) {
		all += ways[s];
		as_far += fabs((double)s - mean) >= distance ? ways[s] : 0;
	}
	return as_far / all;
}

/* Where no two values are alike, U alone says it; `ranks` are double ones, those of group a first. */
static double p_without_ties(const struct stats_u *u, const size_t *ranks)
{
	size_t sum = 0, least = u->a_length * (u->a_length + 1) / 2, products = u->a_length * u->b_length;
	for (size_t i = 0; i < u->a_length; i++)
		sum += ranks[i] / 2;
	size_t below = sum - least, above = products - below;
	return fmin(1, 2 * u->below[(below < above ? below : above) + 1]);
}

/* Twice the ranks of all n add up to n(n+1), so those of group a to a_length * (n+1) on average. */
static double p_with_ties(const struct stats_u *u, const size_t *ranks, struct arena *scratch)
{
	size_t n = u->a_length + u->b_length, sum = 0, sum_max = n * (n + 1);
	for (size_t i = 0; i < u->a_length; i++)
		sum += ranks[i];
	return share_as_far(count_ways(ranks, n, u->a_length, sum_max, scratch), sum_max, sum,
	                    (double)(u->a_length * (n + 1)));
}

/* Whether double ranks are those of values of which no two are alike: ties make the sum of their squares less. */
static bool all_differ(const size_t *ranks, size_t n)
{
	size_t squares = 0;
	for (size_t i = 0; i < n; i++)
		squares += ranks[i] * ranks[i];
	return squares == 2 * n * (n + 1) * (2 * n + 1) / 3;
}

double stats_mann_whitney(const struct stats_u *u, const double *a, const double *b)
{
	size_t n = u->a_length + u->b_length;
	struct arena *scratch = arena_new();
	double *values = arena_alloc(scratch, n * sizeof(*values));
	size_t *ranks = arena_alloc(scratch, n * sizeof(*ranks));
	memcpy(values, a, u->a_length * sizeof(*a));
	memcpy(values + u->a_length, b, u->b_length * sizeof(*b));
	double_ranks(values, n, ranks);
	double p = all_differ(ranks, n) ? p_without_ties(u, ranks) : p_with_ties(u, ranks, scratch);
	arena_free(scratch);
	return p;
}

double stats_mann_whitney_least(size_t a_length, size_t b_length)
{
	size_t n = a_length + b_length;
	if (a_length == 0 || b_length == 0)
		return 1;
	return fmin(1, 2 * exp(-gsl_sf_lnchoose((unsigned)n, (unsigned)a_length)));
}

double stats_rates(double a_count, double a_units, double b_count, double b_units)
{
	double share = b_units / (a_units + b_units), all = a_count + b_count;
	/* The tails of the binomial distribution as those of the beta: whatever the size of the counts. */
	double at_least = b_count > 0 ? gsl_cdf_beta_P(share, b_count, all - b_count + 1) : 1;
	double at_most = b_count < all ? gsl_cdf_beta_Q(share, b_count + 1, all - b_count) : 1;
	return fmin(1, 2 * fmin(at_least, at_most));
}

size_t stats_benjamini_hochberg(double *p, size_t count, double rate)
{
	qsort(p, count, sizeof(*p), ascending);
	for (size_t rejected = count; rejected > 0; rejected--)
		if (p[rejected - 1] <= rate * (double)rejected / (double)count)
			return rejected;
	return 0;
}

static bool gap_after(const double *sorted, size_t n, size_t first)
{
	double within = (sorted[first - 1] - sorted[0]) + (sorted[n - 1] - sorted[first]);
	return sorted[first] - sorted[first - 1] > within;
}

bool stats_two_clusters(const double *a, size_t a_length, const double *b, size_t b_length)
{
	size_t n = a_length + b_length;
	struct arena *scratch = arena_new();
	double *values = arena_alloc(scratch, n * sizeof(*values));
	memcpy(values, a, a_length * sizeof(*a));
	memcpy(values + a_length, b, b_length * sizeof(*b));
	qsort(values, n, sizeof(*values), ascending);
	bool found = gap_after(values, n, a_length) || gap_after(values, n, b_length);
	arena_free(scratch);
	return found;
}
