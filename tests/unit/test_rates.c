/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rates that verdicts promise, by simulation: how often equal kernels are called different, and how often a shift is
 * found. Random numbers of a fixed seed, a short run; SIMULATIONS=1000 in the environment makes as many comparisons of each
 * kind, and prints what came out.
 */
#include "tests/support/cmocka_all.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/analysis/verdict.h"

#define FIGURES   500
#define BOOTS_MAX 20
#define MIDDLE    2000.0

static gsl_rng *rng;

/* A boot's figure of a kernel that is `shift` slower; 1 is the whole. */
typedef double noise(double shift);

/* Log-normal with a spread of 1 %: a little skewed. */
static double of_one_percent(double shift)
{
	return MIDDLE * (gsl_ran_lognormal(rng, 0, 0.01) + shift);
}

static double skewed(double shift)
{
	return MIDDLE * (gsl_ran_lognormal(rng, 0, 0.5) + shift);
}

/* Two modes that are 5 % apart. */
static double bimodal(double shift)
{
	return MIDDLE * (1 + 0.05 * gsl_ran_bernoulli(rng, 0.5) + gsl_ran_gaussian(rng, 0.002) + shift);
}

/* The same, and in nothing else do boots differ. */
static double two_values(double shift)
{
	return MIDDLE * (1 + 0.05 * gsl_ran_bernoulli(rng, 0.3) + shift);
}

static double normal(double shift)
{
	return MIDDLE * (1 + gsl_ran_gaussian(rng, 0.01) + shift);
}

/* A comparison of two kernels, of which the first `shifted` figures are `shift` apart. */
struct simulation {
	noise *noise;
	size_t boots, shifted;
	double shift;
	bool exact;
};

/* What the verdicts made of one or more. */
struct outcome {
	size_t comparisons, found, all_found,
	    wrong;                  /* comparisons with any, with all shifted, with any other figure */
	size_t shifted_found, same; /* figures */
};

static void simulate(const struct simulation *simulation, struct outcome *outcome)
{
	static double values[2][FIGURES][BOOTS_MAX];
	static struct judged_figure figures[FIGURES];
	static struct judgement judgements[FIGURES];
	size_t right = 0, wrong = 0;
	for (size_t i = 0; i < FIGURES; i++) {
		for (size_t boot = 0; boot < simulation->boots; boot++) {
			values[0][i][boot] = simulation->noise(0);
			values[1][i][boot] =
			    simulation->noise(i < simulation->shifted ? simulation->shift : 0);
		}
		figures[i] = (struct judged_figure){.base = {simulation->boots, values[0][i], 0, 0},
		                                    .new = {simulation->boots, values[1][i], 0, 0},
		                                    .exact = simulation->exact,
		                                    .effect = 0.001 * MIDDLE};
	}
	verdicts_judge(figures, FIGURES, judgements);
	for (size_t i = 0; i < FIGURES; i++) {
		*(i < simulation->shifted ? &right : &wrong) += judgements[i].verdict == VERDICT_DIFFERENT;
		outcome->same += judgements[i].verdict == VERDICT_SAME;
	}
	outcome->comparisons++;
	outcome->found += right > 0;
	outcome->all_found += right == simulation->shifted;
	outcome->wrong += wrong > 0;
	outcome->shifted_found += right;
}

static size_t comparisons(size_t few)
{
	const char *asked = getenv("SIMULATIONS");
	return asked ? strtoul(asked, NULL, 10) : few;
}

static struct outcome simulated(const char *what, const struct simulation *simulation, size_t few)
{
	struct outcome outcome = {0};
	for (size_t i = comparisons(few); i > 0; i--)
		simulate(simulation, &outcome);
	if (getenv("SIMULATIONS")) {
		double all = (double)outcome.comparisons;
		printf(
		    "# %s%s, %zu + %zu boots: different though equal in %.1f %% of comparisons, %.1f %% of "
		    "figures same",
		    what, simulation->exact ? ", exact" : "", simulation->boots, simulation->boots,
		    100 * (double)outcome.wrong / all, 100 * (double)outcome.same / (all * FIGURES));
		if (simulation->shifted)
			printf("; the shift found in %.1f %%, all of it in %.1f %%, %.1f %% of its figures",
			       100 * (double)outcome.found / all, 100 * (double)outcome.all_found / all,
			       100 * (double)outcome.shifted_found / (all * (double)simulation->shifted));
		printf("\n");
	}
	return outcome;
}

static const struct {
	const char *name;
	noise *noise;
} noises[] = {{"skewed", skewed}, {"bimodal", bimodal}, {"two values", two_values}, {"normal", normal}};

#define NOISES (sizeof(noises) / sizeof(noises[0]))

/* Of all comparisons with so many boots; both clocks have one rule, but not one floor. */
static void equal_kernels_do_not_differ(void **state)
{
	(void)state;
	static const size_t boots[] = {4, 5, 8, 10, 14, 20};
	for (size_t b = 0; b < sizeof(boots) / sizeof(boots[0]); b++) {
		size_t all = 0, wrong = 0;
		for (size_t n = 0; n < 2 * NOISES; n++) {
			const struct simulation simulation = {
			    .noise = noises[n / 2].noise, .boots = boots[b], .exact = n % 2};
			struct outcome outcome = simulated(noises[n / 2].name, &simulation, 5);
			all += outcome.comparisons;
			wrong += outcome.wrong;
		}
		assert_true((double)wrong <= 0.05 * (double)all);
	}
}

static void shifts_are_found(void **state)
{
	(void)state;
	const struct simulation many = {.noise = of_one_percent, .boots = 10, .shifted = 20, .shift = 0.02};
	const struct simulation one = {.noise = of_one_percent, .boots = 10, .shifted = 1, .shift = 0.04};
	struct outcome of_many = simulated("2 % in 20", &many, 100),
	               of_one = simulated("4 % in 1", &one, 100);
	assert_true((double)of_many.found >= 0.95 * (double)of_many.comparisons);
	assert_true((double)of_one.found >= 0.95 * (double)of_one.comparisons);
}

static int make_rng(void **state)
{
	(void)state;
	rng = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(rng, 1);
	return rng ? 0 : -1;
}

static int free_rng(void **state)
{
	(void)state;
	gsl_rng_free(rng);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equal_kernels_do_not_differ),
	    cmocka_unit_test(shifts_are_found),
	};
	return cmocka_run_group_tests(tests, make_rng, free_rng);
}
