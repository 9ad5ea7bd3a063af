/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/plot/choice.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/analysis/metric.h"

/* The figures of one case on all kernels. */
struct seen {
	char *key; /* the same for cases with the same figures */
	size_t bytes;
	bool any; /* kernel has the first metric */
	double change;
};

/* Adds one metric on all kernels; returns how many have it. */
static size_t see_metric(const struct side *sides, size_t count, const char *name, const char *metric,
                         FILE *out, struct seen *seen)
{
	double low = INFINITY, high = -INFINITY;
	char unit[64];
	size_t known = 0;
	for (size_t i = 0; i < count; i++) {
		struct figures figures;
		if (metric_figures(&sides[i], name, metric, &figures)) {
			double value = metric_median(&figures);
			low = fmin(low, value);
			high = fmax(high, value);
			metric_unit(&sides[i], name, metric, unit, sizeof(unit));
			fprintf(out, "%.12g %s,", value, unit);
			known++;
		} else {
			fputs("?,", out);
		}
		free(figures.values);
	}
	double change = 0;
	if (high > low)
		change = metric_is_latency(metric) ? log(high / fmax(low, 1)) : high - low;
	seen->change = fmax(seen->change, change);
	return known;
}

static struct seen see_case(const struct side *sides, size_t count, const char *name,
                            const char *const *metrics)
{
	struct seen seen = {0};
	FILE *out = open_memstream(&seen.key, &seen.bytes);
	if (!out)
		return seen;
	seen.any = see_metric(sides, count, name, metrics[0], out, &seen) > 0;
	for (size_t i = 1; metrics[i]; i++)
		see_metric(sides, count, name, metrics[i], out, &seen);
	fclose(out);
	return seen;
}

static void add_to_line(struct choice_line *line, json_t *name)
{
	const char *text = json_string_value(name);
	json_array_append(line->names, name);
	if (strlen(text) < strlen(line->name))
		line->name = text;
}

/* A line a case, or with `merge` a line for all cases with the same figures. */
static void collect(const struct side *sides, size_t count, const json_t *names, const char *const *metrics,
                    bool merge, struct choice *choice)
{
	json_t *lines = json_object(), *name;
	size_t index;
	choice->merged = merge;
	json_array_foreach (names, index, name) {
		const char *text = json_string_value(name);
		struct seen seen = see_case(sides, count, text, metrics);
		const char *key = merge && seen.key ? seen.key : text;
		json_t *known = json_object_get(lines, key);
		if (!seen.any) {
			choice->nowhere++;
		} else if (known) {
			add_to_line(&choice->lines[json_integer_value(known)], name);
			choice->cases++;
		} else {
			json_object_set_new(lines, key, json_integer((json_int_t)choice->count));
			choice->lines[choice->count] = (struct choice_line){.name = text,
			                                                    .names = json_pack("[O]", name),
			                                                    .change = seen.change,
			                                                    .place = choice->count};
			choice->count++;
			choice->cases++;
		}
		free(seen.key);
	}
	json_decref(lines);
}

/* Leaves out all lines from `first` on, and counts their cases. */
static void cut_off(struct choice *choice, size_t first, size_t *counter)
{
	for (size_t i = first; i < choice->count; i++) {
		*counter += json_array_size(choice->lines[i].names);
		choice->cases -= json_array_size(choice->lines[i].names);
		json_decref(choice->lines[i].names);
	}
	choice->count = first < choice->count ? first : choice->count;
}

/* Of "hint/map=anon/page=4k/access=write" the part up to the page size. */
static size_t kind_length(const char *name)
{
	const char *end = name;
	for (size_t parts = 0; *end && parts < 3; parts++) {
		end += *end == '/';
		end += strcspn(end, "/");
	}
	return (size_t)(end - name);
}

static bool same_kind(const char *a, const char *b)
{
	size_t length = kind_length(a);
	return length == kind_length(b) && memcmp(a, b, length) == 0;
}

static int by_change(const void *a, const void *b)
{
	const struct choice_line *x = a, *y = b;
	if (x->change != y->change)
		return x->change > y->change ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* The first of each kind, then the second of each: variants of one case would fill the picture. */
static int by_kind_and_change(const void *a, const void *b)
{
	const struct choice_line *x = a, *y = b;
	if ((x->change > 0) != (y->change > 0))
		return x->change > 0 ? -1 : 1;
	if (x->nth != y->nth)
		return x->nth < y->nth ? -1 : 1;
	return by_change(a, b);
}

static int by_cases(const void *a, const void *b)
{
	const struct choice_line *x = a, *y = b;
	size_t m = json_array_size(x->names), n = json_array_size(y->names);
	if ((x->change > 0) != (y->change > 0))
		return x->change > 0 ? -1 : 1;
	return m != n ? (m > n ? -1 : 1) : by_change(a, b);
}

static int by_place(const void *a, const void *b)
{
	const struct choice_line *x = a, *y = b;
	return (x->place > y->place) - (x->place < y->place);
}

/*
 * Counts: what most cases do goes first. Latencies, which are seldom the same: what changes most, of each
 * kind.
 */
static void rank(struct choice *choice, bool latency)
{
	struct choice_line *lines = choice->lines;
	qsort(lines, choice->count, sizeof(*lines), latency ? by_change : by_cases);
	if (!latency)
		return;
	for (size_t i = 0; i < choice->count; i++)
		for (size_t j = 0; j < i; j++)
			lines[i].nth += same_kind(lines[i].name, lines[j].name);
	qsort(lines, choice->count, sizeof(*lines), by_kind_and_change);
}

static void leave_out_unchanged(struct choice *choice)
{
	size_t changed = 0;
	while (changed < choice->count && choice->lines[changed].change > 0)
		changed++;
	if (changed > 0)
		cut_off(choice, changed, &choice->unchanged);
}

int choose_cases(const struct side *sides, size_t count, const json_t *names, const char *const *metrics,
                 size_t limit, enum choice_order order, struct choice *choice)
{
	*choice = (struct choice){.lines = calloc(json_array_size(names) + 1, sizeof(*choice->lines))};
	if (!choice->lines)
		return -ENOMEM;
	collect(sides, count, names, metrics, order != CHOICE_AS_MEASURED, choice);
	if (order == CHOICE_AS_MEASURED && choice->count > limit) {
		for (size_t i = 0; i < choice->count; i++)
			json_decref(choice->lines[i].names);
		*choice = (struct choice){.lines = choice->lines};
		collect(sides, count, names, metrics, true, choice);
	}
	if (order != CHOICE_AS_MEASURED || choice->count > limit)
		rank(choice, metric_is_latency(metrics[0]));
	if (order == CHOICE_CHANGED)
		leave_out_unchanged(choice);
	cut_off(choice, limit, &choice->rest);
	if (order == CHOICE_AS_MEASURED)
		qsort(choice->lines, choice->count, sizeof(*choice->lines), by_place);
	return 0;
}

void choice_free(struct choice *choice)
{
	for (size_t i = 0; i < choice->count; i++)
		json_decref(choice->lines[i].names);
	free(choice->lines);
	*choice = (struct choice){0};
}

void choice_text(const struct choice *choice, char *text, size_t bytes)
{
	const struct {
		size_t count;
		const char *what;
	} left_out[] = {
	    {choice->unchanged, "the same on all kernels that have them"},
	    {choice->rest, "beyond what fits here"},
	    {choice->nowhere, "without these figures on any kernel"},
	};
	size_t all = choice->cases + choice->unchanged + choice->rest + choice->nowhere;
	size_t used = (size_t)snprintf(text, bytes, "%zu of %zu cases", choice->cases, all);
	const char *separator = "; left out: ";
	for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]) && used < bytes; i++) {
		if (left_out[i].count == 0)
			continue;
		used += (size_t)snprintf(text + used, bytes - used, "%s%zu %s", separator, left_out[i].count,
		                         left_out[i].what);
		separator = ", ";
	}
}
