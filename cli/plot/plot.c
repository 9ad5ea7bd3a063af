/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench plot`: result files as pictures, with the data and the gnuplot scripts that made them. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/compare/filter.h"
#include "cli/escape.h"
#include "cli/plot/data.h"
#include "cli/plot/draw.h"
#include "cli/plot/picture.h"
#include "lib/analysis/case_name.h"
#include "lib/analysis/result_set.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* More of these would hide the other messages: then they are only in the .dat files. */
#define LEFT_OUT_LINES 20

static const struct picture *const pictures[] = {&picture_faults, &picture_touch, &picture_write,
                                                 &picture_where};
static const char *const default_series[] = {"write_faults", "touch_p50"};

struct options {
	const char *folder;
	char **specs;
	size_t spec_count;
	struct filter filter; /* the cases, and the metrics of the series; no metric: the default ones */
};

static const struct argp_option option_table[] = {
    {"output", 'o', "DIR", 0, "the folder for the pictures; made if need be", 0},
    {"metric", 'm', "NAME", 0,
     "draw this metric over the kernels, such as migrated or touch_p99; may be given again (default: "
     "write_faults and touch_p50)",
     0},
    {"case", 'C', "WORD", 0, "only the cases that fit, as for `hintbench list`; may be given again", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'o':
		options->folder = arg;
		return 0;
	case 'm':
		options->filter.metrics[options->filter.metric_count++] = arg;
		return 0;
	case 'C':
		options->filter.words[options->filter.word_count++] = arg;
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
		if (options->filter.metric_count > 0 && options->spec_count < 2)
			argp_error(state, "--metric needs the results of two kernels or more");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "-o DIR BASE.json [NEW.json...]",
    .doc =
        "Draws result files as .svg and .png: faults per unit, the distribution of each latency, where the "
        "instructions go (with an event set), and metrics over the kernels, in the order of the files.\v"
        "DIR gets the .gp and .dat files as well: edit them and run `gnuplot faults.gp` there; the next plot "
        "keeps edited scripts. Several boots of one kernel are joined by commas, as for compare. Where there "
        "are more cases than fit a picture, it shows those in which the kernels differ; choose others with "
        "--case.",
};

/* The first two kernels whose clocks differ; false where all are the same. */
static bool clocks_differ(const struct drawing *drawing, const struct result_set **a,
                          const struct result_set **b)
{
	*a = &drawing->comparison->sets[0];
	for (size_t i = 1; i < drawing->comparison->set_count; i++) {
		*b = &drawing->comparison->sets[i];
		if (result_set_clock(*a) != result_set_clock(*b))
			return true;
	}
	return false;
}

/* Clocks are never mixed, and an emulator whose seconds mean nothing has none. */
static bool has_one_clock(const struct drawing *drawing)
{
	const struct result_set *a, *b;
	return !clocks_differ(drawing, &a, &b) &&
	       result_set_clock(&drawing->comparison->sets[0]) != CLOCK_NONE;
}

/* Sees to what was asked for: metrics whose clocks differ, metrics and cases that are not there. */
static int check_asked(const struct drawing *drawing, struct filter *filter)
{
	struct error error = {0};
	for (size_t i = 0; i < filter->metric_count; i++)
		if (is_time(filter->metrics[i]) && !has_one_clock(drawing))
			return bad_input(
			    "%s can't be drawn over these kernels: their clocks differ, or they have none",
			    filter->metrics[i]);
	if (filter_prepare(filter, drawing->comparison, &error) != 0)
		return bad_input("%s", error.text);
	return EXIT_DONE;
}

static void add(struct plot *plot, struct picture picture)
{
	for (size_t i = 0; i < plot->count; i++)
		if (strcmp(plot->shown[i].picture.name, picture.name) == 0)
			return;
	struct shown *shown = &plot->shown[plot->count++];
	shown->picture = picture;
	if (!is_time(picture.metrics[0]) || has_one_clock(&plot->drawing))
		shown->choice = picture.choose(&plot->drawing, &picture);
}

/* And a variable of gnuplot. */
static bool names_a_file(const char *metric)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	return metric[strspn(metric, letters)] == '\0' && strlen(metric) <= 64;
}

/* The series that were asked for. */
static int add_asked(struct plot *plot, const struct filter *filter)
{
	for (size_t i = 0; i < filter->metric_count; i++) {
		const char *metric = filter->metrics[i];
		size_t before = plot->count;
		if (!names_a_file(metric))
			return bad_input("'%s' can't be drawn: a file can't have that name", metric);
		add(plot, picture_series(metric, plot->drawing.arena));
		if (plot->count > before && plot->shown[before].choice.count == 0)
			return bad_input("none of these cases has the metric '%s'", metric);
	}
	return EXIT_DONE;
}

/* A single kernel makes no series. */
static int choose_pictures(struct plot *plot, const struct filter *filter)
{
	size_t room = LENGTH(pictures) + LENGTH(default_series) + filter->metric_count, lines = 0;
	plot->shown = arena_alloc(plot->drawing.arena, room * sizeof(*plot->shown));
	for (size_t i = 0; i < LENGTH(pictures); i++)
		add(plot, *pictures[i]);
	if (add_asked(plot, filter) != EXIT_DONE)
		return EXIT_BAD_INPUT;
	bool by_default = filter->metric_count == 0 && plot->drawing.comparison->set_count > 1;
	for (size_t i = 0; by_default && i < LENGTH(default_series); i++)
		add(plot, picture_series(default_series[i], plot->drawing.arena));
	for (size_t i = 0; i < plot->count; i++)
		lines += plot->shown[i].choice.count;
	return lines > 0 ? EXIT_DONE
	                 : bad_input("there is nothing to draw: no case is ok in any of the results");
}

/* What the pictures lack, and why. */
static void tell_left_out(const struct plot *plot)
{
	const struct drawing *drawing = &plot->drawing;
	const struct result_set *a, *b;
	if (clocks_differ(drawing, &a, &b))
		print_line(stderr, "hintbench: latencies are left out: %s is in %s, %s in %s", a->spec,
		           clock_unit_name(result_set_clock(a)), b->spec,
		           clock_unit_name(result_set_clock(b)));
	size_t lines = count_left_out(drawing);
	if (lines <= LEFT_OUT_LINES)
		write_left_out(drawing, drawing->cases, drawing->case_count, "hintbench: left out: ", stderr);
	else
		fprintf(
		    stderr,
		    "hintbench: %zu times a case has no figures on a kernel; `hintbench compare` on the same "
		    "results tells why\n",
		    lines);
	for (size_t i = 0; i < plot->count; i++)
		if (plot->shown[i].picture.nothing && plot->shown[i].choice.count == 0)
			fprintf(stderr, "hintbench: %s\n", plot->shown[i].picture.nothing);
}

static int plot_cases(struct plot *plot, const struct options *options)
{
	struct error error = {0};
	struct drawing *drawing = &plot->drawing;
	const struct comparison *comparison = drawing->comparison;
	const char **names = arena_alloc(drawing->arena, (comparison->case_count + 1) * sizeof(*names));
	drawing->cases = arena_alloc(drawing->arena, (comparison->case_count + 1) * sizeof(*drawing->cases));
	drawing->cases_asked = options->filter.word_count > 0;
	for (size_t i = 0; i < comparison->case_count; i++) {
		if (!filter_chooses(&options->filter, &comparison->cases[i]))
			continue;
		names[drawing->case_count] = comparison->cases[i].name;
		drawing->cases[drawing->case_count++] = &comparison->cases[i];
	}
	char *shared = case_name_shared(names, drawing->case_count);
	drawing->shared = shared ? shared : "";
	int status = choose_pictures(plot, &options->filter);
	if (status == EXIT_DONE) {
		tell_left_out(plot);
		if (draw_pictures(plot, options->folder, &error) != 0)
			status = bad_input("%s", error.text);
	}
	free(shared);
	return status;
}

static int plot_results(struct options *options)
{
	struct error error = {0};
	struct result_set *sets = result_sets_load(options->specs, options->spec_count, &error);
	if (!sets)
		return bad_input("%s", error.text);
	struct comparison *comparison = comparison_make(sets, options->spec_count, NULL);
	struct plot plot = {.drawing = {.arena = arena_new(), .comparison = comparison}};
	int status = check_asked(&plot.drawing, &options->filter);
	if (status == EXIT_DONE)
		status = plot_cases(&plot, options);
	filter_release(&options->filter);
	arena_free(plot.drawing.arena);
	comparison_free(comparison);
	result_sets_free(sets, options->spec_count);
	return status;
}

int command_plot(int argc, char **argv)
{
	struct filter filter = {.words = calloc((size_t)argc, sizeof(*filter.words)),
	                        .metrics = calloc((size_t)argc, sizeof(*filter.metrics))};
	struct options options = {.filter = filter};
	int status = EXIT_BAD_INPUT;
	if (filter.words && filter.metrics && argp_parse(&argp, argc, argv, 0, NULL, &options) == 0)
		status = plot_results(&options);
	free(filter.words);
	free(filter.metrics);
	return status;
}
