/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench compare`: what differs between result files. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/compare/format.h"
#include "cli/output.h"
#include "lib/analysis/comparison.h"

struct options {
	const struct format *format;
	const char *output; /* NULL: standard output */
	bool fail_on_different;
	bool width_known;
	struct view view;
	struct filter filter;
	char **specs; /* the base first */
	size_t spec_count;
};

enum { OPTION_DIFFERENT = 256, OPTION_FAIL_ON, OPTION_WIDTH, OPTION_ROWS, OPTION_TOUCH };

static const struct argp_option option_table[] = {
    {"format", 'f', "FORMAT", 0, "text unless told otherwise; there are ", 0},
    {"output", 'o', "FILE", 0, "write to this file, which keeps what it had until all is written", 0},
    {"metric", 'm', "NAME", 0, "only this metric, such as touch_p99 or migrated; may be given again", 0},
    {"case", 'C', "WORD", 0,
     "only cases that fit, as for `hintbench list`: hint/map=anon, a glob, page=4k,thp, or NAME$ for exactly "
     "that one; may be given again",
     0},
    {"different", OPTION_DIFFERENT, NULL, 0, "show only what differs between the base and some other kernel",
     0},
    {"width", OPTION_WIDTH, "COLUMNS", 0,
     "how long the lines of text tables may get, 0 for no limit (the default: the terminal's width, else no "
     "limit)",
     0},
    {"rows", OPTION_ROWS, "FILE", 0,
     "the rows of the format rows, a line each: 'name | case', and '# heading' lines", 0},
    {"touch", OPTION_TOUCH, NULL, 0, "with the median of the first access in the cells of the format rows",
     0},
    {"fail-on", OPTION_FAIL_ON, "different", 0,
     "exit with status 1 where something of what is asked for differs", 0},
    {0},
};

static void parse_width(struct options *options, const char *arg, const struct argp_state *state)
{
	char *end;
	unsigned long width = strtoul(arg, &end, 10);
	if (!*arg || *end || *arg == '-' || width > 10000)
		argp_error(state, "--width takes a number of columns, 0 to 10000, not '%s'", arg);
	options->view.width = width;
	options->width_known = true;
}

static size_t terminal_width(void)
{
	struct winsize size;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static void parse_format(struct options *options, const char *arg, const struct argp_state *state)
{
	char known[256] = "";
	options->format = format_find(arg);
	for (const struct format *format = format_first(); format; format = format->next)
		snprintf(known + strlen(known), sizeof(known) - strlen(known), " %s", format->name);
	if (!options->format)
		argp_error(state, "no format '%s'; there are:%s", arg, known);
}

static void parse_end(const struct options *options, const struct argp_state *state)
{
	bool of_rows = options->view.rows_path || options->view.with_touch;
	if (options->spec_count < 2)
		argp_error(state, "needs a base and at least one new result");
	if (of_rows && strcmp(options->format->name, "rows") != 0)
		argp_error(state, "--rows and --touch are of the format rows: add -f rows");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'f':
		parse_format(options, arg, state);
		return 0;
	case 'o':
		options->output = arg;
		return 0;
	case 'm':
		options->filter.metrics[options->filter.metric_count++] = arg;
		return 0;
	case 'C':
		options->filter.words[options->filter.word_count++] = arg;
		return 0;
	case OPTION_WIDTH:
		parse_width(options, arg, state);
		return 0;
	case OPTION_DIFFERENT:
		options->filter.only_different = true;
		return 0;
	case OPTION_ROWS:
		options->view.rows_path = arg;
		return 0;
	case OPTION_TOUCH:
		options->view.with_touch = true;
		return 0;
	case OPTION_FAIL_ON:
		if (strcmp(arg, "different") != 0)
			argp_error(state, "--fail-on knows only 'different', not '%s'", arg);
		options->fail_on_different = true;
		return 0;
	case ARGP_KEY_ARGS:
		options->specs = state->argv + state->next;
		options->spec_count = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_END:
		parse_end(options, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The formats tell what they are. */
static char *help_filter(int key, const char *text, void *input)
{
	char *help = NULL;
	size_t bytes;
	(void)input;
	FILE *out = key == 'f' ? open_memstream(&help, &bytes) : NULL;
	if (!out)
		return (char *)text;
	fputs(text, out);
	for (const struct format *format = format_first(); format; format = format->next)
		fprintf(out, "%s%s (%s)", format == format_first() ? "" : ", ", format->name, format->what);
	fclose(out);
	return help;
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "BASE.json NEW.json...",
    .doc = "Says what differs between the results of a base kernel and of new ones.\v"
           "Several boots of one kernel are joined by commas: base1.json,base2.json new1.json,new2.json. "
           "Times of real machines are told apart only with 4 boots or more of each kernel.\n\n"
           "-C and -m say what is asked about: tables and --fail-on go by it. What was judged, counted and "
           "averaged is always all of it.",
    .help_filter = help_filter,
};

/* With --fail-on: figures that differ, or none at all, since nothing was shown to be the same then. */
static int judge(const struct options *options)
{
	struct filter_count count = filter_count(&options->filter, VERDICT_DIFFERENT);
	if (!options->fail_on_different)
		return EXIT_DONE;
	if (count.judged == 0)
		fprintf(stderr, "hintbench: nothing could be compared, which --fail-on takes as different\n");
	return count.with_verdict > 0 || count.judged == 0 ? EXIT_CHECK_FAILED : EXIT_DONE;
}

/* Returns 0, or -errno with `error`. */
static int show(const struct options *options, const struct comparison *comparison, struct error *error)
{
	struct output output;
	struct view view = options->view;
	view.filter = &options->filter;
	if (!options->width_known)
		view.width = options->output ? 0 : terminal_width();
	if (output_open(&output, options->output, error) != 0)
		return -EIO;
	struct error write_error = {0};
	int err = options->format->render(comparison, &view, output.out, error);
	int write_err = output_close(&output, err == 0, &write_error);
	if (write_err && !err)
		*error = write_error;
	return err ? err : write_err;
}

static int compare(struct options *options)
{
	struct error error = {0};
	struct result_set *sets = result_sets_load(options->specs, options->spec_count, &error);
	if (!sets)
		return bad_input("%s", error.text);
	struct comparison *comparison = comparison_make(sets, options->spec_count);
	int err = filter_prepare(&options->filter, comparison, &error);
	if (!err)
		err = show(options, comparison, &error);
	int status = err ? bad_input("%s", error.text) : judge(options);
	filter_release(&options->filter);
	comparison_free(comparison);
	result_sets_free(sets, options->spec_count);
	return status;
}

int command_compare(int argc, char **argv)
{
	struct options options = {
	    .format = format_find("text"),
	    .filter = {.metrics = calloc((size_t)argc, sizeof(*options.filter.metrics)),
	               .words = calloc((size_t)argc, sizeof(*options.filter.words))},
	};
	int status = EXIT_BAD_INPUT;
	if (options.filter.metrics && options.filter.words &&
	    argp_parse(&argp, argc, argv, 0, NULL, &options) == 0)
		status = compare(&options);
	free(options.filter.metrics);
	free(options.filter.words);
	return status;
}
