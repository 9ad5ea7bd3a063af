/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/claim_judge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/analysis/metric.h"

/* Of one figure over all measured cases. */
struct range {
	const struct claim_figure *figure;
	double low, high;
};

struct judging {
	const struct claim_expr *expr;
	const struct side *sides[CLAIM_KERNELS]; /* the second is NULL where the claim is on one kernel */
	struct range ranges[2 * CLAIM_TERMS_MAX];
	size_t range_count;
	struct claim_finding *verdict;
};

/* What a case is to a claim, from good to bad. */
enum use { USE_MEASURED, USE_SKIPPED, USE_UNMEASURED };

static const char *string_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

/* One boot of each kernel. */
struct pair {
	const char *name;
	const json_t *records[CLAIM_KERNELS];
};

static enum use say(struct error *error, enum use use, const struct pair *pair, const char *what,
                    const char *more)
{
	snprintf(error->text, sizeof(error->text), "%.180s: %.140s%.180s", pair->name, what, more);
	return use;
}

static enum use record_use(const struct judging *judging, enum claim_kernel kernel, const struct pair *pair,
                           struct error *error)
{
	const json_t *record = pair->records[kernel];
	const char *status = string_at(record, "status");
	char told[128];
	const char *of = !judging->sides[CLAIM_NEW] ? "" : kernel == CLAIM_BASE ? "base: " : "new: ";
	if (!record) {
		snprintf(told, sizeof(told), "%snot in the file", of);
		return say(error, USE_UNMEASURED, pair, told, "");
	}
	if (strcmp(status, "ok") == 0)
		return USE_MEASURED;
	snprintf(told, sizeof(told), "%s%.60s: ", of, status);
	return say(error, strcmp(status, "skip") == 0 ? USE_SKIPPED : USE_UNMEASURED, pair, told,
	           string_at(record, "reason"));
}

static enum use figure_use(const struct judging *judging, const struct claim_figure *figure,
                           const struct pair *pair, struct error *error)
{
	const struct side *new = judging->sides[CLAIM_NEW];
	if (!metric_value(pair->records[figure->kernel], figure->metric))
		return say(error, USE_UNMEASURED, pair, "has no ", figure->metric);
	if (!metric_is_latency(figure->metric))
		return USE_MEASURED;
	/* Single times of a machine with noise show nothing: `compare` can tell them apart. */
	if (!side_exact(judging->sides[figure->kernel]))
		return say(error, USE_UNMEASURED, pair, "not exact: ", figure->metric);
	if (new &&strcmp(side_clock(judging->sides[CLAIM_BASE]), side_clock(new)) != 0)
		return say(error, USE_UNMEASURED, pair, "two clocks: ", figure->metric);
	return USE_MEASURED;
}

/* Whether both kernels have the case, measured alike. */
static enum use records_use(const struct judging *judging, const struct pair *pair, struct error *error)
{
	enum use worst = USE_MEASURED;
	for (int kernel = 0; kernel < CLAIM_KERNELS && judging->sides[kernel]; kernel++) {
		struct error one = {""};
		enum use use = record_use(judging, kernel, pair, &one);
		if (use > worst) {
			worst = use;
			*error = one;
		}
	}
	if (worst != USE_MEASURED)
		return worst;
	if (judging->sides[CLAIM_NEW] && strcmp(string_at(pair->records[CLAIM_BASE], "unit"),
	                                        string_at(pair->records[CLAIM_NEW], "unit")) != 0)
		return say(error, USE_UNMEASURED, pair, "counted per different units", "");
	return USE_MEASURED;
}

static enum use term_use(const struct judging *judging, const struct claim_term *term,
                         const struct pair *pair, struct error *error)
{
	enum use use = figure_use(judging, &term->left, pair, error);
	if (use == USE_MEASURED && !term->has_number)
		use = figure_use(judging, &term->right, pair, error);
	return use;
}

static double figure_value(const struct claim_figure *figure, const struct pair *pair)
{
	return json_number_value(metric_value(pair->records[figure->kernel], figure->metric));
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

static void add_breach(struct judging *judging, const struct claim_term *term, const struct pair *pair,
                       double left, double right)
{
	char told[128], other[128] = "", claimed[CLAIM_TERM_BYTES];
	char *text = NULL;
	figure_told(judging, &term->left, left, told, sizeof(told));
	if (!term->has_number)
		figure_told(judging, &term->right, right, other, sizeof(other));
	claim_term_text(judging->expr, term, claimed, sizeof(claimed));
	if (asprintf(&text, "%s: %s%s%s, claimed is %s", pair->name, told, *other ? ", " : "", other,
	             claimed) >= 0)
		json_array_append_new(judging->verdict->breaches, json_string(text));
	free(text);
}

static double right_value(const struct claim_term *term, const struct pair *pair)
{
	return term->has_number ? term->number : figure_value(&term->right, pair);
}

/* Whether a term that was measured holds; a breach is noted. */
static bool judge_term(struct judging *judging, const struct claim_term *term, const struct pair *pair)
{
	double left = figure_value(&term->left, pair), right = right_value(term, pair);
	if (claim_operator_holds(term->op, left, right))
		return true;
	add_breach(judging, term, pair, left, right);
	return false;
}

static void widen_ranges(struct judging *judging, const struct pair *pair)
{
	struct error unused;
	for (size_t i = 0; i < judging->expr->term_count; i++) {
		const struct claim_term *term = &judging->expr->terms[i];
		if (term_use(judging, term, pair, &unused) != USE_MEASURED)
			continue;
		widen_range(judging, &term->left, figure_value(&term->left, pair));
		if (!term->has_number)
			widen_range(judging, &term->right, right_value(term, pair));
	}
}

/* What the pair is to the claim. A broken term breaks it even where the figure of another is missing. */
static enum use judge_pair(struct judging *judging, const struct pair *pair, bool *kept, struct error *error)
{
	enum use worst = records_use(judging, pair, error);
	bool all = true;
	if (worst != USE_MEASURED)
		return worst;
	for (size_t i = 0; i < judging->expr->term_count; i++) {
		struct error one = {""};
		enum use use = term_use(judging, &judging->expr->terms[i], pair, &one);
		if (use == USE_MEASURED)
			all &= judge_term(judging, &judging->expr->terms[i], pair);
		if (use > worst) {
			worst = use;
			*error = one;
		}
	}
	if (worst == USE_MEASURED || !all)
		widen_ranges(judging, pair);
	*kept &= all;
	return worst;
}

static struct pair pair_of(const struct judging *judging, const char *name, size_t base_boot, size_t new_boot)
{
	const struct side *new = judging->sides[CLAIM_NEW];
	return (struct pair){
	    .name = name,
	    .records = {side_record(judging->sides[CLAIM_BASE], base_boot, name),
	                new ? side_record(new, new_boot, name) : NULL},
	};
}

/* A case in all boots: one that breaks the claim is enough, else the worst of them says what it is. */
static void judge_case(struct judging *judging, const char *name)
{
	struct claim_finding *verdict = judging->verdict;
	size_t new_boots = judging->sides[CLAIM_NEW] ? judging->sides[CLAIM_NEW]->boots : 1;
	size_t pairs = judging->sides[CLAIM_BASE]->boots * new_boots;
	enum use worst = USE_MEASURED;
	bool kept = true;
	struct error error = {""};
	for (size_t i = 0; i < pairs; i++) {
		struct pair pair = pair_of(judging, name, i / new_boots, i % new_boots);
		struct error one = {""};
		enum use use = judge_pair(judging, &pair, &kept, &one);
		if (use > worst) {
			worst = use;
			error = one;
		}
	}
	verdict->broken += !kept;
	verdict->measured += !kept || worst == USE_MEASURED;
	if (!kept)
		return;
	if (worst == USE_SKIPPED && verdict->skipped++ == 0)
		verdict->skip = error;
	if (worst == USE_UNMEASURED && verdict->unmeasured++ == 0)
		verdict->gap = error;
}

static void tell_figures(const struct judging *judging)
{
	char *text = judging->verdict->figures;
	size_t bytes = sizeof(judging->verdict->figures), used = 0;
	for (size_t i = 0; i < judging->range_count && used < bytes; i++) {
		const struct range *range = &judging->ranges[i];
		char one[128];
		figure_told(judging, range->figure, range->low, one, sizeof(one));
		used += (size_t)snprintf(text + used, bytes - used, "%s%s", i ? ", " : "", one);
		if (range->high != range->low && used < bytes)
			used += (size_t)snprintf(text + used, bytes - used, " to %.6g", range->high);
	}
}

int claim_judge(const struct claim_expr *expr, const json_t *names, const struct side *base,
                const struct side *new, struct claim_finding *verdict)
{
	struct judging judging = {.expr = expr, .sides = {base, new}, .verdict = verdict};
	*verdict = (struct claim_finding){.breaches = json_array()};
	if (!verdict->breaches)
		return -ENOMEM;
	size_t index;
	json_t *name;
	json_array_foreach (names, index, name)
		judge_case(&judging, json_string_value(name));
	tell_figures(&judging);
	verdict->state = verdict->broken > 0                                 ? CLAIM_BROKEN
	                 : verdict->measured == 0 || verdict->unmeasured > 0 ? CLAIM_UNDECIDED
	                                                                     : CLAIM_HOLDS;
	return 0;
}

void claim_finding_free(struct claim_finding *verdict)
{
	json_decref(verdict->breaches);
	*verdict = (struct claim_finding){0};
}
