/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench plot`: result files as pictures, with the data and the gnuplot scripts that made them. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/cases.h"
#include "cli/command.h"
#include "cli/plot/choice.h"
#include "cli/plot/data.h"
#include "cli/plot/files.h"
#include "cli/plot/series.h"
#include "cli/plot/where.h"
#include "lib/analysis/case_name.h"
#include "lib/analysis/metric.h"
#include "lib/analysis/result_set.h"

#define NAME_BYTES 96

/* So many lines of bars, pixels high, and so many panels fit a picture that a person still looks at. */
#define BARS_HEIGHT       3600
#define PANELS            12
#define PANELS_OF_PATTERN 24

/* More of these would hide the other messages: then they are only in the .dat files. */
#define LEFT_OUT_LINES 20

struct options {
	const char *folder;
	char **specs;
	size_t spec_count;
	const char **metrics; /* of the series; none: the default ones */
	size_t metric_count;
	const char **patterns; /* of cases; none: all */
	size_t pattern_count;
};

/* A picture: its data is NAME.dat, its script NAME.gp, which is in plot/ unless it is a series. */
struct picture {
	char name[NAME_BYTES];
	const char *shared_script; /* loaded by its script; NULL where it stands alone */
	const char *metrics[3];    /* what its cases are chosen by; for a series what it shows */
	bool series;
	bool drawable;
	struct choice choice;
};

static const struct picture bar_pictures[] = {
    {.name = "faults", .metrics = {"hint_faults", "write_faults"}},
    {.name = "touch", .shared_script = "latency", .metrics = {"touch_p50"}},
    {.name = "write", .shared_script = "latency", .metrics = {"write_p50"}},
    {.name = "where", .metrics = {"user_instructions", "kernel_instructions"}},
};
static const char *const default_series[] = {"write_faults", "touch_p50"};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* What is drawn. */
struct plot {
	const struct options *options;
	struct side *sides;
	size_t count; /* of sides */
	json_t *names;
	char *shared; /* parts of the names that all have */
	struct picture *pictures;
	size_t picture_count;
};

static const struct argp_option option_table[] = {
    {"output", 'o', "DIR", 0, "the folder for the pictures; made if need be", 0},
    {"series", 's', "METRIC", 0,
     "draw this metric over the kernels, such as migrated or touch_p99; may be given again (default: "
     "write_faults and touch_p50)",
     0},
    {"case", 'c', "PATTERN", 0, "only the cases that fit, as for `hintbench list`; may be given again", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'o':
		options->folder = arg;
		return 0;
	case 's':
		options->metrics[options->metric_count++] = arg;
		return 0;
	case 'c':
		options->patterns[options->pattern_count++] = arg;
		return 0;
	case ARGP_KEY_ARGS:
		options->specs = state->argv + state->next;
		options->spec_count = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_END:
		if (!options->folder)
			argp_error(state, "needs a folder: -o DIR");
		if (options->spec_count < 1)
			argp_error(state, "needs a result to draw");
		if (options->metric_count > 0 && options->spec_count < 2)
			argp_error(state, "--series needs the results of two kernels or more");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "-o DIR BASE.json [NEW.json...]",
    .doc = "Draw result files as .svg and .png: faults per unit, the distribution of each latency, where the "
           "instructions go (with an event set), and metrics over the kernels, in the order of the files.\v"
           "DIR gets the .gp and .dat files as well: edit them and run `gnuplot faults.gp` there. Several "
           "boots of one kernel are joined by commas, as for compare. Where there are more cases than fit a "
           "picture, it shows those in which the kernels differ; choose others with --case.",
};

static const char *first_metric(const struct picture *picture)
{
	return picture->metrics[0];
}

/* The first two sides whose clocks differ; false where all are the same. */
static bool clocks_differ(const struct plot *plot, const struct side **a, const struct side **b)
{
	*a = &plot->sides[0];
	for (size_t i = 1; i < plot->count; i++) {
		*b = &plot->sides[i];
		if (strcmp(side_clock(*a), side_clock(*b)) != 0)
			return true;
	}
	return false;
}

/* Clocks are never mixed, and an emulator whose seconds mean nothing has none. */
static bool has_one_clock(const struct plot *plot)
{
	const struct side *a, *b;
	return !clocks_differ(plot, &a, &b) && strcmp(side_clock(&plot->sides[0]), "none") != 0;
}

static void tell_clocks(const struct plot *plot)
{
	const struct side *a, *b;
	if (clocks_differ(plot, &a, &b))
		fprintf(stderr, "hintbench: latencies are left out: %s is in %s, %s in %s\n", a->spec,
		        side_clock(a), b->spec, side_clock(b));
}

/* Whether a case of any of the results has the metric. */
static bool is_measured(const struct plot *plot, const char *metric)
{
	size_t index;
	json_t *name;
	json_array_foreach (plot->names, index, name)
		for (size_t i = 0; i < plot->count; i++)
			if (metric_value(side_best_record(&plot->sides[i], json_string_value(name)), metric))
				return true;
	return false;
}

/* The metric also names files. */
static int check_series(const struct plot *plot, const char *metric)
{
	if (metric[strspn(metric, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] !=
	        '\0' ||
	    strlen(metric) > NAME_BYTES - sizeof("series-") || !is_measured(plot, metric))
		return bad_input("no metric '%s' in any of these cases; `hintbench compare --format csv` on "
		                 "the same results lists those that there are",
		                 metric);
	if (metric_is_latency(metric) && !has_one_clock(plot))
		return bad_input(
		    "%s can't be drawn over these kernels: their clocks differ, or they have none", metric);
	return EXIT_DONE;
}

/* Only those that fit the patterns. */
static int choose_names(struct plot *plot)
{
	const struct options *options = plot->options;
	for (size_t i = json_array_size(plot->names); i-- > 0 && options->pattern_count > 0;) {
		const char *name = json_string_value(json_array_get(plot->names, i));
		bool fits = false;
		for (size_t p = 0; p < options->pattern_count && !fits; p++)
			fits = case_fits(name, options->patterns[p]);
		if (!fits)
			json_array_remove(plot->names, i);
	}
	if (options->pattern_count > 0 && json_array_size(plot->names) == 0)
		return bad_input(
		    "no case of the results fits '%s'; `hintbench list` shows how cases are called",
		    options->patterns[0]);
	return EXIT_DONE;
}

static void add_series(struct plot *plot, const char *metric)
{
	struct picture *picture = &plot->pictures[plot->picture_count++];
	*picture = (struct picture){.series = true, .shared_script = "series", .metrics = {metric}};
	snprintf(picture->name, sizeof(picture->name), "series-%s", metric);
}

/* A single kernel makes no series. */
static int make_pictures(struct plot *plot)
{
	const struct options *options = plot->options;
	size_t room = LENGTH(bar_pictures) + LENGTH(default_series) + options->metric_count;
	plot->pictures = calloc(room, sizeof(*plot->pictures));
	if (!plot->pictures)
		return bad_input("out of memory");
	for (; plot->picture_count < LENGTH(bar_pictures); plot->picture_count++)
		plot->pictures[plot->picture_count] = bar_pictures[plot->picture_count];
	for (size_t i = 0; i < options->metric_count; i++) {
		if (check_series(plot, options->metrics[i]) != EXIT_DONE)
			return EXIT_BAD_INPUT;
		add_series(plot, options->metrics[i]);
	}
	for (size_t i = 0; i < LENGTH(default_series) && options->metric_count == 0 && plot->count > 1; i++)
		add_series(plot, default_series[i]);
	return EXIT_DONE;
}

static int choose(const struct plot *plot, struct picture *picture)
{
	bool pattern = plot->options->pattern_count > 0;
	size_t limit = BARS_HEIGHT / (12 + 15 * plot->count) + 1;
	enum choice_order order = CHOICE_AS_MEASURED;
	if (picture->series) {
		limit = pattern ? PANELS_OF_PATTERN : PANELS;
		order = pattern ? CHOICE_ALL : CHOICE_CHANGED;
	}
	if (choose_cases(plot->sides, plot->count, plot->names, picture->metrics, limit, order,
	                 &picture->choice) != 0)
		return bad_input("out of memory");
	picture->drawable = picture->choice.count > 0;
	return EXIT_DONE;
}

/* All that pictures share, and for bars what is left out of them. */
static int write_common(const struct plot *plot)
{
	FILE *out = open_in(plot->options->folder, "labels", ".gp");
	if (!out)
		return EXIT_BAD_INPUT;
	write_labels(out, plot->sides, plot->count, plot->shared);
	for (size_t i = 0; i < LENGTH(bar_pictures); i++) {
		const struct choice *choice = &plot->pictures[i].choice;
		char text[256] = "";
		if (choice->merged) {
			choice_text(choice, text, sizeof(text));
			strcat(text, metric_is_latency(first_metric(&plot->pictures[i]))
			                 ? "; (+N): N more with the same medians"
			                 : "; (+N): N more with the same faults");
		}
		fprintf(out, "note_%s = ", plot->pictures[i].name);
		write_quoted(out, text);
		fputc('\n', out);
	}
	return close_in(out, plot->options->folder);
}

static int write_data(const struct plot *plot, struct picture *picture)
{
	FILE *out = open_in(plot->options->folder, picture->name, ".dat");
	if (!out)
		return EXIT_BAD_INPUT;
	if (picture->series)
		write_series(out, plot->sides, plot->count, &picture->choice, first_metric(picture),
		             plot->shared);
	else if (metric_is_latency(first_metric(picture)))
		picture->drawable = write_latency(out, plot->sides, plot->count, &picture->choice,
		                                  plot->shared, picture->name) > 0;
	else if (strcmp(picture->name, "where") == 0)
		write_where(out, plot->sides, plot->count, &picture->choice, plot->shared);
	else
		write_faults(out, plot->sides, plot->count, &picture->choice, plot->shared);
	return close_in(out, plot->options->folder);
}

static int write_script(const struct plot *plot, const struct picture *picture)
{
	if (!picture->series)
		return copy_script(plot->options->folder, picture->name);
	FILE *out = open_in(plot->options->folder, picture->name, ".gp");
	if (!out)
		return EXIT_BAD_INPUT;
	write_series_script(out, plot->sides, &picture->choice, first_metric(picture), picture->name);
	return close_in(out, plot->options->folder);
}

static int write_picture(const struct plot *plot, struct picture *picture)
{
	int status = picture->drawable ? write_data(plot, picture) : EXIT_DONE;
	if (!picture->drawable)
		remove_old(plot->options->folder, picture->name);
	if (picture->drawable && status == EXIT_DONE && picture->shared_script)
		status = copy_script(plot->options->folder, picture->shared_script);
	if (picture->drawable && status == EXIT_DONE)
		status = write_script(plot, picture);
	return status;
}

static void tell_left_out(const struct plot *plot)
{
	size_t lines = count_left_out(plot->sides, plot->count, plot->names);
	if (lines <= LEFT_OUT_LINES)
		write_left_out(stderr, plot->sides, plot->count, plot->names, "hintbench: left out: ");
	else
		fprintf(
		    stderr,
		    "hintbench: %zu times a case has no figures on a kernel; `hintbench compare` on the same "
		    "results tells why\n",
		    lines);
}

/* Results don't have it unless an event set was asked for and the machine could count it. */
static void tell_where(const struct plot *plot)
{
	for (size_t i = 0; i < plot->picture_count; i++)
		if (strcmp(plot->pictures[i].name, "where") == 0 && !plot->pictures[i].drawable)
			fprintf(
			    stderr,
			    "hintbench: no picture of where the instructions go: none of the results "
			    "counts them; on a machine with counters, `hintbench run --events any` does\n");
}

/* All data and scripts first, so that they are there when gnuplot is not. */
static int draw(struct plot *plot)
{
	bool clock = has_one_clock(plot), any = false;
	int status = EXIT_DONE;
	for (size_t i = 0; status == EXIT_DONE && i < plot->picture_count; i++)
		if (clock || !metric_is_latency(first_metric(&plot->pictures[i])))
			status = choose(plot, &plot->pictures[i]);
	if (status == EXIT_DONE)
		status = write_common(plot);
	for (size_t i = 0; status == EXIT_DONE && i < plot->picture_count; i++)
		status = write_picture(plot, &plot->pictures[i]);
	if (status == EXIT_DONE)
		tell_where(plot);
	for (size_t i = 0; status == EXIT_DONE && i < plot->picture_count; i++) {
		any |= plot->pictures[i].drawable;
		if (plot->pictures[i].drawable)
			status = run_gnuplot(plot->options->folder, plot->pictures[i].name);
	}
	if (status == EXIT_DONE && !any)
		status = bad_input("there is nothing to draw: no case is ok in any of the results");
	return status;
}

static int plot_sides(struct plot *plot)
{
	const char *folder = plot->options->folder;
	int status = choose_names(plot);
	if (status == EXIT_DONE)
		status = make_pictures(plot);
	if (status != EXIT_DONE)
		return status;
	if (mkdir(folder, 0777) != 0 && errno != EEXIST)
		return bad_input("cannot make the folder %s: %s", folder, strerror(errno));
	tell_clocks(plot);
	tell_left_out(plot);
	remove_old_generated(folder);
	plot->shared = case_name_shared(plot->names);
	return plot->shared ? draw(plot) : bad_input("out of memory");
}

static int plot_results(const struct options *options)
{
	struct error error = {0};
	struct plot plot = {.options = options, .count = options->spec_count};
	plot.sides = sides_load(options->specs, plot.count, &error);
	if (!plot.sides)
		return bad_input("%s", error.text);
	plot.names = sides_case_names(plot.sides, plot.count);
	int status = plot_sides(&plot);
	for (size_t i = 0; i < plot.picture_count; i++)
		choice_free(&plot.pictures[i].choice);
	free(plot.pictures);
	free(plot.shared);
	json_decref(plot.names);
	sides_free(plot.sides, plot.count);
	return status;
}

int command_plot(int argc, char **argv)
{
	struct options options = {.metrics = calloc((size_t)argc, sizeof(*options.metrics)),
	                          .patterns = calloc((size_t)argc, sizeof(*options.patterns))};
	int status = EXIT_BAD_INPUT;
	if (options.metrics && options.patterns && argp_parse(&argp, argc, argv, 0, NULL, &options) == 0)
		status = plot_results(&options);
	free(options.metrics);
	free(options.patterns);
	return status;
}
