/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/listing.h"

/* Where the entries go. */
struct lister {
	const struct filter *filter;
	enum listed what;
	void (*add)(void *context, const struct listing *listing);
	void *context;
};

static bool is_paired(const struct comparison *comparison, const struct compared_figure *figure,
                      size_t kernel)
{
	if (kernel > 0)
		return figure->cells[kernel].paired;
	for (size_t i = 1; i < comparison->set_count; i++)
		if (figure->cells[i].paired)
			return true;
	return false;
}

static void list_figure(const struct lister *lister, struct listing listing)
{
	const struct compared_cell *cell = &listing.figure->cells[listing.kernel];
	bool paired = is_paired(lister->filter->comparison, listing.figure, listing.kernel);
	if (lister->what == LISTED_MISSING) {
		listing.status = case_status_name(CASE_OK);
		listing.reason = cell->gap;
		if (!cell->measured && cell->gap)
			lister->add(lister->context, &listing);
	} else if (lister->what == LISTED_ROW ? listing.kernel > 0 && cell->paired
	                                      : cell->measured && !paired) {
		lister->add(lister->context, &listing);
	}
}

static void list_kernel(const struct lister *lister, struct listing listing)
{
	const struct compared_state *state = &listing.compared->states[listing.kernel];
	if (lister->what == LISTED_MISSING && (state->absent || state->status != CASE_OK)) {
		listing.status = state->absent ? "absent" : case_status_name(state->status);
		listing.reason = state->absent ? "not in the file" : state->reason ? state->reason : "";
		lister->add(lister->context, &listing);
		return;
	}
	for (size_t i = 0; i < listing.compared->figure_count; i++) {
		listing.figure = &listing.compared->figures[i];
		if (filter_shows_figure(lister->filter, listing.figure))
			list_figure(lister, listing);
	}
}

void list_comparison(const struct filter *filter, enum listed what,
                     void (*add)(void *context, const struct listing *listing), void *context)
{
	struct lister lister = {.filter = filter, .what = what, .add = add, .context = context};
	if (filter->only_different && what != LISTED_ROW)
		return;
	for (const struct compared_case *compared = NULL; (compared = filter_next(filter, compared));)
		for (size_t i = 0; i < filter->comparison->set_count; i++)
			list_kernel(&lister,
			            (struct listing){.what = what, .kernel = i, .compared = compared});
}

const char *listed_kind(const struct compared_figure *figure)
{
	switch (figure->kind) {
	case METRIC_TIME:
		return "latency";
	case METRIC_EVENT:
	case METRIC_DERIVED:
		return "event";
	default:
		return "count";
	}
}

const char *listed_verdict(const struct compared_cell *cell)
{
	return cell->judged ? verdict_name(cell->judgement.verdict) : "none";
}

bool listed_exact(const struct comparison *comparison, size_t kernel)
{
	return result_set_exact(&comparison->sets[0]) && result_set_exact(&comparison->sets[kernel]);
}
