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
	enum fail_on { FAIL_ON_NOTHING, FAIL_ON_DIFFERENT, FAIL_ON_RELEVANT } fail_on;
	struct comparison_rules rules;
	const char *floors; /* a file, or NULL */
	bool width_known;
	struct view view;
	struct filter filter;
	char **specs; /* the base first */
	size_t spec_count;
};

enum {
	OPTION_DIFFERENT = 256,
	OPTION_FAIL_ON,
	OPTION_WIDTH,
	OPTION_ROWS,
	OPTION_TOUCH,
	OPTION_EXACT,
	OPTION_FLOOR,
	OPTION_THRESHOLD
};

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
    {"fail-on", OPTION_FAIL_ON, "different|relevant", 0,
     "exit with status 1 where something of what is asked for differs, or differs by so much that it matters",
     0},
    {"threshold", OPTION_THRESHOLD, "PERCENT", 0,
     "the smallest difference of a time or an event that matters (0.1 unless told otherwise)", 0},
    {"floor", OPTION_FLOOR, "FILE", 0,
     "how far each figure of the base was found to differ from itself: no such difference counts", 0},
    {"exact", OPTION_EXACT, NULL, 0,
     "of exact results: only whether they are equal, whatever a kernel's boots do to each other", 0},
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

static void parse_fail_on(struct options *options, const char *arg, const struct argp_state *state)
{
	if (strcmp(arg, "different") == 0)
		options->fail_on = FAIL_ON_DIFFERENT;
	else if (strcmp(arg, "relevant") == 0)
		options->fail_on = FAIL_ON_RELEVANT;
	else
		argp_error(state, "--fail-on knows 'different' and 'relevant', not '%s'", arg);
}

static void parse_threshold(struct options *options, const char *arg, const struct argp_state *state)
{
	char *end;
	double percent = strtod(arg, &end);
	if (!*arg || *end || !(percent > 0 && percent <= 100))
		argp_error(state, "--threshold takes a number of percent above 0, at most 100, not '%s'",
		           arg);
	options->rules.relevant_percent = percent;
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
		parse_fail_on(options, arg, state);
		return 0;
	case OPTION_THRESHOLD:
		parse_threshold(options, arg, state);
		return 0;
	case OPTION_FLOOR:
		options->floors = arg;
		return 0;
	case OPTION_EXACT:
		options->rules.by_equality = true;
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
    .args_doc = "BASE NEW...",
    .doc = "Says what differs between the results of a base kernel and of new ones.\v"
           "A kernel is a file, a folder of them, a boot each, or several joined by commas: "
           "base1.json,base2.json new. A difference counts against what the base's boots show against each "
           "other, so that takes several boots of each kernel (docs/statistics.md).\n\n"
           "-C and -m say what is asked about: tables and --fail-on go by it. What was judged, counted and "
           "averaged is always all of it.",
    .help_filter = help_filter,
};

/* With --fail-on: figures that differ, or none at all, since nothing was shown to be the same then. */
static int judge(const struct options *options)
{
	struct filter_count count = filter_count(&options->filter);
	if (options->fail_on == FAIL_ON_NOTHING)
		return EXIT_DONE;
	if (count.judged == 0)
		fprintf(stderr, "hintbench: nothing could be compared, which --fail-on takes as different\n");
	size_t found = options->fail_on == FAIL_ON_RELEVANT ? count.relevant : count.different;
	return found > 0 || count.judged == 0 ? EXIT_CHECK_FAILED : EXIT_DONE;
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

static int compare_sets(struct options *options, const struct result_set *sets)
{
	struct error error = {0};
	struct comparison *comparison = comparison_make(sets, options->spec_count, &options->rules);
	int err = filter_prepare(&options->filter, comparison, &error);
	if (!err)
		err = show(options, comparison, &error);
	int status = err ? bad_input("%s", error.text) : judge(options);
	filter_release(&options->filter);
	comparison_free(comparison);
	return status;
}

static int check_exact(const struct options *options, const struct result_set *sets, struct error *error)
{
	for (size_t i = 0; i < options->spec_count; i++)
		if (!result_set_exact(&sets[i]))
			return error_set(error, EINVAL, "--exact: %s is not exact", sets[i].spec);
	return 0;
}

static int compare(struct options *options)
{
	struct error error = {0};
	struct floors *floors = options->floors ? floors_load(options->floors, &error) : NULL;
	if (options->floors && !floors)
		return bad_input("%s", error.text);
	options->rules.floors = floors;
	struct result_set *sets = result_sets_load(options->specs, options->spec_count, &error);
	int err = !sets || (options->rules.by_equality && check_exact(options, sets, &error) != 0);
	int status = err ? bad_input("%s", error.text) : compare_sets(options, sets);
	if (sets)
		result_sets_free(sets, options->spec_count);
	floors_free(floors);
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
