/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/table.h"
#include "lib/casename.h"

#define LINE_WIDTH  110
#define LABEL_WIDTH 12

/* What matters most, in this order; other_faults only where there are some. */
static const char *const first_metrics[] = {"hint_faults", "write_faults", "other_faults", "touch_p50",
                                            "write_p50"};

struct view {
	const json_t *doc;
	json_t *rows; /* those that are shown */
	char *shared; /* parts of their names that all have */
	bool markdown;
	FILE *out;
};

static const char *string_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

static double number_at(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

static size_t new_count(const struct view *view)
{
	return json_array_size(json_object_get(view->doc, "new"));
}

static const char *new_label(const struct view *view, size_t i)
{
	return string_at(json_array_get(json_object_get(view->doc, "new"), i), "label");
}

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

static bool is_first_metric(const char *metric)
{
	for (size_t i = 0; i < sizeof(first_metrics) / sizeof(first_metrics[0]); i++) {
		if (strcmp(metric, first_metrics[i]) == 0)
			return true;
	}
	return false;
}

static bool any_other_fault(const json_t *rows)
{
	size_t index;
	json_t *row;
	json_array_foreach (rows, index, row) {
		if (strcmp(string_at(row, "metric"), "other_faults") == 0 &&
		    (number_at(row, "base") != 0 || number_at(row, "new") != 0))
			return true;
	}
	return false;
}

static json_t *choose_rows(const json_t *doc, bool chosen)
{
	json_t *all = json_object_get(doc, "rows"), *shown = json_array(), *row;
	bool others = any_other_fault(all);
	size_t index;
	json_array_foreach (all, index, row) {
		const char *metric = string_at(row, "metric");
		if (chosen || (is_first_metric(metric) && (others || strcmp(metric, "other_faults") != 0)))
			json_array_append(shown, row);
	}
	return shown;
}

/* "metric, unit" of a row: what one table holds. */
static void group_name(const json_t *row, char *text, size_t bytes)
{
	bool count = strcmp(string_at(row, "kind"), "count") == 0;
	snprintf(text, bytes, "%s%s%s", string_at(row, "metric"), count ? " " : ", ", string_at(row, "unit"));
}

static void add_group(json_t *groups, const json_t *row)
{
	char name[256];
	group_name(row, name, sizeof(name));
	if (!json_object_get(groups, name))
		json_object_set_new(groups, name, json_array());
	json_array_append(json_object_get(groups, name), (json_t *)row);
}

/* Group name to rows; the metrics that matter most come first. */
static json_t *group_rows(const json_t *rows)
{
	json_t *groups = json_object(), *row;
	size_t index;
	for (size_t i = 0; i < sizeof(first_metrics) / sizeof(first_metrics[0]); i++) {
		json_array_foreach (rows, index, row) {
			if (strcmp(string_at(row, "metric"), first_metrics[i]) == 0)
				add_group(groups, row);
		}
	}
	json_array_foreach (rows, index, row) {
		if (!is_first_metric(string_at(row, "metric")))
			add_group(groups, row);
	}
	return groups;
}

/* "812", "812 ± 1 %" where there is an interval, "812 ± ∞" where there are boots but too few for one. */
static void value_cell(struct table *table, const json_t *row, const char *side)
{
	char number[64], key[32];
	double value = number_at(row, side);
	print_number(number, sizeof(number), value);
	snprintf(key, sizeof(key), "%s_interval", side);
	json_t *interval = json_object_get(row, key);
	snprintf(key, sizeof(key), "%s_boots", side);
	if (interval && value != 0) {
		double low = json_number_value(json_array_get(interval, 0));
		double high = json_number_value(json_array_get(interval, 1));
		table_cell(table, "%s ± %.0f %%", number,
		           100 * fmax(high - value, value - low) / fabs(value));
	} else if (number_at(row, key) > 1 && strcmp(string_at(row, "kind"), "latency") == 0) {
		table_cell(table, "%s ± ∞", number);
	} else {
		table_cell(table, "%s", number);
	}
}

static bool has_verdict(const json_t *row, const char *verdict)
{
	return strcmp(string_at(row, "verdict"), verdict) == 0;
}

static const char *mark_of(const json_t *row)
{
	if (has_verdict(row, "different"))
		return "→";
	bool equal = number_at(row, "delta") == 0 && has_verdict(row, "same") && !json_object_get(row, "p");
	return equal ? "=" : "~";
}

/* "(+71, +3.15 %)", with p and the numbers of boots where there was a test. */
static void delta_cell(struct table *table, const json_t *row)
{
	char delta[64], percent[64] = "", test[64] = "";
	if (number_at(row, "delta") == 0 && !json_object_get(row, "p")) {
		table_cell(table, "%s", "");
		return;
	}
	print_number(delta, sizeof(delta), fabs(number_at(row, "delta")));
	if (json_is_number(json_object_get(row, "delta_pct")))
		snprintf(percent, sizeof(percent), ", %+.2f %%", number_at(row, "delta_pct"));
	if (json_object_get(row, "p"))
		snprintf(test, sizeof(test), ", p=%.3f n=%.0f+%.0f", number_at(row, "p"),
		         number_at(row, "base_boots"), number_at(row, "new_boots"));
	table_cell(table, "(%c%s%s%s)", number_at(row, "delta") < 0 ? '-' : '+', delta, percent, test);
}

static void new_cells(struct table *table, const json_t *row)
{
	table_cell(table, "%s", row ? mark_of(row) : "");
	if (row) {
		value_cell(table, row, "new");
		delta_cell(table, row);
	} else {
		table_cell(table, "%s", "");
		table_cell(table, "%s", "");
	}
}

static const json_t *row_of(const json_t *rows, const char *case_name, size_t new_index)
{
	size_t index;
	json_t *row;
	json_array_foreach (rows, index, row) {
		if (strcmp(string_at(row, "case"), case_name) == 0 &&
		    number_at(row, "new_index") == (double)new_index)
			return row;
	}
	return NULL;
}

/* The geometric mean of new / base, as a change in percent. False where a value is not above 0. */
static bool geomean(const json_t *rows, size_t new_index, double *percent, size_t *n)
{
	double logs = 0;
	size_t index;
	json_t *row;
	*n = 0;
	json_array_foreach (rows, index, row) {
		if (number_at(row, "new_index") != (double)new_index)
			continue;
		if (number_at(row, "base") <= 0 || number_at(row, "new") <= 0)
			return false;
		logs += log(number_at(row, "new") / number_at(row, "base"));
		(*n)++;
	}
	*percent = *n ? 100 * (exp(logs / (double)*n) - 1) : 0;
	return *n > 0;
}

static void geomean_line(const struct view *view, struct table *table, const json_t *rows)
{
	if (strcmp(string_at(json_array_get(rows, 0), "kind"), "latency") != 0)
		return;
	table_cell(table, "geomean of the ratios");
	table_cell(table, "%s", "");
	for (size_t i = 0; i < new_count(view); i++) {
		double percent;
		size_t n;
		bool known = geomean(rows, i, &percent, &n);
		table_cell(table, "%s", "");
		table_cell(table, "%s", "");
		if (known)
			table_cell(table, "%+.2f %% (%zu)", percent, n);
		else
			table_cell(table, "%s", "");
	}
}

/* "new", numbered where there are several. */
static void new_role(const struct view *view, size_t i, char *text, size_t bytes)
{
	snprintf(text, bytes, new_count(view) > 1 ? "new%zu" : "new", i + 1);
}

/* A long label would push the columns off the screen; its role stands for it, as at the top. */
static void heading(const struct view *view, struct table *table)
{
	const char *label = string_at(json_object_get(view->doc, "base"), "label");
	table_cell(table, "case");
	table_cell(table, "%s", strlen(label) <= LABEL_WIDTH ? label : "base");
	for (size_t i = 0; i < new_count(view); i++) {
		char role[32];
		new_role(view, i, role, sizeof(role));
		table_cell(table, "%s", "");
		table_cell(table, "%s",
		           strlen(new_label(view, i)) <= LABEL_WIDTH ? new_label(view, i) : role);
		table_cell(table, "%s", "");
	}
}

static void print_group(const struct view *view, const char *name, const json_t *rows)
{
	size_t columns = 2 + 3 * new_count(view), index;
	char align[columns + 1];
	for (size_t i = 0; i < columns; i++)
		align[i] = i == 1 || (i > 1 && (i - 2) % 3 == 1) ? 'r' : 'l';
	struct table table = {.columns = columns, .align = align};
	json_t *row, *seen = json_object();

	fprintf(view->out, view->markdown ? "\n### %s\n\n" : "\n%s\n", name);
	heading(view, &table);
	json_array_foreach (rows, index, row) {
		const char *case_name = string_at(row, "case");
		if (json_object_get(seen, case_name))
			continue;
		json_object_set_new(seen, case_name, json_true());
		char *label = casename_short(case_name, view->shared ? view->shared : "");
		table_cell(&table, "%s", label ? label : case_name);
		value_cell(&table, row, "base");
		for (size_t i = 0; i < new_count(view); i++)
			new_cells(&table, row_of(rows, case_name, i));
		free(label);
	}
	geomean_line(view, &table, rows);
	table_print(&table, view->markdown, view->out);
	json_decref(seen);
}

static void print_side(const struct view *view, const char *role, const json_t *side)
{
	const json_t *kernel = json_object_get(side, "kernel");
	fprintf(view->out, "%s%-4s  %s", view->markdown ? "- " : "", role, string_at(side, "label"));
	if (strcmp(string_at(side, "label"), string_at(kernel, "release")) != 0)
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

static void print_top(const struct view *view)
{
	const json_t *common = json_object_get(view->doc, "common"), *value;
	size_t index;
	print_side(view, "base", json_object_get(view->doc, "base"));
	json_array_foreach (json_object_get(view->doc, "new"), index, value) {
		char role[32];
		new_role(view, index, role, sizeof(role));
		print_side(view, role, value);
	}
	print_values(view, "all: ", json_object_get(common, "settings"));
	print_values(view, "     ", json_object_get(common, "machine"));
	print_values(view, "     ", json_object_get(common, "suite"));
	json_array_foreach (json_object_get(view->doc, "notes"), index, value)
		fprintf(view->out, "%snote: %s\n", view->markdown ? "- " : "", json_string_value(value));
	if (view->shared && *view->shared)
		fprintf(view->out, "%severy case below: %s\n", view->markdown ? "- " : "", view->shared);
}

static size_t count_verdict(const json_t *rows, size_t new_index, const char *verdict)
{
	size_t index, count = 0;
	json_t *row;
	json_array_foreach (rows, index, row)
		count += number_at(row, "new_index") == (double)new_index && has_verdict(row, verdict);
	return count;
}

static void print_summary(const struct view *view)
{
	fputc('\n', view->out);
	for (size_t i = 0; i < new_count(view); i++) {
		size_t same = count_verdict(view->rows, i, "same"),
		       different = count_verdict(view->rows, i, "different");
		size_t unclear = count_verdict(view->rows, i, "unclear");
		fprintf(view->out, "%s%s: %zu of %zu rows same, %zu different", view->markdown ? "- " : "",
		        new_label(view, i), same, same + different + unclear, different);
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
		if (has_verdict(value, "different") && !is_first_metric(metric))
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

static void print_missing(const struct view *view)
{
	const json_t *missing = json_object_get(view->doc, "missing"), *entry;
	struct table table = {.columns = 3, .align = "lll"};
	size_t index;
	if (json_array_size(missing) == 0)
		return;
	fprintf(view->out, view->markdown ? "\n### not compared\n\n" : "\nnot compared\n");
	table_cell(&table, "case");
	table_cell(&table, "kernel");
	table_cell(&table, "why");
	json_array_foreach (missing, index, entry) {
		bool in_base = strcmp(string_at(entry, "side"), "base") == 0;
		const char *status = string_at(entry, "status");
		table_cell(&table, "%s", string_at(entry, "case"));
		table_cell(&table, "%s",
		           in_base ? string_at(json_object_get(view->doc, "base"), "label")
		                   : new_label(view, (size_t)number_at(entry, "new_index")));
		if (strcmp(status, "absent") == 0)
			table_cell(&table, "only in %s", in_base ? "new" : "base");
		else if (strcmp(status, "ok") == 0)
			table_cell(&table, "%s", string_at(entry, "reason"));
		else
			table_cell(&table, "%s: %s", status, string_at(entry, "reason"));
	}
	table_print(&table, view->markdown, view->out);
}

static char *shared_by(const json_t *rows)
{
	json_t *names = json_array(), *seen = json_object(), *row;
	size_t index;
	json_array_foreach (rows, index, row) {
		if (json_object_get(seen, string_at(row, "case")))
			continue;
		json_object_set(seen, string_at(row, "case"), row);
		json_array_append(names, json_object_get(row, "case"));
	}
	char *shared = casename_shared(names);
	json_decref(seen);
	json_decref(names);
	return shared;
}

void print_comparison(const json_t *comparison, bool chosen, bool markdown, FILE *out)
{
	struct view view = {
	    .doc = comparison, .rows = choose_rows(comparison, chosen), .markdown = markdown, .out = out};
	view.shared = shared_by(view.rows);
	print_top(&view);
	json_t *groups = group_rows(view.rows), *rows;
	const char *name;
	json_object_foreach (groups, name, rows)
		print_group(&view, name, rows);
	if (json_array_size(view.rows) == 0)
		fputs("\nnothing to compare: no case is ok on both sides\n", out);
	else
		print_summary(&view);
	print_reasons(&view);
	if (!chosen)
		print_hidden(&view);
	print_missing(&view);
	json_decref(groups);
	json_decref(view.rows);
	free(view.shared);
}
