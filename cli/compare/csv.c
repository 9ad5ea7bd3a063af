/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The format csv: every figure, a line each; first those that stand beside the base's, then those without a partner (verdict "unpaired"),
 * then what is missing. What does not apply is empty.
 */
#include <math.h>

#include "cli/compare/format.h"
#include "cli/compare/listing.h"
#include "cli/escape.h"

enum column {
	CASE,
	METRIC,
	KIND,
	UNIT,
	BASE_KERNEL,
	NEW_KERNEL,
	BASE,
	NEW,
	DELTA,
	DELTA_PCT,
	VERDICT,
	REASON,
	P,
	BASE_BOOTS,
	NEW_BOOTS,
	BASE_LOW,
	BASE_HIGH,
	NEW_LOW,
	NEW_HIGH,
	RELEVANT,
	SHIFT_LOW,
	SHIFT_HIGH,
	FLOOR,
	RESOLUTION,
	BOOTS_NEEDED,
	COLUMNS,
};

static const char *const columns[COLUMNS] = {
    [CASE] = "case",
    [METRIC] = "metric",
    [KIND] = "kind",
    [UNIT] = "unit",
    [BASE_KERNEL] = "base_kernel",
    [NEW_KERNEL] = "new_kernel",
    [BASE] = "base",
    [NEW] = "new",
    [DELTA] = "delta",
    [DELTA_PCT] = "delta_pct",
    [VERDICT] = "verdict",
    [REASON] = "reason",
    [P] = "p",
    [BASE_BOOTS] = "base_boots",
    [NEW_BOOTS] = "new_boots",
    [BASE_LOW] = "base_low",
    [BASE_HIGH] = "base_high",
    [NEW_LOW] = "new_low",
    [NEW_HIGH] = "new_high",
    [RELEVANT] = "relevant",
    [SHIFT_LOW] = "shift_low",
    [SHIFT_HIGH] = "shift_high",
    [FLOOR] = "floor",
    [RESOLUTION] = "resolution",
    [BOOTS_NEEDED] = "boots_needed",
};

struct writer {
	const struct comparison *comparison;
	FILE *out;
};

/* A column has a text, or a number, or neither (NAN). */
struct field {
	const char *text;
	double number;
};

/* The columns of the base, or those of a new kernel. */
static void set_measured(struct field *fields, const struct compared_cell *cell, bool base)
{
	fields[base ? BASE : NEW].number = cell->value;
	fields[base ? BASE_BOOTS : NEW_BOOTS].number = (double)cell->boots;
	if (cell->has_interval) {
		fields[base ? BASE_LOW : NEW_LOW].number = cell->interval.low;
		fields[base ? BASE_HIGH : NEW_HIGH].number = cell->interval.high;
	}
}

static void set_judgement(struct field *fields, const struct judgement *judgement)
{
	fields[REASON].text = judgement->reason;
	fields[P].number = judgement->p;
	fields[RELEVANT].text = judgement->relevant ? "true" : "false";
	fields[FLOOR].number = judgement->floor;
	fields[RESOLUTION].number = judgement->resolution;
	if (judgement->has_interval) {
		fields[SHIFT_LOW].number = judgement->interval.low;
		fields[SHIFT_HIGH].number = judgement->interval.high;
	}
	if (judgement->boots_needed > 0)
		fields[BOOTS_NEEDED].number = (double)judgement->boots_needed;
}

static void set_paired(struct field *fields, const struct compared_cell *cell)
{
	fields[DELTA].number = cell->delta;
	fields[DELTA_PCT].number = cell->delta_pct;
	fields[VERDICT].text = listed_verdict(cell);
	if (cell->judged)
		set_judgement(fields, &cell->judgement);
}

static void print_fields(const struct field *fields, FILE *out)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		if (fields[i].text)
			print_csv_text(fields[i].text, out);
		else if (isfinite(fields[i].number))
			fprintf(out, "%.15g", fields[i].number);
		fputs(i + 1 < COLUMNS ? "," : "\n", out);
	}
}

static void print_listing(void *context, const struct listing *listing)
{
	static const char *const verdicts[] = {[LISTED_UNPAIRED] = "unpaired", [LISTED_MISSING] = "missing"};
	const struct writer *writer = context;
	const struct compared_figure *figure = listing->figure;
	const struct result_set *sets = writer->comparison->sets;
	struct field fields[COLUMNS];
	char reason[64 + RESULT_TEXT_BYTES_MAX];
	for (size_t i = 0; i < COLUMNS; i++)
		fields[i] = (struct field){NULL, NAN};
	fields[CASE].text = listing->compared->name;
	fields[VERDICT].text = verdicts[listing->what];
	if (figure) {
		fields[METRIC].text = figure->name;
		fields[KIND].text = listed_kind(figure);
		fields[UNIT].text = figure->unit;
	}
	if (listing->kernel == 0 || listing->what == LISTED_ROW)
		fields[BASE_KERNEL].text = sets[0].label;
	if (listing->kernel > 0)
		fields[NEW_KERNEL].text = sets[listing->kernel].label;
	if (listing->what == LISTED_MISSING) {
		snprintf(reason, sizeof(reason), "%s: %s", listing->status, listing->reason);
		fields[REASON].text = reason;
	} else {
		set_measured(fields, &figure->cells[listing->kernel], listing->kernel == 0);
	}
	if (listing->what == LISTED_ROW) {
		set_measured(fields, &figure->cells[0], true);
		set_paired(fields, &figure->cells[listing->kernel]);
	}
	print_fields(fields, writer->out);
}

static int render(const struct comparison *comparison, const struct view *view, FILE *out,
                  struct error *error)
{
	struct writer writer = {comparison, out};
	struct field heading[COLUMNS];
	(void)error;
	for (size_t i = 0; i < COLUMNS; i++)
		heading[i] = (struct field){columns[i], NAN};
	print_fields(heading, out);
	list_comparison(view->filter, LISTED_ROW, print_listing, &writer);
	list_comparison(view->filter, LISTED_UNPAIRED, print_listing, &writer);
	list_comparison(view->filter, LISTED_MISSING, print_listing, &writer);
	return 0;
}

static struct format csv = {.name = "csv", .what = "every metric, a line a figure", .render = render};
COMPARE_FORMAT(csv);
