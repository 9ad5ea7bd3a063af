/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After the four above. */
#include <cmocka.h>

#include "lib/analysis/latency.h"
#include "lib/analysis/stats.h"
#include "lib/analysis/verdict.h"

static void summary_of_known_samples(void **state)
{
	(void)state;
	const uint64_t ticks[] = {2251, 7, 5, 9, 5};
	struct arena *arena = arena_new();
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
	arena_free(arena);
}

static void no_samples_are_no_latency(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct latency l;
	assert_false(latency_summarize(&l, arena, "touch", NULL, 0, CLOCK_NS, 0.5));
	arena_free(arena);
}

static void ticks_are_scaled(void **state)
{
	(void)state;
	const uint64_t ticks[] = {10, 12, 12};
	struct arena *arena = arena_new();
	struct latency l;
	assert_true(latency_summarize(&l, arena, "write", ticks, 3, CLOCK_NS, 0.5));
	assert_true(l.min == 5 && l.p50 == 6 && l.max == 6);
	assert_int_equal(l.bin_count, 2);
	assert_true(l.bins[1].value == 6 && l.bins[1].count == 2);
	arena_free(arena);
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

static void mann_whitney_is_exact(void **state)
{
	(void)state;
	const double a[] = {1, 2, 3, 4}, b[] = {5, 6, 7, 8}, mixed[] = {2.5, 6, 7, 8}, tied[] = {4, 6, 7, 8};
	assert_true(fabs(stats_mann_whitney(a, 4, b, 4) - 2.0 / 70) < 1e-12);
	assert_true(fabs(stats_mann_whitney(a, 3, b, 3) - 2.0 / 20) < 1e-12);
	assert_true(fabs(stats_mann_whitney(a, 4, mixed, 4) - 8.0 / 70) <
	            1e-12); /* U = 2: 1 + 1 + 2 ways, twice */
	assert_true(fabs(stats_mann_whitney(a, 4, tied, 4) - 4.0 / 70) <
	            1e-12); /* either 4 in either group */
	assert_true(stats_mann_whitney(a, 4, a, 4) == 1);
	assert_true(stats_mann_whitney(a, 0, b, 4) == 1);
}

static struct boot_values counted(double *value, double events, double units)
{
	*value = events / units;
	return (struct boot_values){.boots = 1, .values = value, .events = events, .units = units};
}

static enum verdict count_verdict(double base_events, double new_events, double units)
{
	double a, b;
	struct boot_values base = counted(&a, base_events, units), new = counted(&b, new_events, units);
	return judge_counts(&base, &new).verdict;
}

static void counts_differ_by_a_class(void **state)
{
	(void)state;
	assert_int_equal(count_verdict(1024, 1024, 1024), VERDICT_SAME);
	assert_int_equal(count_verdict(1024, 1000, 1024), VERDICT_UNCLEAR); /* a few were not armed */
	assert_int_equal(count_verdict(100000, 97000, 100000),
	                 VERDICT_UNCLEAR); /* never mind how sure the rates are */
	assert_int_equal(count_verdict(1, 1020, 1024), VERDICT_DIFFERENT);
	assert_int_equal(count_verdict(0, 600, 1024), VERDICT_DIFFERENT);
	assert_int_equal(count_verdict(0, 1e7, 1e7), VERDICT_DIFFERENT);
	assert_int_equal(count_verdict(1, 2, 2),
	                 VERDICT_UNCLEAR); /* half a fault a unit, but two units only */
}

static void exact_is_equality(void **state)
{
	(void)state;
	double base[] = {2251, 2251}, new[] = {2252, 2252}, torn[] = {2251, 2252};
	struct boot_values a = {.boots = 2, .values = base}, b = {.boots = 2, .values = new};
	struct boot_values c = {.boots = 2, .values = torn};
	assert_int_equal(judge_exact(&a, &a).verdict, VERDICT_SAME);
	assert_int_equal(judge_exact(&a, &b).verdict, VERDICT_DIFFERENT);
	assert_int_equal(judge_exact(&a, &c).verdict, VERDICT_UNCLEAR);
}

static void times_need_four_boots(void **state)
{
	(void)state;
	double low[] = {10, 11, 12, 13}, high[] = {20, 21, 22, 23}, between[] = {9, 11.5, 12.5, 14};
	struct boot_values a = {.boots = 3, .values = low}, b = {.boots = 3, .values = high};
	assert_int_equal(judge_times(&a, &b).verdict, VERDICT_UNCLEAR);
	assert_string_equal(judge_times(&a, &b).reason, "need >= 4 boots of each kernel");
	a.boots = b.boots = 4;
	assert_int_equal(judge_times(&a, &b).verdict, VERDICT_DIFFERENT);
	b.values = between;
	assert_int_equal(judge_times(&a, &b).verdict, VERDICT_UNCLEAR); /* nothing was shown to be the same */
	assert_string_equal(judge_times(&a, &b).reason,
	                    "no difference seen; they are not shown to be the same");
	assert_true(judge_times(&a, &b).p > 0.05);
	assert_int_equal(judge_times(&a, &a).verdict, VERDICT_UNCLEAR);
	double equal[] = {7, 7, 7, 7};
	a.values = b.values = equal;
	assert_int_equal(judge_times(&a, &b).verdict, VERDICT_SAME);
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
	    cmocka_unit_test(counts_differ_by_a_class),
	    cmocka_unit_test(exact_is_equality),
	    cmocka_unit_test(times_need_four_boots),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
