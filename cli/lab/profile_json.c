/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "cli/lab/profile_view.h"

#define EXACT_MAX 9007199254740992.0 /* 2^53: up to there a double holds every whole number */

/* A whole number stays an integer. */
static json_t *number(double value)
{
	return fabs(value) <= EXACT_MAX && value == trunc(value) ? json_integer((json_int_t)value)
	                                                         : json_real(value);
}

static json_t *subject_json(const struct profile_subject *subject)
{
	return json_pack("{s:s, s:s, s:o, s:I, s:I}", "kernel", subject->kernel, "release", subject->release,
	                 "instructions", number(subject->functions.instructions), "touches",
	                 (json_int_t)subject->touches, "alike", (json_int_t)subject->median.touches[0]);
}

static json_t *row_json(const struct function_row *row, bool two)
{
	if (!two)
		return json_pack("{s:s, s:o, s:o}", "name", row->name, "base", number(row->base_instructions),
		                 "base_calls", number(row->base_calls));
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "name", row->name, "base",
	                 number(row->base_instructions), "base_calls", number(row->base_calls), "new",
	                 number(row->new_instructions), "new_calls", number(row->new_calls), "delta",
	                 number(row->new_instructions - row->base_instructions));
}

/* NULL without memory. */
static json_t *functions_json(const struct profile_view *view)
{
	static const struct functions none;
	bool two = view->subject_count == 2;
	size_t count;
	struct function_row *rows =
	    functions_join(&view->subjects[0].functions, two ? &view->subjects[1].functions : &none, &count);
	json_t *functions = json_array();
	bool failed = !rows;

	for (size_t i = 0; !failed && i < count; i++)
		failed = json_array_append_new(functions, row_json(&rows[i], two)) != 0;
	free(rows);
	if (!failed)
		return functions;
	json_decref(functions);
	return NULL;
}

static json_t *view_json(const struct profile_view *view)
{
	json_t *base = subject_json(&view->subjects[0]), *functions = functions_json(view);
	if (view->subject_count == 1)
		return json_pack("{s:s, s:o, s:o}", "latency", view->latency, "base", base, "functions",
		                 functions);
	return json_pack("{s:s, s:o, s:o, s:o}", "latency", view->latency, "base", base, "new",
	                 subject_json(&view->subjects[1]), "functions", functions);
}

int profile_print_json(const struct profile_view *views, size_t view_count, FILE *out)
{
	json_t *latencies = json_array();
	bool failed = !latencies;
	for (size_t i = 0; !failed && i < view_count; i++)
		failed = json_array_append_new(latencies, view_json(&views[i])) != 0;
	json_t *document = json_pack("{s:s, s:s, s:o}", "schema", PROFILE_SCHEMA, "case", views[0].case_name,
	                             "latencies", latencies);
	failed = failed || !document;
	if (!failed && json_dumpf(document, out, JSON_INDENT(1) | JSON_REAL_PRECISION(15)) == 0)
		fputc('\n', out);
	json_decref(document);
	return failed ? -ENOMEM : 0;
}
