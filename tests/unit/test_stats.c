/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/cmocka_all.h"

#include <math.h>

#include "lib/analysis/latency.h"
#include "lib/analysis/stats.h"

static struct arena *arena;

static int make_arena(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int free_arena(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void summary_of_known_samples(void **state)
{
	(void)state;
	const uint64_t ticks[] = {2251, 7, 5, 9, 5};
	struct latency l;
	assert_true(latency_summarize(&l, arena, "touch", ticks, 5, CLOCK_INSTRUCTIONS, 1));
	assert_string_equal(l.name, "touch");
	assert_int_equal(l.clock, CLOCK_INSTRUCTIONS);
	assert_int_equal(l.n, 5);
	assert_true(l.min == 5 && l.p50 == 7 && l.max == 2251);
	assert_true(fabs(l.p90 - 1354.2) < 1e-9); /* 9 + 0.6 * (2251 - 9) */
	assert_true(fabs(l.mean - 455.4) < 1e-9);
	assert_int_equal(l.bin_count, 4);
	assert_true(l.bins[0].value == 5 && l.bins[0].count == 2);
	assert_true(l.bins[3].value == 2251 && l.bins[3].count == 1);
}

static void no_samples_are_no_latency(void **state)
{
	(void)state;
	struct latency l;
	assert_false(latency_summarize(&l, arena, "touch", NULL, 0, CLOCK_NS, 0.5));
}

static void ticks_are_scaled(void **state)
{
	(void)state;
	const uint64_t ticks[] = {10, 12, 12};
	struct latency l;
	assert_true(latency_summarize(&l, arena, "write", ticks, 3, CLOCK_NS, 0.5));
	assert_true(l.min == 5 && l.p50 == 6 && l.max == 6);
	assert_int_equal(l.bin_count, 2);
	assert_true(l.bins[1].value == 6 && l.bins[1].count == 2);
}

static void quantiles_count_repeats(void **state)
{
	(void)state;
	const double values[] = {1, 5};
	const uint64_t counts[] = {3, 1};
	assert_true(stats_quantile(values, counts, 2, 0.5) == 1);
	assert_true(stats_quantile(values, counts, 2, 1) == 5);
	assert_true(stats_quantile(values, counts, 2, 5.0 / 6) == 3); /* half-way between the last two */
}

/* Tabled: n = 6 gives [x1, x6]; n = 100 gives ranks 40 and 61 at 95 % (Conover, or R's qbinom). */
static void median_interval_has_the_tabled_ranks(void **state)
{
	(void)state;
	double values[100];
	struct stats_interval interval;
	for (int i = 0; i < 100; i++)
		values[i] = i + 1;
	assert_false(stats_median_interval(values, NULL, 5, 0.95, &interval));
	assert_true(stats_median_interval(values, NULL, 6, 0.95, &interval));
	assert_true(interval.low == 1 && interval.high == 6);
	assert_true(stats_median_interval(values, NULL, 100, 0.95, &interval));
	assert_true(interval.low == 40 && interval.high == 61);
	const double two[] = {1, 2};
	const uint64_t millions[] = {5000000, 5000001}; /* sizes at which a careless use of GSL aborts */
	assert_true(stats_median_interval(two, millions, 2, 0.95, &interval));
	assert_true(interval.low == 1 && interval.high == 2);
	const double one = 7;
	const uint64_t often = 100;
	assert_true(stats_median_interval(&one, &often, 1, 0.95, &interval));
	assert_true(interval.low == 7 && interval.high == 7);
}

static double mann_whitney(const double *a, size_t a_length, const double *b, size_t b_length)
{
	struct stats_u u;
	stats_u_make(&u, arena, a_length, b_length);
	return stats_mann_whitney(&u, a, b);
}

static bool shift_interval(const double *a, size_t a_length, const double *b, size_t b_length,
                           double confidence, struct stats_interval *interval)
{
	struct stats_u u;
	double *differences = arena_alloc(arena, a_length * b_length * sizeof(*differences));
	stats_u_make(&u, arena, a_length, b_length);
	stats_differences(a, a_length, b, b_length, differences);
	return stats_shift_interval(&u, differences, confidence, interval);
}

#define assert_near(is, should_be) assert_true(fabs((is) - (should_be)) <= 1e-12 * fabs(should_be))

/*
 * What is expected below was made by R 4.2.2, with
 *
 *   a <- c(2.1,2.4,1.9,2.8,2.2); b <- c(2.9,3.1,2.5,3.4,2.7)
 *   x <- c(10.3,11.8,9.1,12.4,10.9,11.1,9.8,13.2,10.1,12.9)
 *   y <- c(12.1,13.8,11.2,14.9,12.2,13.1,10.5,15.3,12.6,13.4)
 *
 * and the line before each test.
 */
static const double a5[] = {2.1, 2.4, 1.9, 2.8, 2.2}, b5[] = {2.9, 3.1, 2.5, 3.4, 2.7};
static const double x10[] = {10.3, 11.8, 9.1, 12.4, 10.9, 11.1, 9.8, 13.2, 10.1, 12.9};
static const double y10[] = {12.1, 13.8, 11.2, 14.9, 12.2, 13.1, 10.5, 15.3, 12.6, 13.4};

/* print(wilcox.test(y, x, exact=TRUE)$p.value, digits=15); 2/choose(20,10) */
static void mann_whitney_is_exact(void **state)
{
	(void)state;
	const double a[] = {1, 2, 3, 4}, b[] = {5, 6, 7, 8};
	assert_near(mann_whitney(a, 4, b, 4), 2.0 / 70);
	assert_near(mann_whitney(a, 3, b, 3), 2.0 / 20);
	assert_near(mann_whitney(a5, 5, b5, 5), 0.0317460317460317);
	assert_near(mann_whitney(x10, 10, y10, 10), 0.0185433761285154);
	assert_near(mann_whitney(y10, 10, x10, 10), 0.0185433761285154);
	assert_near(stats_mann_whitney_least(10, 10), 2 / 184756.0);
	assert_near(stats_mann_whitney_least(4, 4), 2.0 / 70);
	assert_true(stats_mann_whitney_least(1, 1) == 1 && stats_mann_whitney_least(0, 3) == 1);
}

/*
 * Of ties R gives no exact p. Python, over all 252 ways: r = scipy.stats.rankdata(a + b); count of
 * abs(sum(r[i] for i in s) - 27.5) >= abs(sum(r[:5]) - 27.5) for s in itertools.combinations(range(10), 5): 44.
 */
static void mann_whitney_counts_ties(void **state)
{
	(void)state;
	const double a[] = {1, 2, 2, 3, 5}, b[] = {2, 3, 4, 6, 6}, low[] = {1, 2, 3, 4},
	             high[] = {4, 6, 7, 8};
	assert_near(mann_whitney(a, 5, b, 5), 44.0 / 252);
	assert_near(mann_whitney(low, 4, high, 4), 4.0 / 70); /* either 4 in either group */
	assert_true(mann_whitney(low, 4, low, 4) == 1);
}

/*
 * print(wilcox.test(b, a, exact=TRUE, conf.int=TRUE, conf.level=.95)$conf.int); estimate 0.6, for y and x 1.85.
 * print(qwilcox(.025, 20, 20)): 128, so the interval goes from the 128th difference to the 128th from the end.
 */
static void shift_is_in_the_interval(void **state)
{
	(void)state;
	struct stats_interval interval;
	double differences[100], twenty[20], zeros[20] = {0};
	stats_differences(a5, 5, b5, 5, differences);
	assert_near(stats_quantile(differences, NULL, 25, 0.5), 0.6);
	stats_differences(x10, 10, y10, 10, differences);
	assert_near(stats_quantile(differences, NULL, 100, 0.5), 1.85);
	assert_true(shift_interval(a5, 5, b5, 5, 0.95, &interval));
	assert_true(fabs(interval.low - 0.1) < 1e-12 && fabs(interval.high - 1.2) < 1e-12);
	assert_true(shift_interval(a5, 5, b5, 5, 0.8, &interval));
	assert_true(fabs(interval.low - 0.3) < 1e-12 && fabs(interval.high - 1.0) < 1e-12);
	assert_true(shift_interval(x10, 10, y10, 10, 0.95, &interval));
	assert_true(fabs(interval.low - 0.2) < 1e-12 && fabs(interval.high - 3.1) < 1e-12);
	assert_true(shift_interval(x10, 10, y10, 10, 0.999, &interval));
	assert_true(fabs(interval.low + 1) < 1e-12 && fabs(interval.high - 4.6) < 1e-12);
	assert_true(shift_interval(a5, 4, b5, 4, 0.95, &interval));
	assert_false(shift_interval(a5, 3, b5, 3, 0.95, &interval));
	for (size_t i = 0; i < 20; i++)
		twenty[i] = (double)i;
	/* Each of 0 to 19 is there 20 times: the 128th is 6. */
	assert_true(shift_interval(zeros, 20, twenty, 20, 0.95, &interval));
	assert_true(interval.low == 6 && interval.high == 13);
}

static void clusters_are_far_apart(void **state)
{
	(void)state;
	const double low[] = {7, 7, 8}, high[] = {10, 11, 11}, near[] = {9, 11, 11}, mixed[] = {10, 7, 11};
	const double other[] = {8, 11, 7}, two[] = {11, 10}, four[] = {7, 8, 7, 11};
	assert_true(stats_two_clusters(low, 3, high, 3) == false); /* a gap of 2, and 1 + 1 within */
	assert_true(stats_two_clusters(low, 3, (const double[]){10.5, 11, 11}, 3));
	assert_false(stats_two_clusters(low, 3, near, 3));
	/* Whichever is whose. */
	assert_true(stats_two_clusters(mixed, 3, (const double[]){7, 10, 7}, 3));
	assert_false(stats_two_clusters(mixed, 3, other, 3));
	/* Of 6 values in clusters of 3 and 3 none are of 2 and 4. */
	assert_false(stats_two_clusters(two, 2, four, 4));
	assert_true(stats_two_clusters(two, 2, (const double[]){7, 7, 7, 7}, 4));
	assert_true(stats_two_clusters((const double[]){5}, 1, (const double[]){6}, 1));
	assert_false(stats_two_clusters((const double[]){5}, 1, (const double[]){5}, 1));
}

/* p <- t1/(t0+t1); print(min(1, 2*min(pbinom(n1, n0+n1, p), 1-pbinom(n1-1, n0+n1, p))), digits=15) */
static void rates_are_compared(void **state)
{
	(void)state;
	assert_near(stats_rates(3, 1024, 5, 1024), 0.7265625);
	assert_near(stats_rates(0, 1024, 10, 1024), 0.001953125);
	assert_near(stats_rates(100, 1000, 160, 1200), 0.0269359571309582);
	assert_true(stats_rates(1020, 1024, 1, 1024) < 1e-300);
	assert_true(stats_rates(0, 1, 0, 1) == 1 && stats_rates(7, 3, 7, 3) == 1);
	assert_true(stats_rates(1e9, 1e9, 1e9, 1e9) == 1 && stats_rates(0, 1e9, 1e9, 1e9) == 0);
}

/* p.adjust(c(.001,.008,.039,.041,.042,.06,.074,.205,.212,.216), "BH") <= .05: 2 of them; <= .1: 6. */
static void many_tests_are_corrected(void **state)
{
	(void)state;
	double p[] = {0.216, 0.008, 0.039, 0.041, 0.042, 0.06, 0.001, 0.205, 0.212, 0.074}, one = 0.05;
	assert_int_equal(stats_benjamini_hochberg(p, 10, 0.05), 2);
	assert_true(p[1] == 0.008);
	assert_int_equal(stats_benjamini_hochberg(p, 10, 0.1), 6);
	assert_int_equal(stats_benjamini_hochberg(p, 10, 0.01), 1);
	assert_int_equal(stats_benjamini_hochberg(&one, 1, 0.05), 1);
	assert_int_equal(stats_benjamini_hochberg(&one, 0, 0.05), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(summary_of_known_samples),
	    cmocka_unit_test(no_samples_are_no_latency),
	    cmocka_unit_test(ticks_are_scaled),
	    cmocka_unit_test(quantiles_count_repeats),
	    cmocka_unit_test(median_interval_has_the_tabled_ranks),
	    cmocka_unit_test(mann_whitney_is_exact),
	    cmocka_unit_test(mann_whitney_counts_ties),
	    cmocka_unit_test(shift_is_in_the_interval),
	    cmocka_unit_test(clusters_are_far_apart),
	    cmocka_unit_test(rates_are_compared),
	    cmocka_unit_test(many_tests_are_corrected),
	};
	return cmocka_run_group_tests(tests, make_arena, free_arena);
}
