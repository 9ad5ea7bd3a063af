/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/verdict.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

#include "lib/analysis/stats.h"

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {"same", "different", "unclear"};
	return names[verdict];
}

static bool all_equal(const double *values, size_t length, double value)
{
	for (size_t i = 0; i < length; i++) {
		if (values[i] != value)
			return false;
	}
	return true;
}

static bool everything_equal(const struct boot_values *base, const struct boot_values *new)
{
	return all_equal(base->values, base->boots, base->values[0]) &&
	       all_equal(new->values, new->boots, base->values[0]);
}

static struct judgement plain(enum verdict verdict)
{
	return (struct judgement){.verdict = verdict, .p = NAN};
}

static struct judgement unclear(const char *reason, double p)
{
	return (struct judgement){.verdict = VERDICT_UNCLEAR, .p = p, .reason = reason};
}

struct judgement judge_exact(const struct boot_values *base, const struct boot_values *new)
{
	if (!all_equal(base->values, base->boots, base->values[0]) ||
	    !all_equal(new->values, new->boots, new->values[0]))
		return unclear("boots of one kernel differ, though they are said to be exact", NAN);
	return plain(base->values[0] == new->values[0] ? VERDICT_SAME : VERDICT_DIFFERENT);
}

/*
 * The 95 % interval of a rate, from counted events: Byar's approximation of the exact Poisson limits (Breslow
 * and Day, Statistical Methods in Cancer Research II, 1987, p. 69). It holds for any count, where inverting
 * the exact distribution with GSL fails to converge, and aborts, from some ten thousand on.
 */
static struct stats_interval rate_interval(double events, double units)
{
	double z = gsl_cdf_ugaussian_Qinv(VERDICT_ALPHA / 2), above = events + 1;
	double low = events > 0 ? events * pow(1 - 1 / (9 * events) - z / (3 * sqrt(events)), 3) : 0;
	double high = above * pow(1 - 1 / (9 * above) + z / (3 * sqrt(above)), 3);
	return (struct stats_interval){fmax(low, 0) / units, high / units};
}

struct judgement judge_counts(const struct boot_values *base, const struct boot_values *new)
{
	if (everything_equal(base, new))
		return plain(VERDICT_SAME);
	if (base->units <= 0 || new->units <= 0)
		return unclear("no units were counted", NAN);
	if (fabs(base->events / base->units - new->events / new->units) < 0.5)
		return unclear("less than half a fault a unit apart, on hardware", NAN);
	struct stats_interval a = rate_interval(base->events, base->units);
	struct stats_interval b = rate_interval(new->events, new->units);
	if (a.low <= b.high && b.low <= a.high)
		return unclear("too few units: the 95 % intervals of the rates overlap", NAN);
	return plain(VERDICT_DIFFERENT);
}

/* The p of the clearest difference that so many boots can show: one group wholly below the other. */
static double smallest_p(size_t a, size_t b)
{
	if (a >= 4 && b >= 4)
		return 0; /* below any alpha in use, and the number of ways soon too large for a double */
	return 2 / gsl_sf_choose((unsigned)(a + b), (unsigned)a);
}

struct judgement judge_times(const struct boot_values *base, const struct boot_values *new)
{
	if (everything_equal(base, new))
		return plain(VERDICT_SAME);
	if (smallest_p(base->boots, new->boots) >= VERDICT_ALPHA)
		return unclear("need >= 4 boots of each kernel", NAN);
	double p = stats_mann_whitney(base->values, base->boots, new->values, new->boots);
	if (isnan(p))
		return unclear("out of memory", p);
	if (p < VERDICT_ALPHA)
		return (struct judgement){.verdict = VERDICT_DIFFERENT, .p = p};
	return unclear("no difference seen; they are not shown to be the same", p);
}
