/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/claim_judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/analysis/metrics.h"

/* Of one figure over all measured cases. */
struct range {
	const struct claim_figure *figure;
	double low, high;
};

struct judging {
	const struct claim_expr *expr;
	/* The second is NULL where the claim is on one kernel. */
	const struct result_set *sets[CLAIM_KERNELS];
	struct range ranges[2 * CLAIM_TERMS_MAX];
	size_t range_count;
	struct arena *arena;
	struct claim_finding *finding;
};

/* What a case is to a claim, from good to bad. */
enum use { USE_MEASURED, USE_SKIPPED, USE_UNMEASURED };

/* A case in one boot of each kernel. */
struct evidence {
	const char *case_name;
	const struct record *records[CLAIM_KERNELS];
};

/* Why a case is not measured for the claim, into `why`: what, and of what. */
static enum use say(const struct judging *judging, enum use use, const struct evidence *evidence,
                    const char *what, const char *more, const char **why)
{
	*why = arena_print(judging->arena, "%s: %s%s", evidence->case_name, what, more);
	return use;
}

static enum use record_use(const struct judging *judging, enum claim_kernel kernel,
                           const struct evidence *evidence, const char **why)
{
	const struct record *record = evidence->records[kernel];
	const char *of = !judging->sets[CLAIM_NEW] ? "" : kernel == CLAIM_BASE ? "base: " : "new: ";
	if (!record)
		return say(judging, USE_UNMEASURED, evidence, of, "not in the file", why);
	if (record->status == CASE_OK)
		return USE_MEASURED;
	const char *what = arena_print(judging->arena, "%s%s: ", of, case_status_name(record->status));
	return say(judging, record->status == CASE_SKIP ? USE_SKIPPED : USE_UNMEASURED, evidence, what,
	           record->reason, why);
}

static enum use figure_use(const struct judging *judging, const struct claim_figure *figure,
                           const struct evidence *evidence, const char **why)
{
	const struct result_set *const *sets = judging->sets;
	struct figure found;
	if (!figure_find(evidence->records[figure->kernel], figure->metric, &found))
		return say(judging, USE_UNMEASURED, evidence, "has no ", figure->metric, why);
	if (found.kind != METRIC_TIME)
		return USE_MEASURED;
	/* Single times of a machine with noise show nothing: `compare` can tell them apart. */
	if (!result_set_exact(sets[figure->kernel]))
		return say(judging, USE_UNMEASURED, evidence, "not exact: ", figure->metric, why);
	if (sets[CLAIM_NEW] && result_set_clock(sets[CLAIM_BASE]) != result_set_clock(sets[CLAIM_NEW]))
		return say(judging, USE_UNMEASURED, evidence, "two clocks: ", figure->metric, why);
	return USE_MEASURED;
}

/* Whether both kernels have the case, measured alike. */
static enum use records_use(const struct judging *judging, const struct evidence *evidence, const char **why)
{
	enum use worst = USE_MEASURED;
	for (int kernel = 0; kernel < CLAIM_KERNELS && judging->sets[kernel]; kernel++) {
		const char *one = NULL;
		enum use use = record_use(judging, kernel, evidence, &one);
		if (use > worst) {
			worst = use;
			*why = one;
		}
	}
	if (worst != USE_MEASURED)
		return worst;
	if (judging->sets[CLAIM_NEW] &&
	    strcmp(evidence->records[CLAIM_BASE]->unit, evidence->records[CLAIM_NEW]->unit) != 0)
		return say(judging, USE_UNMEASURED, evidence, "counted per different units", "", why);
	return USE_MEASURED;
}

static enum use term_use(const struct judging *judging, const struct claim_term *term,
                         const struct evidence *evidence, const char **why)
{
	enum use use = figure_use(judging, &term->left, evidence, why);
	if (use == USE_MEASURED && !term->has_number)
		use = figure_use(judging, &term->right, evidence, why);
	return use;
}

static double figure_value(const struct claim_figure *figure, const struct evidence *evidence)
{
	struct figure found = {.value = NAN};
	figure_find(evidence->records[figure->kernel], figure->metric, &found);
	return found.value;
}

static void widen_range(struct judging *judging, const struct claim_figure *figure, double value)
{
	struct range *range = judging->ranges, *end = range + judging->range_count;
	while (range < end && (range->figure->kernel != figure->kernel ||
	                       strcmp(range->figure->metric, figure->metric) != 0))
		range++;
	if (range == end) {
		*range = (struct range){figure, value, value};
		judging->range_count++;
	}
	range->low = value < range->low ? value : range->low;
	range->high = value > range->high ? value : range->high;
}

/* "write_faults 0". */
static void figure_told(const struct judging *judging, const struct claim_figure *figure, double value,
                        char *text, size_t bytes)
{
	char name[CLAIM_METRIC_BYTES + 8];
	claim_figure_text(judging->expr, figure, name, sizeof(name));
	snprintf(text, bytes, "%s %.6g", name, value);
}

/* The array grows by doubling: at every power of two. */
static void add_breach(struct judging *judging, const char *text)
{
	struct claim_finding *finding = judging->finding;
	size_t count = finding->breach_count;
	if ((count & (count - 1)) == 0) {
		const char **breaches =
		    arena_alloc(judging->arena, (count ? 2 * count : 1) * sizeof(*breaches));
		if (count > 0)
			memcpy(breaches, finding->breaches, count * sizeof(*breaches));
		finding->breaches = breaches;
	}
	finding->breaches[finding->breach_count++] = text;
}

static void tell_breach(struct judging *judging, const struct claim_term *term,
                        const struct evidence *evidence, double left, double right)
{
	char told[128], other[128] = "", claimed[CLAIM_TERM_BYTES];
	figure_told(judging, &term->left, left, told, sizeof(told));
	if (!term->has_number)
		figure_told(judging, &term->right, right, other, sizeof(other));
	claim_term_text(judging->expr, term, claimed, sizeof(claimed));
	add_breach(judging, arena_print(judging->arena, "%s: %s%s%s, claimed is %s", evidence->case_name,
	                                told, *other ? ", " : "", other, claimed));
}

static double right_value(const struct claim_term *term, const struct evidence *evidence)
{
	return term->has_number ? term->number : figure_value(&term->right, evidence);
}

/* Whether a term that was measured holds; a breach is noted. */
static bool judge_term(struct judging *judging, const struct claim_term *term,
                       const struct evidence *evidence)
{
	double left = figure_value(&term->left, evidence), right = right_value(term, evidence);
	if (claim_operator_holds(term->op, left, right))
		return true;
	tell_breach(judging, term, evidence, left, right);
	return false;
}

static void widen_ranges(struct judging *judging, const struct evidence *evidence)
{
	const char *unused;
	for (size_t i = 0; i < judging->expr->term_count; i++) {
		const struct claim_term *term = &judging->expr->terms[i];
		if (term_use(judging, term, evidence, &unused) != USE_MEASURED)
			continue;
		widen_range(judging, &term->left, figure_value(&term->left, evidence));
		if (!term->has_number)
			widen_range(judging, &term->right, right_value(term, evidence));
	}
}

/* What the evidence says of the claim. A broken term breaks it even where the figure of another is missing. */
static enum use judge_evidence(struct judging *judging, const struct evidence *evidence, bool *kept,
                               const char **why)
{
	enum use worst = records_use(judging, evidence, why);
	bool all = true;
	if (worst != USE_MEASURED)
		return worst;
	for (size_t i = 0; i < judging->expr->term_count; i++) {
		const char *one = NULL;
		enum use use = term_use(judging, &judging->expr->terms[i], evidence, &one);
		if (use == USE_MEASURED)
			all &= judge_term(judging, &judging->expr->terms[i], evidence);
		if (use > worst) {
			worst = use;
			*why = one;
		}
	}
	if (worst == USE_MEASURED || !all)
		widen_ranges(judging, evidence);
	*kept &= all;
	return worst;
}

static struct evidence evidence_of(const struct judging *judging, const char *name, size_t base_boot,
                                   size_t new_boot)
{
	const struct result_set *new = judging->sets[CLAIM_NEW];
	return (struct evidence){
	    .case_name = name,
	    .records = {result_set_record(judging->sets[CLAIM_BASE], base_boot, name),
	                new ? result_set_record(new, new_boot, name) : NULL},
	};
}

/* A case in all boots: one that breaks the claim is enough, else the worst of them says what it is. */
static void judge_case(struct judging *judging, const char *name)
{
	struct claim_finding *finding = judging->finding;
	size_t new_boots = judging->sets[CLAIM_NEW] ? judging->sets[CLAIM_NEW]->boots : 1;
	size_t combinations = judging->sets[CLAIM_BASE]->boots * new_boots;
	enum use worst = USE_MEASURED;
	bool kept = true;
	const char *why = NULL;
	for (size_t i = 0; i < combinations; i++) {
		struct evidence evidence = evidence_of(judging, name, i / new_boots, i % new_boots);
		const char *one = NULL;
		enum use use = judge_evidence(judging, &evidence, &kept, &one);
		if (use > worst) {
			worst = use;
			why = one;
		}
	}
	finding->broken += !kept;
	finding->measured += !kept || worst == USE_MEASURED;
	if (!kept)
		return;
	if (worst == USE_SKIPPED && finding->skipped++ == 0)
		finding->skip = why;
	if (worst == USE_UNMEASURED && finding->unmeasured++ == 0)
		finding->gap = why;
}

static const char *figures_text(const struct judging *judging)
{
	const char *text = "";
	for (size_t i = 0; i < judging->range_count; i++) {
		const struct range *range = &judging->ranges[i];
		char low[128], high[64] = "";
		figure_told(judging, range->figure, range->low, low, sizeof(low));
		if (range->high != range->low)
			snprintf(high, sizeof(high), " to %.6g", range->high);
		text = arena_print(judging->arena, "%s%s%s%s", text, i ? ", " : "", low, high);
	}
	return text;
}

void claim_judge(const struct claim_expr *expr, const char *const *names, size_t name_count,
                 const struct result_set *base, const struct result_set *new, struct arena *arena,
                 struct claim_finding *finding)
{
	struct judging judging = {.expr = expr, .sets = {base, new}, .arena = arena, .finding = finding};
	*finding = (struct claim_finding){0};
	for (size_t i = 0; i < name_count; i++)
		judge_case(&judging, names[i]);
	finding->figures = figures_text(&judging);
	finding->state = finding->broken > 0                                 ? CLAIM_BROKEN
	                 : finding->measured == 0 || finding->unmeasured > 0 ? CLAIM_UNDECIDED
	                                                                     : CLAIM_HOLDS;
}
