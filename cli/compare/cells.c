/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/cells.h"

#include <math.h>

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

static bool boots_differ(const struct boot_values *from)
{
	for (size_t i = 1; i < from->boots; i++)
		if (from->values[i] != from->values[0])
			return true;
	return false;
}

/* "812", "812 ± 1 %" where there is an interval, "812 ± ∞" where there are boots that differ but too few for one. */
static void value_text(const struct compared_figure *figure, const struct compared_cell *of,
                       struct cell *cell)
{
	char value[64];
	print_number(value, sizeof(value), of->value);
	if (of->has_interval && of->value != 0)
		snprintf(cell->value, sizeof(cell->value), "%s ± %.0f %%", value,
		         100 * fmax(of->interval.high - of->value, of->value - of->interval.low) /
		             fabs(of->value));
	else if (of->boots > 1 && figure->kind == METRIC_TIME && boots_differ(of->from))
		snprintf(cell->value, sizeof(cell->value), "%s ± ∞", value);
	else
		snprintf(cell->value, sizeof(cell->value), "%s", value);
}

static const char *mark_of(const struct judgement *judgement)
{
	static const char *const marks[] = {
	    [VERDICT_SAME] = "=", [VERDICT_DIFFERENT] = "›", [VERDICT_UNCLEAR] = "~"};
	return judgement->relevant ? "→" : marks[judgement->verdict];
}

/*
 * "(+71, +3.15 %)", or with little room the one of the two that says more; then p and the numbers of boots where there was a
 * test.
 */
static void delta_text(const struct tables *tables, size_t kernel, const struct compared_figure *figure,
                       struct cell *cell)
{
	const struct compared_cell *base = &figure->cells[0], *of = &figure->cells[kernel];
	const struct result_set *sets = tables->comparison->sets;
	double p = of->judged ? of->judgement.p : NAN;
	char delta[64], percent[64] = "", test[64] = "";
	/* Of a time the ratio says most; an exact figure is asked for its price. */
	bool exact = result_set_exact(&sets[0]) && result_set_exact(&sets[kernel]);
	bool ratio = figure->kind == METRIC_TIME && !exact;
	if (of->delta == 0 && isnan(p))
		return;
	delta[0] = of->delta < 0 ? '-' : '+';
	print_number(delta + 1, sizeof(delta) - 1, fabs(of->delta));
	if (isfinite(of->delta_pct))
		snprintf(percent, sizeof(percent), "%+.2f %%", of->delta_pct);
	if (!isnan(p))
		snprintf(test, sizeof(test), ", p=%.2g n=%zu+%zu", p, base->boots, of->boots);
	if (tables->comparison->set_count > 2)
		snprintf(cell->delta, sizeof(cell->delta), "%s%s", ratio && *percent ? percent : delta, test);
	else
		snprintf(cell->delta, sizeof(cell->delta), "(%s%s%s%s)", delta, *percent ? ", " : "", percent,
		         test);
}

/* "skip" and the number of the note that says why; nothing where a note above the tables does. */
static void missing_text(struct tables *tables, size_t kernel, const struct line *line, struct cell *cell)
{
	const struct compared_state *state = &line->compared->states[kernel];
	const char *status = state->absent ? "absent" : case_status_name(state->status), *note;
	snprintf(cell->value, sizeof(cell->value), "–");
	if (!state->absent && state->status == CASE_OK) {
		note = line->figure ? line->figure->cells[kernel].gap : NULL;
		if (!note)
			return;
	} else {
		/* The one long word would make every column wide; the note has it whole. */
		bool too_long = state->status == CASE_INCONCLUSIVE && !state->absent;
		snprintf(cell->value, sizeof(cell->value), "%s", too_long ? "inconcl." : status);
		note = arena_print(tables->arena, "%s: %s", status,
		                   state->absent   ? "not in the file"
		                   : state->reason ? state->reason
		                                   : "no reason told");
	}
	snprintf(cell->delta, sizeof(cell->delta), "[%zu]",
	         footnote(&tables->notes, note, tables->headings[kernel], line->compared->name));
}

struct cell table_cell_of(struct tables *tables, size_t kernel, const struct line *line)
{
	struct cell cell = {.mark = ""};
	const struct compared_cell *of = line->figure ? &line->figure->cells[kernel] : NULL;
	if (!of || !of->measured) {
		missing_text(tables, kernel, line, &cell);
		return cell;
	}
	value_text(line->figure, of, &cell);
	if (of->judged)
		cell.mark = mark_of(&of->judgement);
	if (of->paired)
		delta_text(tables, kernel, line->figure, &cell);
	return cell;
}

bool geomean_cell(const struct comparison *comparison, size_t kernel, const char *metric, struct cell *cell)
{
	double percent;
	size_t cases = kernel > 0 ? comparison_geomean(comparison, metric, kernel, &percent) : 0;
	*cell = (struct cell){.mark = ""};
	if (cases > 0)
		snprintf(cell->delta, sizeof(cell->delta), "%+.2f %% (%zu)", percent, cases);
	return cases > 0;
}
