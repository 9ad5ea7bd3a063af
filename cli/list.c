/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "bench/cases.h"
#include "bench/runner.h"
#include "cli/command.h"
#include "cli/escape.h"
#include "cli/events.h"
#include "cli/list_json.h"
#include "cli/table.h"
#include "lib/analysis/claims.h"
#include "lib/analysis/selection.h"
#include "lib/base/arena.h"

#define WORDS_MAX 256

struct list_options {
	bool json, names_only, events, metrics;
	const char *words[WORDS_MAX]; /* with `events`, names of sets */
	size_t word_count;
	const char *claims_file, *claim;
	struct claims claims; /* of claims_file */
};

enum { OPTION_NAMES = 256, OPTION_CLAIMS, OPTION_CLAIM, OPTION_JSON, OPTION_METRICS };

static const struct argp_option argp_options[] = {
    {"case", 'C', "WORD", 0, "a WORD, as an option", 0},
    {"json", OPTION_JSON, NULL, 0, "as JSON", 0},
    {"events", 'e', NULL, 0, "the event sets instead, or those named, and what of each can be counted here",
     0},
    {"metrics", OPTION_METRICS, NULL, 0, "the metrics instead, and what each means", 0},
    {"names", OPTION_NAMES, NULL, 0, "only the names", 0},
    {"claims", OPTION_CLAIMS, "FILE", 0, "only the cases that these claims speak of", 0},
    {"claim", OPTION_CLAIM, "NAME", 0, "only the cases of this one claim in the FILE of --claims", 0},
    {0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct list_options *options = state->input;
	if (key == OPTION_JSON) {
		options->json = true;
	} else if (key == 'e') {
		options->events = true;
	} else if (key == OPTION_METRICS) {
		options->metrics = true;
	} else if (key == OPTION_NAMES) {
		options->names_only = true;
	} else if (key == OPTION_CLAIMS) {
		options->claims_file = arg;
	} else if (key == OPTION_CLAIM) {
		options->claim = arg;
	} else if (key == ARGP_KEY_END) {
		if (options->claim && !options->claims_file)
			argp_error(state, "--claim needs --claims FILE");
		if (options->metrics && options->word_count)
			argp_error(state, "--metrics lists all metrics, and takes no WORD");
	} else if (key == 'C' || key == ARGP_KEY_ARG) {
		if (options->word_count == WORDS_MAX)
			argp_error(state, "more than %d words", WORDS_MAX);
		options->words[options->word_count++] = arg;
	} else {
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
    .options = argp_options,
    .parser = parse_option,
    .args_doc = "[WORD…]\n--events [SET…]\n--metrics",
    .doc =
        "Lists the cases that there are, and whether each can run here.\vA WORD is the beginning of a case's "
        "name, a glob over it, a whole name with a $ behind it, or key=value[,value…].",
};

static void print_case(const struct listed_case *listed)
{
	static const struct family *last;
	const struct family *family = listed->c->family;
	if (family != last)
		printf("%s# %s: %s\n", last ? "\n" : "", family->name, family->what);
	last = family;
	print_line(stdout, "%s%s%s", listed->c->name, listed->reason ? "  # can't run here: " : "",
	           listed->reason ? listed->reason : "");
}

static bool any_speaks_of(const struct claims *claims, const struct selectable *c)
{
	for (size_t i = 0; i < claims->count; i++)
		if (claim_speaks_of(&claims->items[i], c))
			return true;
	return false;
}

/* Whether it was asked for. */
static bool is_listed(const struct list_options *options, const struct selectable *c)
{
	return selection_fits(c, options->words, options->word_count) &&
	       (!options->claims_file || any_speaks_of(&options->claims, c));
}

/* Returns an exit status. */
static int list(const struct list_options *options, const struct case_list *all, const struct runner *runner)
{
	struct arena *arena = arena_new();
	struct listed_case *listed = arena_alloc(arena, all->count * sizeof(*listed));
	size_t count = 0;
	bool names = options->names_only && !options->json;
	for (size_t i = 0; i < all->count; i++) {
		const struct bench_case *c = &all->items[i];
		struct error error = {""};
		if (!is_listed(options, &all->selectables[i]))
			continue;
		bool available = names || runner_available(runner, c, &error) == 0;
		listed[count++] = (struct listed_case){c, available ? NULL : arena_copy(arena, error.text)};
	}
	if (options->json && count)
		list_json_cases(listed, count);
	for (size_t i = 0; !options->json && i < count; i++) {
		if (names)
			puts(listed[i].c->name);
		else
			print_case(&listed[i]);
	}
	arena_free(arena);
	return count ? EXIT_DONE : bad_input("no case fits all of what was asked for");
}

const char *list_better(enum metric_better better)
{
	return better == BETTER_LESS ? "less" : better == BETTER_MORE ? "more" : "neither";
}

static void list_metrics(void)
{
	struct table table = {.columns = 4, .align = "llll"};
	table_cell(&table, "metric");
	table_cell(&table, "kind");
	table_cell(&table, "better");
	table_cell(&table, "what it is");
	for (const struct metric *metric = metrics; metric->name; metric++) {
		table_cell(&table, "%s", metric->name);
		table_cell(&table, "%s", metric_kind_name(metric->kind));
		table_cell(&table, "%s", list_better(metric->better));
		table_cell(&table, "%s", metric->what);
	}
	table_print(&table, false, stdout);
}

/* What the options name must be there. Returns 0, or -errno with `error`. */
static int load(struct list_options *options, const struct case_list *all, struct error *error)
{
	int err = selection_check(all->selectables, all->count, options->words, options->word_count, error);
	if (!err && options->claims_file)
		err = claims_load(&options->claims, options->claims_file, error);
	if (!err && options->claim)
		err = claims_keep(&options->claims, options->claim, error);
	return err;
}

static int list_cases(struct list_options *options)
{
	struct case_list all;
	struct runner runner;
	struct error error;
	int status = EXIT_BAD_INPUT;
	if (cases_all(&all) != 0)
		return bad_input("no memory for the list of cases");
	if (load(options, &all, &error) != 0 || runner_open(&runner, &error) != 0) {
		bad_input("%s", error.text);
	} else {
		status = list(options, &all, &runner);
		runner_close(&runner);
	}
	claims_free(&options->claims);
	cases_free(&all);
	return status;
}

int command_list(int argc, char **argv)
{
	struct list_options options = {0};
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	if (options.events)
		return cli_events_list(options.words, options.word_count, options.json);
	if (!options.metrics)
		return list_cases(&options);
	if (options.json)
		list_json_metrics();
	else
		list_metrics();
	return EXIT_DONE;
}
