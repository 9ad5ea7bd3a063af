/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pictures of a metric over kernels, in the order in which they were given. */
#include <stdlib.h>

#include "cli/plot/data.h"
#include "cli/plot/picture.h"
#include "cli/plot/quote.h"
#include "lib/analysis/case_name.h"

/* So many panels fit a picture that a person still looks at. */
#define PANELS       12
#define PANELS_ASKED 24

static bool has_metric(const struct drawing *drawing, const struct picture *picture,
                       const struct compared_case *compared, size_t kernel)
{
	(void)drawing;
	return cell_of(compared, picture->metrics[0], kernel);
}

static struct choice choose_panels(const struct drawing *drawing, const struct picture *picture)
{
	return drawing->cases_asked ? choose_cases(drawing, picture, PANELS_ASKED, CHOICE_ALL)
	                            : choose_cases(drawing, picture, PANELS, CHOICE_CHANGED);
}

/* Counts are whole events and exact runs repeat: only the times of a machine with noise have an interval. */
static bool has_interval(const struct result_set *set, const char *metric, const struct compared_cell *cell)
{
	return is_time(metric) && !result_set_exact(set) && cell->has_interval;
}

static const char *why_not(const struct compared_state *state)
{
	if (state->absent)
		return "absent";
	return state->status == CASE_OK ? "not counted" : case_status_name(state->status);
}

static void write_point(const struct drawing *drawing, const struct compared_case *compared,
                        const char *metric, size_t kernel, FILE *out)
{
	const struct compared_cell *cell = cell_of(compared, metric, kernel);
	fprintf(out, "%zu", kernel + 1);
	if (!cell)
		fprintf(out, " ? ? ? \"%s\"\n", why_not(&compared->states[kernel]));
	else if (has_interval(&drawing->comparison->sets[kernel], metric, cell))
		fprintf(out, " %.10g %.10g %.10g \"\"\n", cell->value, cell->interval.low,
		        cell->interval.high);
	else
		fprintf(out, " %.10g ? ? \"\"\n", cell->value);
}

/* The block's first line is the heading of its panel. A time needs no unit: the whole picture has one clock. */
static void write_block(const struct drawing *drawing, const struct choice_line *line, const char *metric,
                        FILE *out)
{
	const char *unit = is_time(metric) ? "" : figure_of(line->shown, metric)->unit, *more = "";
	char *label = case_name_short(line->shown->name, drawing->shared);
	if (line->case_count > 1)
		more = arena_print(drawing->arena, "%sand %zu more case%s", *unit ? ", " : "",
		                   line->case_count - 1, line->case_count > 2 ? "s" : "");
	put_quoted_data(label ? label : line->shown->name, out);
	fputc(' ', out);
	put_quoted_data(arena_print(drawing->arena, "%s%s", unit, more), out);
	fputc('\n', out);
	free(label);
	for (size_t k = 0; k < drawing->comparison->set_count; k++)
		write_point(drawing, line->shown, metric, k, out);
}

static void write_series(const struct drawing *drawing, const struct picture *picture,
                         const struct choice *choice, FILE *out)
{
	const char *metric = picture->metrics[0];
	fprintf(out, "# %s over kernels: %s.\n", metric, choice_text(choice, drawing->arena));
	write_kernels(drawing, out);
	write_merged(choice, out);
	fputs(
	    "# A block a line of the picture: its heading, then a line a kernel. Columns: kernel, value, low "
	    "and high end\n# of the 95 % interval, why there is no value; ? is not measured.\n",
	    out);
	for (size_t i = 0; i < choice->count; i++) {
		fputs(i > 0 ? "\n\n" : "", out);
		write_block(drawing, &choice->lines[i], metric, out);
	}
}

/* Nothing of the results is in it: an edited script stays right when they change. */
static void write_series_script(const struct picture *picture, FILE *out)
{
	const char *metric = picture->metrics[0];
	/* Of what is not in the catalogue only the panels know what it is in. */
	const char *title = is_time(metric) ? ", '.clock_title" : metric_find(metric) ? " per unit'" : "'";
	fprintf(out,
	        "# %s over kernels. Run it where %s.dat, labels.gp and series.gp lie:  gnuplot %s.gp\n"
	        "what = '%s'\nload 'labels.gp'\nmetric = '%s%s\nnote = note_series_%s\nload 'series.gp'\n",
	        metric, picture->name, picture->name, picture->name, metric, title, metric);
}

struct picture picture_series(const char *metric, struct arena *arena)
{
	return (struct picture){.name = arena_print(arena, "series-%s", metric),
	                        .script = "series",
	                        .metrics = {metric},
	                        .has = has_metric,
	                        .choose = choose_panels,
	                        .write = write_series,
	                        .write_script = write_series_script};
}
