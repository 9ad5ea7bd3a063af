/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/stats.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int ascending_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* Run lengths of the sorted samples. */
static void fill_bins(const uint64_t *sorted, size_t n, struct stats_summary *summary)
{
	struct stats_bin *bins = summary->bins;
	size_t used = 0;
	for (size_t i = 0; i < n; i++) {
		if (used == 0 || bins[used - 1].value != sorted[i])
			bins[used++] = (struct stats_bin){.value = sorted[i]};
		bins[used - 1].count++;
	}
	summary->bin_count = used;
}

static void fill_quantiles(const uint64_t *sorted, double *reals, size_t n, struct stats_summary *summary)
{
	long double sum = 0;
	for (size_t i = 0; i < n; i++) {
		reals[i] = (double)sorted[i];
		sum += sorted[i];
	}
	summary->n = n;
	summary->min = sorted[0];
	summary->max = sorted[n - 1];
	summary->mean = (double)(sum / n);
	summary->p50 = gsl_stats_quantile_from_sorted_data(reals, 1, n, 0.50);
	summary->p90 = gsl_stats_quantile_from_sorted_data(reals, 1, n, 0.90);
	summary->p99 = gsl_stats_quantile_from_sorted_data(reals, 1, n, 0.99);
}

int stats_summarize(const uint64_t *samples, size_t n, struct stats_summary *summary)
{
	memset(summary, 0, sizeof(*summary));
	if (n == 0)
		return -EINVAL;
	uint64_t *sorted = calloc(n, sizeof(*sorted));
	double *reals = calloc(n, sizeof(*reals));
	summary->bins = calloc(n, sizeof(*summary->bins));
	int err = sorted && reals && summary->bins ? 0 : -ENOMEM;
	if (!err) {
		memcpy(sorted, samples, n * sizeof(*sorted));
		qsort(sorted, n, sizeof(*sorted), ascending_u64);
		fill_bins(sorted, n, summary);
		fill_quantiles(sorted, reals, n, summary);
	} else {
		stats_free(summary);
	}
	free(sorted);
	free(reals);
	return err;
}

void stats_free(struct stats_summary *summary)
{
	free(summary->bins);
	summary->bins = NULL;
	summary->bin_count = 0;
}

/* Whole numbers as integers where the scale is 1; ticks stay below 2^53, so doubles hold them. */
static json_t *scaled(double ticks, double scale)
{
	if (scale == 1.0 && ticks == floor(ticks))
		return json_integer((json_int_t)ticks);
	return json_real(ticks * scale);
}

json_t *stats_latency_json(const struct stats_summary *summary, const char *clock, double scale)
{
	json_t *distribution = json_array();
	for (size_t i = 0; i < summary->bin_count; i++) {
		const struct stats_bin *bin = &summary->bins[i];
		json_t *pair = json_pack("[o, I]", scaled((double)bin->value, scale), (json_int_t)bin->count);
		if (json_array_append_new(distribution, pair) != 0) {
			json_decref(distribution);
			return NULL;
		}
	}
	return json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "clock", clock, "n",
	                 (json_int_t)summary->n, "min", scaled((double)summary->min, scale), "p50",
	                 scaled(summary->p50, scale), "p90", scaled(summary->p90, scale), "p99",
	                 scaled(summary->p99, scale), "max", scaled((double)summary->max, scale), "mean",
	                 scaled(summary->mean, scale), "distribution", distribution);
}

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
