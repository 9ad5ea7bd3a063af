/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/prose.h"

#include <stdlib.h>
#include <string.h>

#define LINE_WIDTH 110

static void print_side(const struct view *view, size_t number, const json_t *side)
{
	const json_t *kernel = json_object_get(side, "kernel");
	const char *label = string_at(side, "label"), *heading = view->headings[number];
	char role[32];
	view_role(view, number, role, sizeof(role));
	fprintf(view->out, "%s%-4s  ", view->markdown ? "- " : "", role);
	if (strcmp(heading, label) != 0 && strcmp(heading, role) != 0)
		fprintf(view->out, "%s: ", heading);
	fputs(label, view->out);
	if (strcmp(label, string_at(kernel, "release")) != 0)
		fprintf(view->out, ", %s", string_at(kernel, "release"));
	fprintf(view->out, ", %s\n      %s: ", string_at(kernel, "version"), string_at(side, "file"));
	if (strcmp(string_at(side, "clock"), "none") == 0)
		fputs("no clock", view->out);
	else
		fprintf(view->out, "clock in %s", string_at(side, "clock"));
	fprintf(view->out, ", %s, %.0f boot%s\n",
	        json_is_true(json_object_get(side, "exact")) ? "exact" : "with noise",
	        number_at(side, "boots"), number_at(side, "boots") > 1 ? "s" : "");
}

/* "title  key=value key=value …", broken into lines. */
static void print_values(const struct view *view, const char *title, const json_t *values)
{
	size_t column = 0;
	const char *key, *bullet = *title == ' ' ? "  " : "- ";
	json_t *value;
	json_object_foreach ((json_t *)values, key, value) {
		if (json_is_null(value))
			continue;
		char *text = json_is_string(value) ? strdup(json_string_value(value))
		                                   : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		size_t length = strlen(key) + (text ? strlen(text) : 0) + 2;
		if (column == 0) {
			fprintf(view->out, "%s%s", view->markdown ? bullet : "", title);
			column = strlen(title);
		} else if (column + length > LINE_WIDTH) {
			fprintf(view->out, "\n%*s", (int)strlen(title), "");
			column = strlen(title);
		}
		fprintf(view->out, " %s=%s", key, text ? text : "");
		column += length;
		free(text);
	}
	if (column > 0)
		fputc('\n', view->out);
}

void print_top(const struct view *view)
{
	const json_t *common = json_object_get(view->doc, "common"), *value;
	size_t index;
	print_side(view, 0, json_object_get(view->doc, "base"));
	json_array_foreach (json_object_get(view->doc, "new"), index, value)
		print_side(view, index + 1, value);
	print_values(view, "all: ", json_object_get(common, "settings"));
	print_values(view, "     ", json_object_get(common, "machine"));
	print_values(view, "     ", json_object_get(common, "suite"));
	json_array_foreach (json_object_get(view->doc, "notes"), index, value)
		fprintf(view->out, "%snote: %s\n", view->markdown ? "- " : "", json_string_value(value));
	if (view->shared && *view->shared)
		fprintf(view->out, "%severy case below: %s\n", view->markdown ? "- " : "", view->shared);
}

static size_t count_verdict(const json_t *rows, size_t kernel, const char *verdict)
{
	size_t index, count = 0;
	json_t *row;
	json_array_foreach (rows, index, row)
		count += (size_t)number_at(row, "new_index") + 1 == kernel &&
		         strcmp(string_at(row, "verdict"), verdict) == 0;
	return count;
}

static void print_counts(const struct view *view)
{
	for (size_t i = 1; i < view->kernels; i++) {
		size_t same = count_verdict(view->rows, i, "same");
		size_t different = count_verdict(view->rows, i, "different");
		size_t unclear = count_verdict(view->rows, i, "unclear");
		fprintf(view->out, "%s%s: %zu of %zu rows same, %zu different", view->markdown ? "- " : "",
		        view_label(view, i), same, same + different + unclear, different);
		if (unclear > 0)
			fprintf(view->out, ", %zu unclear", unclear);
		fputc('\n', view->out);
	}
}

/* Why rows are unclear: each reason once, with how many. */
static void print_reasons(const struct view *view)
{
	json_t *reasons = json_object(), *value;
	size_t index;
	const char *reason;
	json_array_foreach (view->rows, index, value) {
		reason = string_at(value, "reason");
		if (*reason)
			json_object_set_new(
			    reasons, reason,
			    json_integer(json_integer_value(json_object_get(reasons, reason)) + 1));
	}
	json_object_foreach (reasons, reason, value)
		fprintf(view->out, "%s~ in %lld rows: %s\n", view->markdown ? "- " : "",
		        (long long)json_integer_value(value), reason);
	json_decref(reasons);
}

/* Metrics that differ, but are not in the tables above. */
static void print_hidden(const struct view *view)
{
	json_t *hidden = json_object(), *value;
	size_t index;
	size_t column = 0;
	const char *metric, *separator = "also different, not shown: ";
	json_array_foreach (json_object_get(view->doc, "rows"), index, value) {
		metric = string_at(value, "metric");
		if (strcmp(string_at(value, "verdict"), "different") == 0 && !view_is_first_metric(metric))
			json_object_set_new(
			    hidden, metric,
			    json_integer(json_integer_value(json_object_get(hidden, metric)) + 1));
	}
	json_object_foreach (hidden, metric, value) {
		column += (size_t)fprintf(view->out, "%s%s (%lld)", separator, metric,
		                          (long long)json_integer_value(value));
		separator = column > LINE_WIDTH - 20 ? ",\n  " : ", ";
		column = column > LINE_WIDTH - 20 ? 0 : column;
	}
	if (json_object_size(hidden) > 0)
		fputs("; see them with --metric NAME\n", view->out);
	json_decref(hidden);
}

void print_summary(const struct view *view)
{
	fputc('\n', view->out);
	if (json_array_size(view->rows) == 0)
		fputs("nothing to compare: no case is ok on both sides\n", view->out);
	else
		print_counts(view);
	print_reasons(view);
	if (!view->chosen)
		print_hidden(view);
}
