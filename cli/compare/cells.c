/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/cells.h"

#include <math.h>
#include <string.h>

/* As many digits as a person can use; whole numbers whole. */
static void print_number(char *text, size_t bytes, double value)
{
	if (value == floor(value) && fabs(value) < 1e15)
		snprintf(text, bytes, "%.0f", value);
	else if (fabs(value) >= 1000)
		snprintf(text, bytes, "%.1f", value);
	else
		snprintf(text, bytes, "%.4g", value);
}

/* "812", "812 ± 1 %" where there is an interval, "812 ± ∞" where there are boots but too few for one. */
static void figure_text(const json_t *row, bool base, char *text, size_t bytes)
{
	const char *side = base ? "base" : "new";
	char value_text[64], key[32];
	double value = number_at(row, json_object_get(row, "value") ? "value" : side);
	print_number(value_text, sizeof(value_text), value);
	snprintf(key, sizeof(key), "%s_interval", side);
	json_t *interval = json_object_get(row, key);
	snprintf(key, sizeof(key), "%s_boots", side);
	if (interval && value != 0) {
		double low = json_number_value(json_array_get(interval, 0));
		double high = json_number_value(json_array_get(interval, 1));
		snprintf(text, bytes, "%s ± %.0f %%", value_text,
		         100 * fmax(high - value, value - low) / fabs(value));
	} else if (number_at(row, key) > 1 && strcmp(string_at(row, "kind"), "latency") == 0) {
		snprintf(text, bytes, "%s ± ∞", value_text);
	} else {
		snprintf(text, bytes, "%s", value_text);
	}
}

static const char *mark_of(const json_t *row)
{
	const char *verdict = string_at(row, "verdict");
	if (!*verdict)
		return "";
	if (strcmp(verdict, "different") == 0)
		return "→";
	bool equal =
	    number_at(row, "delta") == 0 && strcmp(verdict, "same") == 0 && !json_object_get(row, "p");
	return equal ? "=" : "~";
}

/*
 * "(+71, +3.15 %)", or with little room the one of the two that says more; then p and the numbers of boots
 * where there was a test.
 */
static void delta_text(const json_t *row, bool brief, char *text, size_t bytes)
{
	char delta[64], percent[64] = "", test[64] = "";
	/* Of a time the ratio says most; an exact figure is asked for its price. */
	bool ratio =
	    strcmp(string_at(row, "kind"), "latency") == 0 && !json_is_true(json_object_get(row, "exact"));
	*text = '\0';
	if (!*mark_of(row) || (number_at(row, "delta") == 0 && !json_object_get(row, "p")))
		return;
	delta[0] = number_at(row, "delta") < 0 ? '-' : '+';
	print_number(delta + 1, sizeof(delta) - 1, fabs(number_at(row, "delta")));
	if (json_is_number(json_object_get(row, "delta_pct")))
		snprintf(percent, sizeof(percent), "%+.2f %%", number_at(row, "delta_pct"));
	if (json_object_get(row, "p"))
		snprintf(test, sizeof(test), ", p=%.3f n=%.0f+%.0f", number_at(row, "p"),
		         number_at(row, "base_boots"), number_at(row, "new_boots"));
	if (brief)
		snprintf(text, bytes, "%s%s", ratio && *percent ? percent : delta, test);
	else
		snprintf(text, bytes, "(%s%s%s%s)", delta, *percent ? ", " : "", percent, test);
}

/* "skip" and the number of the note that says why; nothing where another note above the tables does. */
static void missing_text(struct view *view, size_t kernel, const char *case_name, const char *metric,
                         struct cell *cell)
{
	const json_t *entry = view_missing(view, kernel, case_name, metric);
	const char *status = string_at(entry, "status"), *reason = string_at(entry, "reason");
	char note[1024];
	snprintf(cell->value, sizeof(cell->value), "–");
	if (!entry)
		return;
	if (strcmp(status, "ok") == 0) {
		snprintf(note, sizeof(note), "%s", reason);
	} else {
		/* The one long word would make every column wide; the note has it whole. */
		snprintf(cell->value, sizeof(cell->value), "%s",
		         strcmp(status, "inconclusive") == 0 ? "inconcl." : status);
		snprintf(note, sizeof(note), "%s: %s", status, reason);
	}
	snprintf(cell->delta, sizeof(cell->delta), "[%zu]",
	         footnote(&view->notes, note, view->headings[kernel], case_name));
}

void compare_cell(struct view *view, size_t kernel, const char *case_name, const char *metric,
                  const json_t *figure, struct cell *cell)
{
	*cell = (struct cell){.mark = ""};
	if (!json_is_object(figure)) {
		missing_text(view, kernel, case_name, metric, cell);
		return;
	}
	figure_text(figure, kernel == 0, cell->value, sizeof(cell->value));
	if (kernel == 0)
		return;
	cell->mark = mark_of(figure);
	delta_text(figure, view->kernels > 2, cell->delta, sizeof(cell->delta));
}

/*
 * Of one kernel, over the cases that all kernels have, so that the columns can be compared. False where a
 * value is not above 0.
 */
static bool geomean(const json_t *group, size_t kernel, double *percent, size_t *n)
{
	double logs = 0;
	const char *case_name;
	json_t *cells, *cell;
	size_t index;
	*n = 0;
	json_object_foreach ((json_t *)group, case_name, cells) {
		bool whole = true;
		json_array_foreach (cells, index, cell)
			whole &= json_is_object(cell) && !json_object_get(cell, "value");
		if (!whole)
			continue;
		const json_t *row = json_array_get(cells, kernel);
		if (number_at(row, "base") <= 0 || number_at(row, "new") <= 0)
			return false;
		logs += log(number_at(row, "new") / number_at(row, "base"));
		(*n)++;
	}
	*percent = *n ? 100 * (exp(logs / (double)*n) - 1) : 0;
	return *n > 0;
}

void geomean_cell(const json_t *group, size_t kernel, struct cell *cell)
{
	double percent;
	size_t n;
	*cell = (struct cell){.mark = ""};
	if (kernel > 0 && geomean(group, kernel, &percent, &n))
		snprintf(cell->delta, sizeof(cell->delta), "%+.2f %% (%zu)", percent, n);
}
