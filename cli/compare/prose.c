/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/prose.h"

#include <math.h>
#include <string.h>

#include "cli/compare/headings.h"
#include "cli/compare/tally.h"
#include "cli/escape.h"

#define LINE_WIDTH 110

void print_text(const struct tables *tables, const char *before, const char *text, const char *after)
{
	fputs(before, tables->out);
	(tables->markdown ? print_markdown : print_plain)(text, tables->out);
	fputs(after, tables->out);
}

static const char *bullet(const struct tables *tables)
{
	return tables->markdown ? "- " : "";
}

static void print_kernel(const struct tables *tables, size_t number)
{
	const struct result_set *set = &tables->comparison->sets[number];
	const struct context_kernel *kernel = &result_set_context(set)->kernel;
	const char *role = kernel_role(tables->comparison, number, tables->arena);
	const char *heading = tables->headings[number];
	enum clock_unit clock = result_set_clock(set);
	fprintf(tables->out, "%s%-4s  ", bullet(tables), role);
	if (strcmp(heading, set->label) != 0 && strcmp(heading, role) != 0)
		print_text(tables, "", heading, ": ");
	print_text(tables, "", set->label, "");
	if (strcmp(set->label, kernel->release) != 0)
		print_text(tables, ", ", kernel->release, "");
	print_text(tables, ", ", kernel->version, "");
	print_text(tables, "\n      ", set->spec, ": ");
	if (clock == CLOCK_NONE)
		fputs("no clock", tables->out);
	else
		fprintf(tables->out, "clock in %s", clock_unit_name(clock));
	fprintf(tables->out, ", %s, %zu boot%s\n", result_set_exact(set) ? "exact" : "with noise", set->boots,
	        set->boots > 1 ? "s" : "");
}

/* "title  key=value key=value …", broken into lines. */
static void print_common(const struct tables *tables, const char *title, const char *part)
{
	size_t column = 0;
	for (size_t i = 0; i < tables->comparison->common_count; i++) {
		const struct common_value *common = &tables->comparison->common[i];
		if (strcmp(common->part, part) != 0 || !common->value)
			continue;
		size_t length = strlen(common->key) + strlen(common->value) + 2;
		if (column == 0) {
			const char *start = *title == ' ' ? "  " : "- ";
			fprintf(tables->out, "%s%s", tables->markdown ? start : "", title);
			column = strlen(title);
		} else if (column + length > LINE_WIDTH) {
			fprintf(tables->out, "\n%*s", (int)strlen(title), "");
			column = strlen(title);
		}
		print_text(tables, " ", common->key, "=");
		print_text(tables, "", common->value, "");
		column += length;
	}
	if (column > 0)
		fputc('\n', tables->out);
}

void print_top(const struct tables *tables)
{
	const struct comparison *comparison = tables->comparison;
	for (size_t i = 0; i < comparison->set_count; i++)
		print_kernel(tables, i);
	print_common(tables, "all: ", "settings");
	print_common(tables, "     ", "machine");
	print_common(tables, "     ", "suite");
	for (size_t i = 0; i < comparison->note_count; i++) {
		fprintf(tables->out, "%snote: ", bullet(tables));
		print_text(tables, "", comparison->notes[i], "\n");
	}
	if (*tables->shared) {
		fprintf(tables->out, "%severy case below: ", bullet(tables));
		print_text(tables, "", tables->shared, "\n");
	}
}

/* Of everything that was compared, whatever of it is shown. */
static void print_counts(const struct tables *tables)
{
	const struct comparison *comparison = tables->comparison;
	for (size_t i = 1; i < comparison->set_count; i++) {
		size_t same = comparison_count(comparison, i, VERDICT_SAME);
		size_t different = comparison_count(comparison, i, VERDICT_DIFFERENT);
		size_t unclear = comparison_count(comparison, i, VERDICT_UNCLEAR);
		print_text(tables, bullet(tables), comparison->sets[i].label, "");
		fprintf(tables->out, ": %zu of %zu figures same, %zu different", same,
		        same + different + unclear, different);
		if (different > 0)
			fprintf(tables->out, " (%zu relevant)", comparison_count_relevant(comparison, i));
		if (unclear > 0)
			fprintf(tables->out, ", %zu unclear", unclear);
		if (filter_is_active(tables->view->filter))
			fprintf(tables->out, " (of all %zu cases)", comparison->case_count);
		fputc('\n', tables->out);
	}
}

/* How fine this run could look. Of single boots nobody knows. */
static void print_resolution(const struct tables *tables)
{
	const struct comparison *comparison = tables->comparison;
	for (size_t i = 1; i < comparison->set_count; i++) {
		double half, most;
		size_t times = comparison_resolution(comparison, i, 0.5, &half);
		comparison_resolution(comparison, i, 0.9, &most);
		if (times == 0 || comparison->sets[0].boots == 1 || comparison->sets[i].boots == 1)
			continue;
		print_text(tables, bullet(tables), comparison->sets[i].label, "");
		if (isnan(half)) {
			fputs(": too few boots to tell any single time apart\n", tables->out);
			continue;
		}
		fprintf(tables->out, ": of %zu times half would have shown a difference of %.2g %%", times,
		        half);
		if (isnan(most))
			fputs(", and one of ten none at all\n", tables->out);
		else
			fprintf(tables->out, ", nine of ten one of %.2g %%\n", most);
	}
}

/* Calls `add` for every judged cell of what is shown. */
static void for_each_judged(const struct tables *tables, struct tally *tally,
                            void (*add)(const struct tables *tables, struct tally *tally,
                                        const struct compared_figure *figure,
                                        const struct compared_cell *cell))
{
	const struct filter *filter = tables->view->filter;
	for (const struct compared_case *compared = NULL; (compared = filter_next(filter, compared));)
		for (size_t i = 0; i < compared->figure_count; i++)
			for (size_t kernel = 1; kernel < tables->comparison->set_count; kernel++)
				if (filter_shows_figure(filter, &compared->figures[i]) &&
				    compared->figures[i].cells[kernel].judged)
					add(tables, tally, &compared->figures[i],
					    &compared->figures[i].cells[kernel]);
}

static void add_reason(const struct tables *tables, struct tally *tally, const struct compared_figure *figure,
                       const struct compared_cell *cell)
{
	const struct judgement *judgement = &cell->judgement;
	if (judgement->reason && groups_have(&tables->groups, tables->view->filter, figure))
		tally_add(tally, judgement->reason, judgement->boots_needed, tables->arena);
}

static void add_hidden(const struct tables *tables, struct tally *tally, const struct compared_figure *figure,
                       const struct compared_cell *cell)
{
	if (cell->judgement.verdict == VERDICT_DIFFERENT &&
	    !groups_have(&tables->groups, tables->view->filter, figure))
		tally_add(tally, figure->name, 0, tables->arena);
}

/* Why figures in the tables are unclear: each reason once, with how many. */
static void print_reasons(const struct tables *tables)
{
	struct tally reasons = {0};
	for_each_judged(tables, &reasons, add_reason);
	for (const struct tallied *reason = reasons.first; reason; reason = reason->next) {
		fprintf(tables->out, "%s~ in %zu figures above: ", bullet(tables), reason->count);
		print_text(tables, "", reason->text, "");
		if (reason->most > reason->least)
			fprintf(tables->out, "; about %zu to %zu boots of each kernel would tell",
			        reason->least, reason->most);
		else if (reason->most > 0)
			fprintf(tables->out, "; about %zu boots of each kernel would tell", reason->most);
		fputc('\n', tables->out);
	}
	tally_release(&reasons);
}

/* Metrics that differ, but are not in the tables. */
static void print_hidden(const struct tables *tables)
{
	struct tally hidden = {0};
	const char *separator = "also different, not shown: ";
	size_t column = 0;
	for_each_judged(tables, &hidden, add_hidden);
	for (const struct tallied *metric = hidden.first; metric; metric = metric->next) {
		print_text(tables, separator, metric->text, "");
		column += strlen(separator) + strlen(metric->text);
		column += (size_t)fprintf(tables->out, " (%zu)", metric->count);
		separator = column > LINE_WIDTH - 20 ? ",\n  " : ", ";
		column = column > LINE_WIDTH - 20 ? 0 : column;
	}
	if (hidden.first)
		fputs("; see them with --metric NAME\n", tables->out);
	tally_release(&hidden);
}

void print_summary(const struct tables *tables)
{
	const struct filter *filter = tables->view->filter;
	fputc('\n', tables->out);
	if (filter_count(filter).judged == 0)
		fprintf(tables->out, "nothing to compare: no %scase is ok on the base and another kernel\n",
		        filter_is_active(filter) ? "chosen " : "");
	else if (!filter_next(filter, NULL))
		fputs("no figure differs\n", tables->out);
	if (comparison_count(tables->comparison, 0, VERDICT_SAME) +
	        comparison_count(tables->comparison, 0, VERDICT_DIFFERENT) +
	        comparison_count(tables->comparison, 0, VERDICT_UNCLEAR) >
	    0)
		print_counts(tables);
	print_resolution(tables);
	print_reasons(tables);
	print_hidden(tables);
}
