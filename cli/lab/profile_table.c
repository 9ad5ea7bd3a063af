/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/lab/profile_view.h"

#include <stdlib.h>

#include "cli/table.h"

static const struct functions *new_functions(const struct profile_view *view)
{
	static const struct functions none;
	return view->subject_count == 2 ? &view->subjects[1].functions : &none;
}

/* How many touches the table stands for. */
static void print_heading(const struct profile_view *view, bool markdown, FILE *out)
{
	fprintf(out, "%s%s: instructions of the median %s, by function\n", markdown ? "### " : "",
	        view->case_name, view->latency);
	for (size_t i = 0; i < view->subject_count; i++) {
		const struct profile_subject *subject = &view->subjects[i];
		const struct profile_median *median = &subject->median;
		fprintf(out, "%s%s (%s): %.10g", markdown ? "\n" : "", subject->kernel, subject->release,
		        median->instructions);
		if (median->shape[0] == median->shape[1])
			fprintf(out, "; %zu of %zu did exactly this\n", median->touches[0], subject->touches);
		else
			fprintf(out, ", half-way between two, %llu and %llu, so there are halves\n",
			        (unsigned long long)median->shape[0]->instructions,
			        (unsigned long long)median->shape[1]->instructions);
	}
	fputc('\n', out);
}

static void put_calls(struct table *table, const struct profile_view *view, double base, double new_one)
{
	if (view->subject_count == 1 || base == new_one)
		table_cell(table, "%.10g", base);
	else
		table_cell(table, "%.10g → %.10g", base, new_one);
}

static void put_figures(struct table *table, const struct profile_view *view, double base, double new_one)
{
	table_cell(table, "%.10g", base);
	if (view->subject_count == 1)
		return;
	table_cell(table, "%.10g", new_one);
	if (base == new_one)
		table_cell(table, "=");
	else
		table_cell(table, "%+.10g", new_one - base);
}

static void put_title(struct table *table, const struct profile_view *view)
{
	table_cell(table, "function");
	for (size_t i = 0; i < view->subject_count; i++)
		table_cell(table, "%s", view->subjects[i].kernel);
	if (view->subject_count == 2)
		table_cell(table, "difference");
	table_cell(table, "calls");
}

static void put_functions(struct table *table, const struct profile_view *view, bool all,
                          const struct function_row *rows, size_t count)
{
	double same = 0;
	size_t same_count = 0;

	for (size_t i = 0; i < count; i++) {
		const struct function_row *row = &rows[i];
		if (!all && view->subject_count == 2 && row->base_instructions == row->new_instructions) {
			same += row->base_instructions;
			same_count++;
			continue;
		}
		table_cell(table, "%s", row->name);
		put_figures(table, view, row->base_instructions, row->new_instructions);
		put_calls(table, view, row->base_calls, row->new_calls);
	}
	if (same_count) {
		table_cell(table, "(%zu that are the same)", same_count);
		put_figures(table, view, same, same);
		table_cell(table, "%s", "");
	}
}

void profile_print(const struct profile_view *view, bool all, bool markdown, FILE *out)
{
	struct table table = {.columns = view->subject_count == 2 ? 5 : 3,
	                      .align = view->subject_count == 2 ? "lrrrr" : "lrr"};
	size_t count;
	struct function_row *rows = functions_join(&view->subjects[0].functions, new_functions(view), &count);

	print_heading(view, markdown, out);
	put_title(&table, view);
	put_functions(&table, view, all, rows, count);
	table_cell(&table, "total");
	put_figures(&table, view, view->subjects[0].functions.instructions,
	            new_functions(view)->instructions);
	table_cell(&table, "%s", "");
	table_print(&table, markdown, out);
	free(rows);
}
