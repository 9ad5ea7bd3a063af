/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/analysis/verdict.h"

#define FIGURES_MAX 600

/* Figures that are judged together, and what came out. */
static struct judged_figure figures[FIGURES_MAX];
static struct judgement judgements[FIGURES_MAX];
static size_t figure_count;

static struct judged_figure *add(size_t boots, const double *base, const double *new)
{
	struct judged_figure *figure = &figures[figure_count++];
	*figure = (struct judged_figure){.base = {boots, base, 0, 0}, .new = {boots, new, 0, 0}};
	return figure;
}

static const struct judgement *judge(void)
{
	verdicts_judge(figures, figure_count, judgements);
	figure_count = 0;
	return judgements;
}

static const double ten[] = {10.3, 11.8, 9.1, 12.4, 10.9, 11.1, 9.8, 13.2, 10.1, 12.9};
static const double same_ten[] = {12.8, 10.2, 13.0, 9.9, 11.2, 10.8, 12.3, 9.2, 11.7, 10.4};
static const double higher[] = {15.3, 16.8, 14.1, 17.4, 15.9, 16.1, 14.8, 18.2, 15.1, 17.9};

static void noise_is_told_from_a_shift(void **state)
{
	(void)state;
	add(10, ten, same_ten);
	add(10, ten, higher);
	add(10, higher, ten);
	const struct judgement *judged = judge();
	assert_int_equal(judged[1].verdict, VERDICT_DIFFERENT);
	assert_true(fabs(judged[1].shift - 5) < 1e-12 && fabs(judged[2].shift + 5) < 1e-12);
	assert_true(judged[1].has_interval && judged[1].interval.low > 3 && judged[1].interval.high < 7);
	assert_true(judged[1].floor > 0 && judged[1].floor < 4.1 && judged[1].resolution >= judged[1].floor);
	assert_int_equal(judged[2].verdict, VERDICT_DIFFERENT);
	assert_int_equal(judged[0].verdict, VERDICT_SAME); /* its interval is within the floor */
	assert_true(judged[0].interval.high < judged[0].floor && judged[0].p > 0.5);
	assert_null(judged[0].reason);
}

/* One of many figures takes more than one alone. */
static void many_figures_take_more(void **state)
{
	(void)state;
	const double low[] = {10, 11, 12, 13, 14, 15}, high[] = {13.5, 14.5, 16, 17, 18, 19};
	const double mixed[] = {9, 11.5, 12.5, 14.5, 10.5, 15.5};
	add(6, low, high);
	assert_int_equal(judge()->verdict, VERDICT_DIFFERENT);
	add(6, low, high);
	for (size_t i = 1; i < 500; i++)
		add(6, low, mixed);
	const struct judgement *judged = judge();
	assert_int_equal(judged[0].verdict, VERDICT_UNCLEAR);
	assert_string_equal(judged[0].reason, "not beyond chance, and not shown to be the same");
	assert_true(judged[0].boots_needed > 6);
}

/* Where all figures that differ do so clearly, four boots are enough, and three never are. */
static void few_boots_tell_what_is_clear(void **state)
{
	(void)state;
	const double low[] = {2080, 2081, 2080, 2082, 2083}, high[] = {3537, 3536, 3538, 3537, 3540};
	const double base[] = {7, 7, 7, 7}, new[] = {8, 8, 8, 8};
	for (size_t boots = 3; boots <= 5; boots++) {
		add(boots, low, high);
		assert_int_equal(judge()->verdict, boots == 3 ? VERDICT_UNCLEAR : VERDICT_DIFFERENT);
	}
	add(3, low, high);
	assert_string_equal(judge()->reason, "too few boots to tell one of so many figures");
	assert_int_equal(judgements[0].boots_needed, 4);
	assert_true(isnan(judgements[0].resolution));
	/* Beside figures of which nothing is known but that they are noisy. */
	for (size_t i = 0; i < 100; i++)
		add(4, ten, same_ten);
	add(4, base, new);
	assert_int_equal(judge()[100].verdict, VERDICT_DIFFERENT);
	/* Beside one that is as clear, and no difference: that is what clear figures do by chance. */
	const double flips[] = {7, 8, 7, 8};
	add(4, base, new);
	add(4, flips, flips)->paired = false;
	assert_int_equal(judge()->verdict, VERDICT_UNCLEAR);
}

static void exact_boots_are_held_against_each_other(void **state)
{
	(void)state;
	const double base[] = {2080, 2092, 2080, 2080, 2092}, nop[] = {2081, 2093, 2081, 2081, 2093};
	const double equal[] = {2080, 2080, 2080, 2080, 2080}, one_more[] = {2081, 2081, 2081, 2081, 2081};
	const double far[] = {2280, 2292, 2280, 2280, 2280};
	add(5, base, base)->paired = true;
	add(5, base, nop)->paired = true;
	add(5, equal, one_more);
	add(5, base, far);
	for (size_t i = 0; i < figure_count; i++)
		figures[i].exact = true;
	const struct judgement *judged = judge();
	assert_int_equal(judged[0].verdict, VERDICT_SAME);
	assert_true(judged[0].shift == 0 && isnan(judged[0].p));
	assert_int_equal(judged[1].verdict, VERDICT_UNCLEAR);
	assert_true(judged[1].floor == 12);
	assert_int_equal(judged[2].verdict, VERDICT_DIFFERENT);
	assert_true(judged[2].shift == 1 && judged[2].floor == 0 && judged[2].resolution == 0);
	assert_int_equal(judged[3].verdict, VERDICT_DIFFERENT);
	assert_true(judged[3].shift == 200);
}

static void single_exact_boots_are_equal_or_not(void **state)
{
	(void)state;
	const double base = 2251, new = 2252;
	add(1, &base, &base)->exact = true;
	add(1, &base, &new)->exact = true;
	add(1, &base, &new)->exact = true;
	figures[2].floor = 1;
	add(1, &base, &new); /* with noise */
	const struct judgement *judged = judge();
	assert_int_equal(judged[0].verdict, VERDICT_SAME);
	assert_int_equal(judged[1].verdict, VERDICT_DIFFERENT);
	assert_true(isnan(judged[1].floor) && isnan(judged[1].resolution) && !judged[1].has_interval);
	assert_int_equal(judged[2].verdict, VERDICT_SAME); /* it was measured to differ by that from itself */
	assert_int_equal(judged[3].verdict, VERDICT_UNCLEAR);
	assert_string_equal(judged[3].reason, "too few boots to tell one of so many figures");
}

static void equality_may_be_asked_for(void **state)
{
	(void)state;
	const double base[] = {7, 9}, above[] = {10, 10}, torn[] = {8, 10};
	const double *const news[] = {base, above, torn};
	static const enum verdict expected[] = {VERDICT_SAME, VERDICT_DIFFERENT, VERDICT_UNCLEAR};
	for (size_t i = 0; i < 3; i++) {
		struct judged_figure *figure = add(2, base, news[i]);
		figure->exact = figure->by_equality = figure->paired = true;
	}
	const struct judgement *judged = judge();
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(judged[i].verdict, expected[i]);
	assert_string_equal(judged[2].reason, "boots of one kernel differ from each other");
}

static void a_measured_floor_counts(void **state)
{
	(void)state;
	add(10, ten, higher)->floor = 5.5;
	add(10, ten, higher)->floor = 4.5;
	add(10, ten, higher)->floor = 7;
	const struct judgement *judged = judge();
	assert_int_equal(judged[0].verdict, VERDICT_UNCLEAR);
	assert_string_equal(judged[0].reason, "beyond chance, but not clearly beyond the floor");
	assert_true(judged[0].floor == 5.5);
	assert_int_equal(judged[1].verdict, VERDICT_DIFFERENT);
	assert_int_equal(judged[2].verdict, VERDICT_SAME); /* the whole interval is within it */
}

static void what_matters_is_relevant(void **state)
{
	(void)state;
	add(10, ten, higher)->effect = 5.5;
	add(10, ten, higher)->effect = 4.5;
	add(10, ten, same_ten)->effect = 2;
	const struct judgement *judged = judge();
	assert_true(judged[0].verdict == VERDICT_DIFFERENT && !judged[0].relevant);
	assert_true(judged[1].verdict == VERDICT_DIFFERENT && judged[1].relevant);
	assert_true(judged[2].verdict == VERDICT_SAME && !judged[2].relevant);
}

/* Counts of one boot of each kernel. */
static struct judgement counted(double base_events, double new_events, double units, double effect)
{
	double base = base_events / units, new = new_events / units;
	struct judged_figure *figure = add(1, &base, &new);
	figure->base.events = base_events;
	figure->new.events = new_events;
	figure->base.units = figure->new.units = units;
	figure->counted = true;
	figure->effect = effect;
	return *judge();
}

static void counts_differ_by_a_class(void **state)
{
	(void)state;
	assert_int_equal(counted(1024, 1024, 1024, 0.5).verdict, VERDICT_SAME);
	assert_int_equal(counted(1024, 1000, 1024, 0.5).verdict, VERDICT_UNCLEAR); /* a few were not armed */
	/* Never mind how sure the rates are. */
	assert_int_equal(counted(100000, 97000, 100000, 0.5).verdict, VERDICT_UNCLEAR);
	assert_int_equal(counted(1, 1020, 1024, 0.5).verdict, VERDICT_DIFFERENT);
	assert_true(counted(1, 1020, 1024, 0.5).relevant);
	assert_int_equal(counted(0, 600, 1024, 0.5).verdict, VERDICT_DIFFERENT);
	assert_int_equal(counted(0, 1e7, 1e7, 0.5).verdict, VERDICT_DIFFERENT);
	/* Half a fault a unit, but two units only. */
	assert_int_equal(counted(1, 2, 2, 0.5).verdict, VERDICT_UNCLEAR);
	/* Of writes that tracking lost any matters, but three may be chance. */
	assert_int_equal(counted(0, 3, 1024, 0).verdict, VERDICT_UNCLEAR);
	assert_true(counted(0, 12, 1024, 0).relevant);
}

/* Boots that do not agree are no sample of units. */
static void counts_of_boots_that_disagree_are_unclear(void **state)
{
	(void)state;
	const double base[] = {0, 1, 0, 0}, new[] = {1, 1, 0, 1};
	struct judged_figure *figure = add(4, base, new);
	*figure = (struct judged_figure){
	    .base = {4, base, 1024, 4096}, .new = {4, new, 3072, 4096}, .counted = true, .effect = 0.5};
	assert_int_equal(judge()->verdict, VERDICT_UNCLEAR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(noise_is_told_from_a_shift),
	    cmocka_unit_test(many_figures_take_more),
	    cmocka_unit_test(few_boots_tell_what_is_clear),
	    cmocka_unit_test(exact_boots_are_held_against_each_other),
	    cmocka_unit_test(single_exact_boots_are_equal_or_not),
	    cmocka_unit_test(equality_may_be_asked_for),
	    cmocka_unit_test(a_measured_floor_counts),
	    cmocka_unit_test(what_matters_is_relevant),
	    cmocka_unit_test(counts_differ_by_a_class),
	    cmocka_unit_test(counts_of_boots_that_disagree_are_unclear),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
