/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/view.h"

#include <stdlib.h>
#include <string.h>

#include "lib/analysis/case_name.h"

#define HEADING_WIDTH 16

/* What matters most, in this order; other_faults only where there are some. */
static const char *const first_metrics[] = {"hint_faults", "write_faults", "other_faults", "touch_p50",
                                            "write_p50"};

#define FIRST_METRICS (sizeof(first_metrics) / sizeof(first_metrics[0]))

const char *string_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

double number_at(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

static const json_t *kernel_at(const struct view *view, size_t kernel)
{
	return kernel > 0 ? json_array_get(json_object_get(view->doc, "new"), kernel - 1)
	                  : json_object_get(view->doc, "base");
}

const char *view_label(const struct view *view, size_t kernel)
{
	return string_at(kernel_at(view, kernel), "label");
}

void view_role(const struct view *view, size_t kernel, char *role, size_t bytes)
{
	if (kernel == 0)
		snprintf(role, bytes, "base");
	else
		snprintf(role, bytes, view->kernels > 2 ? "new%zu" : "new", kernel);
}

/* "6.12" of "6.12.95+deb12-cloud-amd64". */
static char *short_release(const struct view *view, size_t kernel)
{
	const char *release = string_at(json_object_get(kernel_at(view, kernel), "kernel"), "release");
	size_t length = strcspn(release, ".");
	if (release[length] == '.')
		length += 1 + strspn(release + length + 1, "0123456789");
	return strndup(release, length);
}

static bool short_and_distinct(char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!names[i] || !*names[i] || strlen(names[i]) > HEADING_WIDTH)
			return false;
		for (size_t j = 0; j < i; j++)
			if (strcmp(names[i], names[j]) == 0)
				return false;
	}
	return true;
}

static char *role_copy(const struct view *view, size_t kernel)
{
	char role[32];
	view_role(view, kernel, role, sizeof(role));
	return strdup(role);
}

static char *label_copy(const struct view *view, size_t kernel)
{
	return strdup(view_label(view, kernel));
}

/*
 * Long labels would push the columns off the screen: then the releases stand for them, or else their roles.
 */
static void make_headings(struct view *view)
{
	char *(*const makers[])(const struct view *, size_t) = {label_copy, short_release, role_copy};
	view->headings = calloc(view->kernels, sizeof(*view->headings));
	for (size_t m = 0; view->headings && m < 3; m++) {
		for (size_t i = 0; i < view->kernels; i++) {
			free(view->headings[i]);
			view->headings[i] = makers[m](view, i);
		}
		if (short_and_distinct(view->headings, view->kernels))
			return;
	}
}

bool view_is_first_metric(const char *metric)
{
	for (size_t i = 0; i < FIRST_METRICS; i++)
		if (strcmp(metric, first_metrics[i]) == 0)
			return true;
	return false;
}

static bool any_other_fault(const json_t *figures)
{
	size_t index;
	json_t *figure;
	json_array_foreach (figures, index, figure)
		if (strcmp(string_at(figure, "metric"), "other_faults") == 0 &&
		    (number_at(figure, "base") != 0 || number_at(figure, "new") != 0 ||
		     number_at(figure, "value") != 0))
			return true;
	return false;
}

/* The rows or unpaired figures that are shown. A new reference. */
static json_t *choose(const struct view *view, const json_t *figures, bool others)
{
	json_t *shown = json_array(), *figure;
	size_t index;
	json_array_foreach (figures, index, figure) {
		const char *metric = string_at(figure, "metric");
		if (view->chosen ||
		    (view_is_first_metric(metric) && (others || strcmp(metric, "other_faults") != 0)))
			json_array_append(shown, figure);
	}
	return shown;
}

/* The cells of a case in the table of this metric and unit, made if need be. */
static json_t *cells_of(struct view *view, const json_t *figure)
{
	char name[256];
	bool count = strcmp(string_at(figure, "kind"), "count") == 0;
	const char *case_name = string_at(figure, "case");
	snprintf(name, sizeof(name), "%s%s%s", string_at(figure, "metric"), count ? " " : ", ",
	         string_at(figure, "unit"));
	if (!json_object_get(view->groups, name))
		json_object_set_new(view->groups, name, json_object());
	json_t *group = json_object_get(view->groups, name), *cells = json_object_get(group, case_name);
	if (cells)
		return cells;
	cells = json_array();
	for (size_t i = 0; i < view->kernels; i++)
		json_array_append_new(cells, json_null());
	json_object_set_new(group, case_name, cells);
	return cells;
}

static void place(struct view *view, json_t *figure)
{
	json_t *cells = cells_of(view, figure);
	bool unpaired = json_object_get(figure, "value");
	bool of_base = unpaired && strcmp(string_at(figure, "side"), "base") == 0;
	if (!unpaired || of_base)
		json_array_set(cells, 0, figure);
	if (!of_base)
		json_array_set(cells, (size_t)number_at(figure, "new_index") + 1, figure);
}

/* The figures of each case, cases in the order of the document. A new reference. */
static json_t *by_case(const struct view *view, const json_t *rows, const json_t *unpaired)
{
	const json_t *const lists[] = {rows, unpaired};
	json_t *cases = json_object(), *value;
	size_t index;
	json_array_foreach (json_object_get(view->doc, "cases"), index, value)
		json_object_set_new(cases, json_string_value(value), json_array());
	for (size_t i = 0; i < 2; i++)
		json_array_foreach (lists[i], index, value)
			json_array_append(json_object_get(cases, string_at(value, "case")), value);
	return cases;
}

/* Tables of the metrics that matter most come first. */
static void make_groups(struct view *view, const json_t *rows, const json_t *unpaired)
{
	json_t *cases = by_case(view, rows, unpaired), *figures, *figure;
	const char *case_name;
	size_t index;
	view->groups = json_object();
	for (size_t i = 0; i <= FIRST_METRICS; i++)
		json_object_foreach (cases, case_name, figures)
			json_array_foreach (figures, index, figure) {
				const char *metric = string_at(figure, "metric");
				if (i < FIRST_METRICS ? strcmp(metric, first_metrics[i]) == 0
				                      : !view_is_first_metric(metric))
					place(view, figure);
			}
	json_decref(cases);
}

static void index_missing(struct view *view)
{
	json_t *entry;
	size_t index;
	view->missing = json_object();
	json_array_foreach (json_object_get(view->doc, "missing"), index, entry) {
		char key[1024];
		bool of_base = strcmp(string_at(entry, "side"), "base") == 0;
		snprintf(key, sizeof(key), "%zu %s", of_base ? 0 : (size_t)number_at(entry, "new_index") + 1,
		         string_at(entry, "case"));
		if (!json_object_get(view->missing, key))
			json_object_set_new(view->missing, key, json_array());
		json_array_append(json_object_get(view->missing, key), entry);
	}
}

json_t *view_missing(const struct view *view, size_t kernel, const char *case_name, const char *metric)
{
	char key[1024];
	json_t *entry;
	size_t index;
	snprintf(key, sizeof(key), "%zu %s", kernel, case_name);
	json_array_foreach (json_object_get(view->missing, key), index, entry) {
		bool whole = strcmp(string_at(entry, "status"), "ok") != 0;
		const char *of = string_at(entry, "metric");
		if (metric ? !*of || strcmp(of, metric) == 0 : whole)
			return entry;
	}
	return NULL;
}

/* The parts of their names that all cases have which are in a table. */
static char *shared_by(const json_t *groups)
{
	json_t *seen = json_object(), *names = json_array(), *group, *unused;
	const char *name;
	json_object_foreach ((json_t *)groups, name, group)
		json_object_update(seen, group);
	json_object_foreach (seen, name, unused)
		json_array_append_new(names, json_string(name));
	char *shared = case_name_shared(names);
	json_decref(seen);
	json_decref(names);
	return shared;
}

void view_fill(struct view *view)
{
	const json_t *rows = json_object_get(view->doc, "rows");
	const json_t *unpaired = json_object_get(view->doc, "unpaired");
	bool others = any_other_fault(rows) || any_other_fault(unpaired);
	view->kernels = json_array_size(json_object_get(view->doc, "new")) + 1;
	view->rows = choose(view, rows, others);
	json_t *alone = choose(view, unpaired, others);
	make_headings(view);
	make_groups(view, view->rows, alone);
	json_decref(alone);
	index_missing(view);
	view->shared = shared_by(view->groups);
}

void view_free(struct view *view)
{
	for (size_t i = 0; view->headings && i < view->kernels; i++)
		free(view->headings[i]);
	free(view->headings);
	free(view->shared);
	json_decref(view->rows);
	json_decref(view->groups);
	json_decref(view->missing);
}
