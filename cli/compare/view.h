/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a comparison the tables show: which figures, in which tables, under which headings. */
#ifndef HINTBENCH_CLI_COMPARE_VIEW_H
#define HINTBENCH_CLI_COMPARE_VIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/compare/footnotes.h"

struct view {
	const json_t *doc; /* of compare_sides() */
	bool chosen;       /* somebody chose the metrics: all are shown */
	bool markdown;
	size_t width; /* of the text, 0 where it doesn't matter */
	FILE *out;
	size_t kernels;  /* the base, then the new ones */
	char **headings; /* a short name for each kernel */
	char *shared;    /* parts of the cases' names that all have */
	json_t *rows;    /* of the document, those that are shown */
	/*
	 * "metric, unit" to an object, from each case to an array: for each kernel a row, which may be an
	 * unpaired figure, or null.
	 */
	json_t *groups;
	json_t *missing; /* "KERNEL CASE" to the entries of the document's `missing` */
	struct footnotes notes;
};

/* Fills the rest of a view that has doc, chosen, markdown, width and out. */
void view_fill(struct view *view);
void view_free(struct view *view);

/* The full name of a kernel, 0 being the base, and what it is to the comparison: "base", "new", "new2". */
const char *view_label(const struct view *view, size_t kernel);
void view_role(const struct view *view, size_t kernel, char *role, size_t bytes);

/*
 * Why a kernel has no figure of this metric; an entry of `missing`, or NULL. With a NULL metric: of the case.
 */
json_t *view_missing(const struct view *view, size_t kernel, const char *case_name, const char *metric);

/* Whether tables show the metric unless others are chosen. */
bool view_is_first_metric(const char *metric);

/* Of a JSON object: "" or 0 where it has no such value. */
const char *string_at(const json_t *object, const char *key);
double number_at(const json_t *object, const char *key);

#endif
