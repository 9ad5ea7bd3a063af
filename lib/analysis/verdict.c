/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/verdict.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "lib/base/arena.h"

/* Beyond that nobody boots. */
#define BOOTS_MAX 10000

static const char too_few[] = "too few boots to tell one of so many figures";
static const char not_beyond_chance[] = "not beyond chance, and not shown to be the same";
static const char not_beyond_floor[] = "beyond chance, but not clearly beyond the floor";
static const char boots_disagree[] = "boots of one kernel differ from each other";

/* Figures are corrected for their number in these groups. */
enum group { CLUSTERED, SCATTERED, GROUPS };

/* A figure while it is judged. */
struct weighed {
	const struct judged_figure *figure;
	struct judgement *judgement;
	double *differences; /* of each boot of the base to each of the new kernel, ascending */
	size_t difference_count;
	const struct stats_u *u;
	bool alike;       /* nothing differs; in pairs of boots where they are paired */
	bool by_equality; /* asked for, or all that single boots can tell */
	enum group group;
};

/* All figures that are judged together. */
struct family {
	struct arena *arena;
	struct known_u {
		struct stats_u u;
		struct known_u *next;
	} * known; /* by the numbers of boots, of which there are few */
	struct weighed *weighed;
	size_t count;
	struct correction {
		double largest_p;  /* of what is rejected; -1: nothing is */
		double share;      /* of all tests that are rejected and one more */
		double confidence; /* beyond which that one would be rejected */
	} corrections[GROUPS];
};

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {"same", "different", "unclear"};
	return names[verdict];
}

static const struct stats_u *u_of(struct family *family, size_t base_boots, size_t new_boots)
{
	struct known_u *known = family->known;
	while (known && (known->u.a_length != base_boots || known->u.b_length != new_boots))
		known = known->next;
	if (known)
		return &known->u;
	known = arena_alloc(family->arena, sizeof(*known));
	stats_u_make(&known->u, family->arena, base_boots, new_boots);
	known->next = family->known;
	family->known = known;
	return &known->u;
}

static bool all_equal(const struct boot_values *boots)
{
	for (size_t i = 1; i < boots->boots; i++)
		if (boots->values[i] != boots->values[0])
			return false;
	return true;
}

static bool pairs_equal(const struct judged_figure *figure)
{
	for (size_t i = 0; figure->paired && i < figure->base.boots; i++)
		if (figure->base.values[i] != figure->new.values[i])
			return false;
	return figure->paired;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* What the base's boots show against each other: the largest of their differences in exact results, else the median. */
static double own_floor(const struct judged_figure *figure, struct arena *arena)
{
	const struct boot_values *base = &figure->base;
	size_t count = base->boots * (base->boots - 1) / 2, at = 0;
	double *differences = arena_alloc(arena, (count + 1) * sizeof(*differences));
	for (size_t i = 0; i < base->boots; i++)
		for (size_t j = 0; j < i; j++)
			differences[at++] = fabs(base->values[i] - base->values[j]);
	if (count == 0)
		return NAN;
	qsort(differences, count, sizeof(*differences), ascending);
	return stats_quantile(differences, NULL, count, figure->exact ? 1 : 0.5);
}

/* Whether every boot of one kernel is on the same side of every boot of the other. */
static bool separated(const struct weighed *weighed)
{
	return weighed->differences[0] > 0 || weighed->differences[weighed->difference_count - 1] < 0;
}

/* Between the ends of a kernel's boots. */
static double range_of(const struct boot_values *boots)
{
	double low = boots->values[0], high = low;
	for (size_t i = 1; i < boots->boots; i++) {
		low = fmin(low, boots->values[i]);
		high = fmax(high, boots->values[i]);
	}
	return high - low;
}

static double test(const struct weighed *weighed)
{
	const struct judged_figure *figure = weighed->figure;
	const struct boot_values *base = &figure->base, *new = &figure->new;
	if (figure->counted && separated(weighed) && fabs(weighed->judgement->shift) >= figure->effect)
		return stats_rates(base->events, base->units, new->events, new->units);
	return stats_mann_whitney(weighed->u, base->values, new->values);
}

static void set_interval(const struct weighed *weighed)
{
	struct judgement *judgement = weighed->judgement;
	size_t count = weighed->difference_count;
	judgement->has_interval =
	    stats_shift_interval(weighed->u, weighed->differences, 1 - VERDICT_ALPHA, &judgement->interval);
	if (judgement->has_interval || !weighed->figure->exact || count == 1)
		return;
	judgement->has_interval = true;
	judgement->interval =
	    (struct stats_interval){weighed->differences[0], weighed->differences[count - 1]};
}

static void weigh(struct family *family, struct weighed *weighed)
{
	const struct judged_figure *figure = weighed->figure;
	const struct boot_values *base = &figure->base, *new = &figure->new;
	struct judgement *judgement = weighed->judgement;
	size_t count = weighed->difference_count = base->boots * new->boots;
	weighed->differences = arena_alloc(family->arena, count * sizeof(*weighed->differences));
	weighed->u = u_of(family, base->boots, new->boots);
	stats_differences(base->values, base->boots, new->values, new->boots, weighed->differences);
	weighed->alike =
	    pairs_equal(figure) || (all_equal(base) && all_equal(new) && base->values[0] == new->values[0]);
	weighed->by_equality = figure->by_equality || (figure->exact && base->boots == 1 && new->boots == 1);
	weighed->group =
	    stats_two_clusters(base->values, base->boots, new->values, new->boots) ? CLUSTERED : SCATTERED;
	*judgement = (struct judgement){
	    .shift = weighed->alike ? 0 : stats_quantile(weighed->differences, NULL, count, 0.5),
	    .floor = fmax(own_floor(figure, family->arena), figure->floor > 0 ? figure->floor : NAN),
	};
	if (figure->by_equality)
		judgement->floor = NAN;
	set_interval(weighed);
	judgement->p = weighed->alike || weighed->by_equality ? NAN : test(weighed);
}

/* What any figure's p can be at least. */
static double least_p(const struct family *family)
{
	double least = 1;
	for (const struct known_u *known = family->known; known; known = known->next)
		least = fmin(least, stats_mann_whitney_least(known->u.a_length, known->u.b_length));
	return least;
}

/*
 * Half each; but where so few boots can only just tell a single figure, what that takes goes to the clusters: 2/70 of 4 + 4,
 * with which the others could not be told anyway. `least` is the least p that so many boots can give.
 */
static double rate_of(enum group group, double least)
{
	double clustered = VERDICT_ALPHA / 2;
	if (least > clustered && least <= VERDICT_ALPHA)
		clustered = least * (1 + 1e-9); /* for rounding */
	return group == CLUSTERED ? clustered : VERDICT_ALPHA - clustered;
}

/* Clusters are a kernel each, or they say nothing: then the test is of that, and its p is 2 of all ways to deal the boots. */
static double p_in_group(const struct weighed *weighed)
{
	return weighed->group == CLUSTERED && !separated(weighed) ? 1 : weighed->judgement->p;
}

/* Which figures of a group differ by more than chance. */
static void correct(struct family *family, enum group group)
{
	struct correction *correction = &family->corrections[group];
	double *p = arena_alloc(family->arena, (family->count + 1) * sizeof(*p)),
	       rate = rate_of(group, least_p(family));
	size_t tested = 0;
	for (size_t i = 0; i < family->count; i++)
		if (family->weighed[i].group == group && !isnan(family->weighed[i].judgement->p))
			p[tested++] = p_in_group(&family->weighed[i]);
	size_t rejected = stats_benjamini_hochberg(p, tested, rate);
	correction->largest_p = rejected > 0 ? p[rejected - 1] : -1;
	correction->share = rejected < tested ? (double)(rejected + 1) / (double)tested : 1;
	correction->confidence = 1 - rate * correction->share;
}

static bool can_be_told(const struct family *family, const struct weighed *weighed, enum group group)
{
	const struct judged_figure *figure = weighed->figure;
	return stats_mann_whitney_least(figure->base.boots, figure->new.boots) <=
	       1 - family->corrections[group].confidence;
}

/*
 * How far from no shift chance may be taken for one, where one more figure had to be told; INFINITY: there are too few boots.
 * Clusters whose middles are twice as far apart as both are wide have the gap that makes them such.
 */
static double reach_of(const struct family *family, const struct weighed *weighed)
{
	const struct judged_figure *figure = weighed->figure;
	struct stats_interval interval;
	double reach = INFINITY;
	if (can_be_told(family, weighed, CLUSTERED))
		reach = 2 * (range_of(&figure->base) + range_of(&figure->new));
	if (stats_shift_interval(weighed->u, weighed->differences, family->corrections[SCATTERED].confidence,
	                         &interval))
		reach = fmin(reach, (interval.high - interval.low) / 2);
	return reach;
}

static double resolution(const struct weighed *weighed, double reach)
{
	const struct judged_figure *figure = weighed->figure;
	if (weighed->by_equality)
		return NAN;
	/* Counts that far apart need no boots. */
	if (figure->counted)
		reach = fmin(reach, figure->effect);
	double smallest = fmax(reach, weighed->judgement->floor);
	return isinf(smallest) ? NAN : smallest;
}

static bool beyond_chance(const struct family *family, const struct weighed *weighed)
{
	const struct judgement *judgement = weighed->judgement;
	if (weighed->alike || judgement->shift == 0)
		return false;
	return weighed->by_equality ? separated(weighed)
	                            : p_in_group(weighed) <= family->corrections[weighed->group].largest_p;
}

static bool within(const struct stats_interval *interval, double bound)
{
	return interval->low >= -bound && interval->high <= bound;
}

/* What a difference must be beyond to count, or within to be the same; fmax() ignores a floor that is not known. */
static double bound_of(const struct weighed *weighed)
{
	return fmax(weighed->figure->effect, weighed->judgement->floor);
}

static bool is_same(const struct weighed *weighed)
{
	const struct judgement *judgement = weighed->judgement;
	if (weighed->by_equality)
		return fabs(judgement->shift) <= judgement->floor;
	return judgement->has_interval && within(&judgement->interval, bound_of(weighed));
}

/* How many boots can tell one more figure that is as clear as can be. */
static size_t boots_for_test(const struct correction *clustered)
{
	size_t boots = 1;
	double least;
	do {
		boots++;
		least = stats_mann_whitney_least(boots, boots);
	} while (boots < BOOTS_MAX && least > rate_of(CLUSTERED, least) * clustered->share);
	return boots;
}

/*
 * An interval narrows with the square root of the boots: so many until it is as wide as the bound, where it is as sure as one
 * figure of all must be. By the normal distribution, since nothing is known of the boots to come.
 */
static size_t boots_for_bound(const struct family *family, const struct weighed *weighed)
{
	const struct judged_figure *figure = weighed->figure;
	const struct stats_interval *interval = &weighed->judgement->interval;
	double boots = 2 / (1 / (double)figure->base.boots + 1 / (double)figure->new.boots);
	double surer = gsl_cdf_ugaussian_Qinv((1 - family->corrections[SCATTERED].confidence) / 2) /
	               gsl_cdf_ugaussian_Qinv(VERDICT_ALPHA / 2);
	double width = surer * (interval->high - interval->low) / 2 / bound_of(weighed);
	double wanted = fmax(ceil(boots * width * width), boots + 1);
	return weighed->judgement->has_interval && wanted <= BOOTS_MAX ? (size_t)wanted : 0;
}

static void say_why_unclear(const struct family *family, const struct weighed *weighed)
{
	struct judgement *judgement = weighed->judgement;
	if (weighed->by_equality) {
		judgement->reason = boots_disagree;
	} else if (!can_be_told(family, weighed, CLUSTERED)) {
		judgement->reason = too_few;
		judgement->boots_needed = boots_for_test(&family->corrections[CLUSTERED]);
	} else {
		judgement->reason = beyond_chance(family, weighed) ? not_beyond_floor : not_beyond_chance;
		judgement->boots_needed = boots_for_bound(family, weighed);
	}
}

static void decide(const struct family *family, const struct weighed *weighed)
{
	const struct judged_figure *figure = weighed->figure;
	struct judgement *judgement = weighed->judgement;
	double size = fabs(judgement->shift);
	judgement->resolution = resolution(weighed, reach_of(family, weighed));
	if (weighed->alike) {
		judgement->verdict = VERDICT_SAME;
	} else if (beyond_chance(family, weighed) && !(size <= judgement->floor)) {
		judgement->verdict = VERDICT_DIFFERENT;
		judgement->relevant = size >= figure->effect;
	} else if (is_same(weighed)) {
		judgement->verdict = VERDICT_SAME;
	} else {
		judgement->verdict = VERDICT_UNCLEAR;
		say_why_unclear(family, weighed);
	}
}

void verdicts_judge(const struct judged_figure *figures, size_t count, struct judgement *judgements)
{
	struct family family = {.arena = arena_new(), .count = count};
	family.weighed = arena_alloc(family.arena, (count + 1) * sizeof(*family.weighed));
	for (size_t i = 0; i < count; i++) {
		family.weighed[i].figure = &figures[i];
		family.weighed[i].judgement = &judgements[i];
		weigh(&family, &family.weighed[i]);
	}
	correct(&family, CLUSTERED);
	correct(&family, SCATTERED);
	for (size_t i = 0; i < count; i++)
		decide(&family, &family.weighed[i]);
	arena_free(family.arena);
}
