/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/plot/series.h"

#include <stdlib.h>
#include <string.h>

#include "cli/plot/data.h"
#include "cli/plot/files.h"
#include "lib/analysis/case_name.h"
#include "lib/analysis/metric.h"

static const char *status_of(const struct side *side, const char *name)
{
	const json_t *record = side_best_record(side, name);
	const char *status = json_string_value(json_object_get(record, "status"));
	return status ? status : "absent";
}

/* Counts are whole events and exact runs repeat: only the times of a machine with noise have an interval. */
static bool has_interval(const struct side *side, const char *name, const char *metric,
                         const struct figures *figures, struct stats_interval *interval)
{
	return metric_is_latency(metric) && !side_exact(side) &&
	       metric_interval(side, name, metric, figures, interval);
}

static void write_point(FILE *out, const struct side *side, const char *name, const char *metric)
{
	struct figures figures;
	struct stats_interval interval;
	if (!metric_figures(side, name, metric, &figures)) {
		const char *status = status_of(side, name);
		fprintf(out, " ? ? ? \"%s\"\n", strcmp(status, "ok") == 0 ? "not counted" : status);
	} else if (has_interval(side, name, metric, &figures, &interval)) {
		fprintf(out, " %.10g %.10g %.10g \"\"\n", metric_median(&figures), interval.low,
		        interval.high);
	} else {
		fprintf(out, " %.10g ? ? \"\"\n", metric_median(&figures));
	}
	free(figures.values);
}

/* The unit of the first kernel that has the metric, "" for a latency: the whole picture has one clock. */
static void block_unit(const struct side *sides, size_t count, const char *name, const char *metric,
                       char *unit, size_t bytes)
{
	*unit = '\0';
	for (size_t i = 0; i < count && !*unit && !metric_is_latency(metric); i++)
		if (metric_value(side_best_record(&sides[i], name), metric))
			metric_unit(&sides[i], name, metric, unit, bytes);
}

/* The block's first line is the heading of its panel. */
static void write_block(FILE *out, const struct side *sides, size_t count, const struct choice_line *line,
                        const char *metric, const char *shared)
{
	char *label = case_name_short(line->name, shared), unit[64], more[64] = "";
	size_t cases = json_array_size(line->names);
	block_unit(sides, count, line->name, metric, unit, sizeof(unit));
	if (cases > 1)
		snprintf(more, sizeof(more), "and %zu more case%s", cases - 1, cases > 2 ? "s" : "");
	fprintf(out, "\"%s\" \"%s%s%s\"\n", label ? label : line->name, unit, *unit && *more ? ", " : "",
	        more);
	free(label);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "%zu", i + 1);
		write_point(out, &sides[i], line->name, metric);
	}
}

void write_series(FILE *out, const struct side *sides, size_t count, const struct choice *choice,
                  const char *metric, const char *shared)
{
	char text[256];
	choice_text(choice, text, sizeof(text));
	fprintf(out, "# %s over kernels: %s.\n", metric, text);
	write_sides(out, sides, count);
	write_merged(out, choice);
	fputs("# A block a line of the picture: its heading, then a line a kernel. Columns: kernel, value, "
	      "low and "
	      "high end\n# of the 95 % interval, why there is no value; ? is not measured.\n",
	      out);
	for (size_t i = 0; i < choice->count; i++) {
		fputs(i > 0 ? "\n\n" : "", out);
		write_block(out, sides, count, &choice->lines[i], metric, shared);
	}
}

void write_series_script(FILE *out, const struct side *sides, const struct choice *choice, const char *metric,
                         const char *name)
{
	char text[256], title[256];
	choice_text(choice, text, sizeof(text));
	snprintf(title, sizeof(title), "%s%s%s", metric, metric_is_latency(metric) ? ", " : " per unit",
	         metric_is_latency(metric) ? clock_title(&sides[0]) : "");
	fprintf(out, "%s; edit it and run it where %s.dat, labels.gp and series.gp lie:  gnuplot %s.gp\n",
	        GENERATED_HEAD, name, name);
	fputs("what = ", out);
	write_quoted(out, name);
	fputs("\nmetric = ", out);
	write_quoted(out, title);
	fputs("\nnote = ", out);
	write_quoted(out, text);
	fputs("\nload 'series.gp'\n", out);
}
