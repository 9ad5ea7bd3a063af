/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/lab/profile_table.h"

#include <stdlib.h>

#include "cli/table.h"

static const struct functions *new_functions(const struct profile_view *view)
{
	static const struct functions none;
	return view->sides == 2 ? &view->side[1].functions : &none;
}

/* How many touches the table stands for. */
static void print_heading(const struct profile_view *view, bool markdown, FILE *out)
{
	fprintf(out, "%s%s: instructions of the median %s, by function\n", markdown ? "### " : "",
	        view->case_name, view->latency);
	for (size_t i = 0; i < view->sides; i++) {
		const struct profile_side *side = &view->side[i];
		const struct profile_median *median = &side->median;
		fprintf(out, "%s%s (%s): %.10g", markdown ? "\n" : "", side->kernel, side->release,
		        median->instructions);
		if (median->shape[0] == median->shape[1])
			fprintf(out, "; %zu of %zu did exactly this\n", median->touches[0], side->touches);
		else
			fprintf(out, ", half-way between two, %llu and %llu, so there are halves\n",
			        (unsigned long long)median->shape[0]->instructions,
			        (unsigned long long)median->shape[1]->instructions);
	}
	fputc('\n', out);
}

static void put_calls(struct table *table, const struct profile_view *view, double base, double new_one)
{
	if (view->sides == 1 || base == new_one)
		table_cell(table, "%.10g", base);
	else
		table_cell(table, "%.10g → %.10g", base, new_one);
}

static void put_figures(struct table *table, const struct profile_view *view, double base, double new_one)
{
	table_cell(table, "%.10g", base);
	if (view->sides == 1)
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
	for (size_t i = 0; i < view->sides; i++)
		table_cell(table, "%s", view->side[i].kernel);
	if (view->sides == 2)
		table_cell(table, "difference");
	table_cell(table, "calls");
}

static void put_functions(struct table *table, const struct profile_view *view, bool all,
                          const struct function_pair *pairs, size_t count)
{
	double same = 0;
	size_t same_count = 0;

	for (size_t i = 0; i < count; i++) {
		const struct function_pair *pair = &pairs[i];
		if (!all && view->sides == 2 && pair->base_instructions == pair->new_instructions) {
			same += pair->base_instructions;
			same_count++;
			continue;
		}
		table_cell(table, "%s", pair->name);
		put_figures(table, view, pair->base_instructions, pair->new_instructions);
		put_calls(table, view, pair->base_calls, pair->new_calls);
	}
	if (same_count) {
		table_cell(table, "(%zu that are the same)", same_count);
		put_figures(table, view, same, same);
		table_cell(table, "%s", "");
	}
}

void profile_print(const struct profile_view *view, bool all, bool markdown, FILE *out)
{
	struct table table = {.columns = view->sides == 2 ? 5 : 3,
	                      .align = view->sides == 2 ? "lrrrr" : "lrr"};
	size_t count;
	struct function_pair *pairs = functions_join(&view->side[0].functions, new_functions(view), &count);

	print_heading(view, markdown, out);
	put_title(&table, view);
	put_functions(&table, view, all, pairs, count);
	table_cell(&table, "total");
	put_figures(&table, view, view->side[0].functions.instructions, new_functions(view)->instructions);
	table_cell(&table, "%s", "");
	table_print(&table, markdown, out);
	free(pairs);
}

/* A whole number stays an integer. */
static json_t *number(double value)
{
	return value == (double)(json_int_t)value ? json_integer((json_int_t)value) : json_real(value);
}

static json_t *side_json(const struct profile_side *side)
{
	return json_pack("{s:s, s:s, s:o, s:I, s:I}", "kernel", side->kernel, "release", side->release,
	                 "instructions", number(side->functions.instructions), "touches",
	                 (json_int_t)side->touches, "alike", (json_int_t)side->median.touches[0]);
}

static json_t *pair_json(const struct profile_view *view, const struct function_pair *pair)
{
	json_t *object = json_pack("{s:s, s:o, s:o}", "name", pair->name, "base",
	                           number(pair->base_instructions), "base_calls", number(pair->base_calls));
	if (view->sides == 2) {
		json_object_set_new(object, "new", number(pair->new_instructions));
		json_object_set_new(object, "new_calls", number(pair->new_calls));
		json_object_set_new(object, "delta",
		                    number(pair->new_instructions - pair->base_instructions));
	}
	return object;
}

json_t *profile_json(const struct profile_view *view)
{
	size_t count;
	struct function_pair *pairs = functions_join(&view->side[0].functions, new_functions(view), &count);
	json_t *functions = json_array();

	for (size_t i = 0; pairs && i < count; i++)
		json_array_append_new(functions, pair_json(view, &pairs[i]));
	free(pairs);
	json_t *object = json_pack("{s:s, s:o}", "latency", view->latency, "base", side_json(&view->side[0]));
	if (view->sides == 2)
		json_object_set_new(object, "new", side_json(&view->side[1]));
	json_object_set_new(object, "functions", functions);
	return object;
}
