/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/latency.h"

#include <gsl/gsl_statistics_double.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* Run lengths of the sorted ticks. */
static void fill_bins(struct latency *latency, struct arena *arena, const uint64_t *sorted, size_t n,
                      double scale)
{
	size_t distinct = 1;
	for (size_t i = 1; i < n; i++)
		distinct += sorted[i] != sorted[i - 1];
	latency->bins = arena_alloc(arena, distinct * sizeof(*latency->bins));
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || sorted[i] != sorted[i - 1])
			latency->bins[latency->bin_count++].value = (double)sorted[i] * scale;
		latency->bins[latency->bin_count - 1].count++;
	}
}

/* Ticks stay below 2^53, so doubles hold them. */
static void fill_quantiles(struct latency *latency, const uint64_t *sorted, double *reals, size_t n,
                           double scale)
{
	long double sum = 0;
	for (size_t i = 0; i < n; i++) {
		reals[i] = (double)sorted[i];
		sum += sorted[i];
	}
	latency->min = reals[0] * scale;
	latency->max = reals[n - 1] * scale;
	latency->mean = (double)(sum / n) * scale;
	latency->p50 = gsl_stats_quantile_from_sorted_data(reals, 1, n, 0.50) * scale;
	latency->p90 = gsl_stats_quantile_from_sorted_data(reals, 1, n, 0.90) * scale;
	latency->p99 = gsl_stats_quantile_from_sorted_data(reals, 1, n, 0.99) * scale;
}

bool latency_summarize(struct latency *latency, struct arena *arena, const char *name, const uint64_t *ticks,
                       size_t n, enum clock_unit clock, double scale)
{
	*latency = (struct latency){.name = name, .clock = clock, .n = n};
	if (n == 0)
		return false;
	struct arena *scratch = arena_new();
	uint64_t *sorted = arena_alloc(scratch, n * sizeof(*sorted));
	double *reals = arena_alloc(scratch, n * sizeof(*reals));
	memcpy(sorted, ticks, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), ascending);
	fill_bins(latency, arena, sorted, n, scale);
	fill_quantiles(latency, sorted, reals, n, scale);
	arena_free(scratch);
	return true;
}
