/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench compare`: what differs between result files. */
#include "lib/analysis/comparison.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench/cases.h"
#include "cli/command.h"
#include "cli/compare/table.h"

struct options {
	const char *format;
	bool fail_on_different;
	bool width_known;
	size_t width; /* of text tables; 0 is without a limit */
	const char **metrics;
	size_t metric_count;
	const char **patterns; /* of cases; none: all */
	size_t pattern_count;
	bool only_different;
	char **specs; /* the base first */
	size_t spec_count;
};

enum { OPTION_DIFFERENT = 256, OPTION_FAIL_ON, OPTION_WIDTH };

static const struct argp_option option_table[] = {
    {"format", 'f', "FORMAT", 0, "text (the default), md, csv or json; csv and json hold every metric", 0},
    {"metric", 'm', "NAME", 0, "only this metric, such as touch_p99 or migrated; may be given again", 0},
    {"case", 'C', "PATTERN", 0, "only the cases that fit, as for `hintbench list`; may be given again", 0},
    {"different", OPTION_DIFFERENT, NULL, 0, "only what differs between the base and some other kernel", 0},
    {"width", OPTION_WIDTH, "COLUMNS", 0,
     "how long the lines of text tables may get, 0 for no limit (the default: the terminal's width, else no "
     "limit)",
     0},
    {"fail-on", OPTION_FAIL_ON, "different", 0, "exit with status 1 where something differs", 0},
    {0},
};

static const char *const formats[] = {"text", "md", "csv", "json"};

static bool known_format(const char *format)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(format, formats[i]) == 0)
			return true;
	}
	return false;
}

static void parse_width(struct options *options, const char *arg, const struct argp_state *state)
{
	char *end;
	unsigned long width = strtoul(arg, &end, 10);
	if (!*arg || *end || *arg == '-' || width > 10000)
		argp_error(state, "--width takes a number of columns, 0 to 10000, not '%s'", arg);
	options->width = width;
	options->width_known = true;
}

static size_t terminal_width(void)
{
	struct winsize size;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'f':
		if (!known_format(arg))
			argp_error(state, "no format '%s': text, md, csv or json", arg);
		options->format = arg;
		return 0;
	case 'm':
		options->metrics[options->metric_count++] = arg;
		return 0;
	case OPTION_WIDTH:
		parse_width(options, arg, state);
		return 0;
	case 'C':
		options->patterns[options->pattern_count++] = arg;
		return 0;
	case OPTION_DIFFERENT:
		options->only_different = true;
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
		if (options->spec_count < 2)
			argp_error(state, "needs a base and at least one new result");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "BASE.json NEW.json...",
    .doc = "Say what differs between the results of a base kernel and of new ones.\v"
           "Several boots of one kernel are joined by commas: base1.json,base2.json new1.json,new2.json. "
           "Times of "
           "real machines are told apart only with 4 boots or more of each kernel.",
};

static const char *string_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

/* A field as RFC 4180 wants it. */
static void print_field(const char *text, const char *end)
{
	bool quoted = text[strcspn(text, ",\"\r\n")] != '\0';
	if (quoted)
		putchar('"');
	for (; *text; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	if (quoted)
		putchar('"');
	fputs(end, stdout);
}

static void print_json_field(const json_t *value, const char *end)
{
	char *text = NULL;
	if (json_is_string(value))
		print_field(json_string_value(value), end);
	else if (json_is_number(value) &&
	         (text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15))))
		print_field(text, end);
	else
		fputs(end, stdout);
	free(text);
}

/* Rows first, then what is missing, with verdict "missing". */
static void print_csv(const json_t *doc)
{
	static const char *const columns[] = {"case", "new_index", "metric",    "unit",    "base",
	                                      "new",  "delta",     "delta_pct", "verdict", "reason"};
	const size_t count = sizeof(columns) / sizeof(columns[0]);
	size_t index;
	json_t *row;
	for (size_t i = 0; i < count; i++)
		print_field(columns[i], i + 1 < count ? "," : "\n");
	json_array_foreach (json_object_get(doc, "rows"), index, row) {
		for (size_t i = 0; i < count; i++)
			print_json_field(json_object_get(row, columns[i]), i + 1 < count ? "," : "\n");
	}
	json_array_foreach (json_object_get(doc, "missing"), index, row) {
		char reason[512];
		snprintf(reason, sizeof(reason), "%s: %s: %s", string_at(row, "side"),
		         string_at(row, "status"), string_at(row, "reason"));
		print_field(string_at(row, "case"), ",");
		print_json_field(json_object_get(row, "new_index"), ",");
		print_field(string_at(row, "metric"), ",,,,,,missing,");
		print_field(reason, "\n");
	}
}

static void print_document(const json_t *doc, const struct options *options)
{
	if (strcmp(options->format, "json") == 0) {
		json_dumpf(doc, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
		putchar('\n');
	} else if (strcmp(options->format, "csv") == 0) {
		print_csv(doc);
	} else {
		print_comparison(doc, options->metric_count > 0, strcmp(options->format, "md") == 0,
		                 options->width_known ? options->width : terminal_width(), stdout);
	}
}

/* With --fail-on: rows that differ, or no row at all, since nothing was shown to be the same then. */
static int judge(const json_t *doc, const struct options *options)
{
	size_t index, different = 0;
	json_t *row, *rows = json_object_get(doc, "rows");
	if (!options->fail_on_different)
		return EXIT_DONE;
	json_array_foreach (rows, index, row)
		different += strcmp(string_at(row, "verdict"), "different") == 0;
	if (json_array_size(rows) == 0)
		fprintf(stderr, "hintbench: nothing could be compared, which --fail-on takes as different\n");
	return different > 0 || json_array_size(rows) == 0 ? EXIT_CHECK_FAILED : EXIT_DONE;
}

static int unknown_metric(const json_t *doc, const char *metric)
{
	char known[1024] = "";
	json_t *seen = json_object(), *row;
	size_t index;
	json_t *all = json_copy(json_object_get(doc, "rows"));
	json_array_extend(all, json_object_get(doc, "unpaired"));
	json_array_foreach (all, index, row) {
		const char *name = string_at(row, "metric");
		if (json_object_get(seen, name) || strlen(known) + strlen(name) + 3 > sizeof(known))
			continue;
		json_object_set(seen, name, row);
		strcat(strcat(known, *known ? ", " : ""), name);
	}
	json_decref(seen);
	json_decref(all);
	return bad_input("no metric '%s' in any of the results; there are: %s", metric,
	                 *known ? known : "none");
}

/* Keeps the objects of the document's array `key` that `wanted` wants. */
static void keep(json_t *doc, const char *key, bool (*wanted)(const json_t *entry, const void *context),
                 const void *context)
{
	json_t *array = json_object_get(doc, key);
	for (size_t i = json_array_size(array); i-- > 0;)
		if (!wanted(json_array_get(array, i), context))
			json_array_remove(array, i);
}

static bool is_chosen(const json_t *entry, const void *context)
{
	const struct options *options = context;
	const char *name = json_string_value(json_is_string(entry) ? entry : json_object_get(entry, "case"));
	for (size_t p = 0; p < options->pattern_count; p++)
		if (case_fits(name, options->patterns[p]))
			return true;
	return false;
}

/*
 * A case in which something differs, and the figure that does: keys of one object, since no name has a blank.
 */
static bool is_different(const json_t *entry, const void *context)
{
	char figure[512];
	if (json_is_string(entry))
		return json_object_get(context, json_string_value(entry)) != NULL;
	snprintf(figure, sizeof(figure), "%s %s", json_string_value(json_object_get(entry, "case")),
	         json_string_value(json_object_get(entry, "metric")));
	return json_object_get(context, figure) != NULL;
}

static bool never(const json_t *entry, const void *context)
{
	(void)entry;
	(void)context;
	return false;
}

/* With a row that differs those of the other kernels stay, since a table has them on one line. */
static void keep_different(json_t *doc)
{
	json_t *differs = json_object(), *row;
	size_t index;
	json_array_foreach (json_object_get(doc, "rows"), index, row) {
		const char *name = json_string_value(json_object_get(row, "case"));
		char figure[512];
		if (strcmp(json_string_value(json_object_get(row, "verdict")), "same") == 0)
			continue;
		snprintf(figure, sizeof(figure), "%s %s", name,
		         json_string_value(json_object_get(row, "metric")));
		json_object_set_new(differs, figure, json_true());
		json_object_set_new(differs, name, json_true());
	}
	keep(doc, "rows", is_different, differs);
	keep(doc, "cases", is_different, differs);
	keep(doc, "unpaired", never, NULL);
	keep(doc, "missing", never, NULL);
	json_decref(differs);
}

/* Leaves out what was not asked for. Returns an exit status. */
static int choose(json_t *doc, const struct options *options)
{
	static const char *const arrays[] = {"rows", "unpaired", "missing", "cases"};
	for (size_t i = 0; options->pattern_count > 0 && i < sizeof(arrays) / sizeof(arrays[0]); i++)
		keep(doc, arrays[i], is_chosen, options);
	if (options->pattern_count > 0 && json_array_size(json_object_get(doc, "cases")) == 0)
		return bad_input("no case of the results fits '%s'", options->patterns[0]);
	const char *unknown = NULL;
	if (options->metric_count > 0)
		unknown = compare_keep_metrics(doc, options->metrics, options->metric_count);
	if (unknown)
		return unknown_metric(doc, unknown);
	if (options->only_different)
		keep_different(doc);
	return EXIT_DONE;
}

static int compare(const struct options *options)
{
	struct error error = {0};
	struct side *sides = sides_load(options->specs, options->spec_count, &error);
	if (!sides)
		return bad_input("%s", error.text);
	json_t *doc = compare_sides(sides, options->spec_count);
	int status = doc ? choose(doc, options) : bad_input("out of memory");
	if (status == EXIT_DONE) {
		print_document(doc, options);
		status = judge(doc, options);
	}
	if (fflush(stdout) != 0)
		status = bad_input("cannot write the comparison: %s", strerror(errno));
	json_decref(doc);
	sides_free(sides, options->spec_count);
	return status;
}

int command_compare(int argc, char **argv)
{
	struct options options = {.format = "text",
	                          .metrics = calloc((size_t)argc, sizeof(*options.metrics)),
	                          .patterns = calloc((size_t)argc, sizeof(*options.patterns))};
	int status = EXIT_BAD_INPUT;
	if (options.metrics && options.patterns && argp_parse(&argp, argc, argv, 0, NULL, &options) == 0)
		status = compare(&options);
	free(options.metrics);
	free(options.patterns);
	return status;
}
