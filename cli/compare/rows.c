/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The format rows: a Markdown table, a row a case and a column a kernel, of the faults that a unit takes. A cell is "hint
 * faults + write-protect faults" (swap: swap-in faults first), then what else there is to say; or the case's status, or "–"
 * where the file doesn't have the case.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/compare/format.h"
#include "cli/compare/headings.h"
#include "cli/escape.h"

struct rows {
	const struct comparison *comparison;
	const struct view *view;
	FILE *out;
	struct compared_case **by_name; /* sorted */
};

/* The figure of the case on a kernel, or NULL. */
static const struct compared_cell *find_cell(const struct compared_case *compared, size_t kernel,
                                             const char *metric)
{
	for (size_t i = 0; i < compared->figure_count; i++) {
		const struct compared_cell *cell = &compared->figures[i].cells[kernel];
		if (strcmp(compared->figures[i].name, metric) == 0 && cell->measured)
			return cell;
	}
	return NULL;
}

static double value_of(const struct compared_case *compared, size_t kernel, const char *metric)
{
	const struct compared_cell *cell = find_cell(compared, kernel, metric);
	return cell ? cell->value : 0;
}

static void print_faults(const struct rows *rows, const struct compared_case *compared, size_t kernel)
{
	const struct compared_cell *hint = find_cell(compared, kernel, "hint_faults");
	const struct compared_cell *touch = find_cell(compared, kernel, "touch_p50");
	double first = hint ? hint->value : value_of(compared, kernel, "swapin_faults");
	double events = value_of(compared, kernel, "events"),
	       lost = value_of(compared, kernel, "protection_lost");
	fprintf(rows->out, "%.4g + %.4g", first, value_of(compared, kernel, "write_faults"));
	if (rows->view->with_touch && touch)
		fprintf(rows->out, ", %.10g", touch->value);
	if (strncmp(compared->name, "arm/", strlen("arm/")) == 0 && first == 0)
		fputs(", not armed", rows->out);
	if (events != 0)
		fprintf(rows->out, ", event %.4g", events);
	if (value_of(compared, kernel, "tracked_early") != 0)
		fputs(", taken for written before", rows->out);
	if (lost != 0)
		fprintf(rows->out, ", **lost %.4g**", lost);
}

static void print_cell(const struct rows *rows, const struct compared_case *compared, size_t kernel)
{
	const struct compared_state *state = compared ? &compared->states[kernel] : NULL;
	if (!state || state->absent)
		fputs("–", rows->out);
	else if (state->status != CASE_OK)
		fputs(case_status_name(state->status), rows->out);
	else
		print_faults(rows, compared, kernel);
}

/* What follows the label. */
static void print_cells(const struct rows *rows, const struct compared_case *compared)
{
	for (size_t i = 0; i < rows->comparison->set_count; i++) {
		fputc(' ', rows->out);
		print_cell(rows, compared, i);
		fputs(" |", rows->out);
	}
	fputc('\n', rows->out);
}

/* The releases, or what the kernels are called where two have the same. */
static void print_heading(const struct rows *rows)
{
	const struct comparison *comparison = rows->comparison;
	struct arena *arena = arena_new();
	char *releases[comparison->set_count];
	bool distinct = true;
	for (size_t i = 0; i < comparison->set_count; i++) {
		releases[i] = short_release(&comparison->sets[i], arena);
		for (size_t j = 0; j < i; j++)
			distinct &= strcmp(releases[i], releases[j]) != 0;
	}
	fputs("| case |", rows->out);
	for (size_t i = 0; i < comparison->set_count; i++) {
		fputc(' ', rows->out);
		print_markdown(distinct ? releases[i] : comparison->sets[i].label, rows->out);
		fputs(" |", rows->out);
	}
	fputs("\n|---|", rows->out);
	for (size_t i = 0; i < comparison->set_count; i++)
		fputs("---|", rows->out);
	fputc('\n', rows->out);
	arena_free(arena);
}

/* The first kernel that did not skip the case; the number of kernels where none is. */
static size_t first_to_try(const struct comparison *comparison, const struct compared_case *compared)
{
	size_t kernel = 0;
	while (kernel < comparison->set_count &&
	       (compared->states[kernel].absent || compared->states[kernel].status == CASE_SKIP))
		kernel++;
	return kernel;
}

static void print_case(const struct rows *rows, const struct compared_case *compared)
{
	/* A name of ours stands as code. */
	bool code = !strpbrk(compared->name, "`|");
	fputs(code ? "| `" : "| ", rows->out);
	if (code)
		fputs(compared->name, rows->out);
	else
		print_markdown(compared->name, rows->out);
	fputs(code ? "` |" : " |", rows->out);
	print_cells(rows, compared);
}

/* What no kernel could do is no row; what only the later ones can stands below. */
static void print_all(const struct rows *rows)
{
	const struct filter *filter = rows->view->filter;
	for (size_t kernel = 0; kernel < rows->comparison->set_count; kernel++)
		for (const struct compared_case *compared = NULL; (compared = filter_next(filter, compared));)
			if (first_to_try(rows->comparison, compared) == kernel)
				print_case(rows, compared);
}

static int by_name(const void *a, const void *b)
{
	const struct compared_case *const *x = a, *const *y = b;
	return strcmp((*x)->name, (*y)->name);
}

static const struct compared_case *find_case(const struct rows *rows, const char *name)
{
	const struct compared_case wanted = {.name = name}, *key = &wanted;
	struct compared_case **found =
	    bsearch(&key, rows->by_name, rows->comparison->case_count, sizeof(*rows->by_name), by_name);
	return found ? *found : NULL;
}

static char *trimmed(char *text)
{
	static const char blanks[] = " \t\r\n";
	text += strspn(text, blanks);
	for (char *end = text + strlen(text); end > text && strchr(blanks, end[-1]);)
		*--end = '\0';
	return text;
}

/* "# heading", "name | case", or nothing; both are Markdown. False for anything else. */
static bool print_chosen(const struct rows *rows, char *line)
{
	char *text = trimmed(line), *bar = strrchr(text, '|');
	if (*text == '#') {
		fprintf(rows->out, "| **%s** |", trimmed(text + 1));
		for (size_t i = 0; i < rows->comparison->set_count; i++)
			fputs("  |", rows->out);
		fputc('\n', rows->out);
	} else if (bar) {
		*bar = '\0';
		const struct compared_case *compared = find_case(rows, trimmed(bar + 1));
		if (compared && !filter_shows(rows->view->filter, compared))
			return true;
		fprintf(rows->out, "| %s |", trimmed(text));
		print_cells(rows, compared);
	}
	return !*text || *text == '#' || bar;
}

static int print_file(const struct rows *rows, const char *path, struct error *error)
{
	FILE *in = fopen(path, "re");
	char *line = NULL;
	size_t bytes = 0, number = 0;
	int err = 0;
	if (!in)
		return error_set_errno(error, errno, "cannot read %s", path);
	while (!err && getline(&line, &bytes, in) > 0) {
		number++;
		if (!print_chosen(rows, line))
			err = error_set(error, EINVAL, "%s:%zu: a row is 'name | case' or '# heading'", path,
			                number);
	}
	if (!err && ferror(in))
		err = error_set_errno(error, EIO, "cannot read %s", path);
	free(line);
	fclose(in);
	return err;
}

static int render(const struct comparison *comparison, const struct view *view, FILE *out,
                  struct error *error)
{
	struct rows rows = {.comparison = comparison, .view = view, .out = out};
	print_heading(&rows);
	if (!view->rows_path) {
		print_all(&rows);
		return 0;
	}
	struct arena *arena = arena_new();
	rows.by_name = arena_alloc(arena, (comparison->case_count + 1) * sizeof(*rows.by_name));
	for (size_t i = 0; i < comparison->case_count; i++)
		rows.by_name[i] = &comparison->cases[i];
	qsort(rows.by_name, comparison->case_count, sizeof(*rows.by_name), by_name);
	int err = print_file(&rows, view->rows_path, error);
	arena_free(arena);
	return err;
}

static struct format rows = {.name = "rows", .what = "a Markdown table of faults a unit", .render = render};
COMPARE_FORMAT(rows);
