/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "bench/cases.h"
#include "bench/runner.h"
#include "cli/command.h"
#include "cli/events.h"
#include "lib/analysis/claims.h"

struct list_options {
	bool json, names_only, events;
	const char *pattern; /* with `events`, the name of a set */
	const char *claims_file, *claim;
	struct claims claims; /* of claims_file */
};

enum { OPTION_NAMES = 256, OPTION_CLAIMS, OPTION_CLAIM };

static const struct argp_option argp_options[] = {
    {"json", 'j', NULL, 0, "as JSON", 0},
    {"events", 'e', NULL, 0, "the event sets instead, or the one named, and what of each can be counted here",
     0},
    {"names", OPTION_NAMES, NULL, 0, "only the names", 0},
    {"claims", OPTION_CLAIMS, "FILE", 0, "only the cases that these claims speak of", 0},
    {"claim", OPTION_CLAIM, "NAME", 0, "only the cases of this one claim in the FILE of --claims", 0},
    {0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct list_options *options = state->input;
	if (key == 'j') {
		options->json = true;
	} else if (key == 'e') {
		options->events = true;
	} else if (key == OPTION_NAMES) {
		options->names_only = true;
	} else if (key == OPTION_CLAIMS) {
		options->claims_file = arg;
	} else if (key == OPTION_CLAIM) {
		options->claim = arg;
	} else if (key == ARGP_KEY_END) {
		if (options->claim && !options->claims_file)
			argp_error(state, "--claim needs --claims FILE");
	} else if (key == ARGP_KEY_ARG) {
		if (options->pattern)
			argp_error(state, "one PATTERN is enough");
		options->pattern = arg;
	} else {
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
    .options = argp_options,
    .parser = parse_option,
    .args_doc = "[PATTERN]\n--events [SET]",
    .doc = "Lists the cases that there are, and whether each can run here.",
};

static json_t *case_json(const struct bench_case *c, bool available, const char *reason)
{
	const struct page_kind *page = case_row(c, &axis_page);
	json_t *params = json_object();
	for (size_t i = 0; c->family->axes[i]; i++)
		json_object_set_new(params, c->family->axes[i]->key,
		                    json_string(case_value(c, c->family->axes[i]->key)));
	json_t *entry =
	    json_pack("{s:s, s:s, s:o, s:s, s:I, s:b}", "name", c->name, "family", c->family->name, "params",
	              params, "unit", page->unit, "units", (json_int_t)page->units, "available", available);
	if (!available)
		json_object_set_new(entry, "reason", json_string(reason));
	return entry;
}

static void print_case(const struct bench_case *c, bool available, const char *reason)
{
	static const struct family *last;
	if (c->family != last)
		printf("%s# %s: %s\n", last ? "\n" : "", c->family->name, c->family->what);
	last = c->family;
	printf("%s%s%s\n", c->name, available ? "" : "  # can't run here: ", available ? "" : reason);
}

static bool claims_speak_of(const struct claims *claims, const char *name)
{
	for (size_t i = 0; i < claims->count; i++) {
		for (size_t p = 0; p < claims->items[i].pattern_count; p++)
			if (case_fits(name, claims->items[i].patterns[p]))
				return true;
	}
	return false;
}

/* Whether it was asked for. */
static bool is_listed(const struct list_options *options, const char *name)
{
	if (options->pattern && !case_fits(name, options->pattern))
		return false;
	return !options->claims_file || claims_speak_of(&options->claims, name);
}

static int list(const struct list_options *options, const struct case_list *all, const struct runner *runner)
{
	json_t *cases = json_array();
	for (size_t i = 0; i < all->count; i++) {
		const struct bench_case *c = &all->items[i];
		struct error error = {""};
		if (!is_listed(options, c->name))
			continue;
		if (options->names_only) {
			puts(c->name);
			continue;
		}
		bool available = runner_available(runner, c, &error) == 0;
		if (options->json)
			json_array_append_new(cases, case_json(c, available, error.text));
		else
			print_case(c, available, error.text);
	}
	if (options->json) {
		json_dumpf(cases, stdout, JSON_INDENT(1));
		putchar('\n');
	}
	json_decref(cases);
	return EXIT_DONE;
}

/* What the options name must be there. Returns 0, or -errno with `error`. */
static int load(struct list_options *options, const struct case_list *all, struct error *error)
{
	int err = options->pattern ? cases_check_pattern(all, options->pattern, error) : 0;
	if (!err && options->claims_file)
		err = claims_load(&options->claims, options->claims_file, error);
	if (!err && options->claim)
		err = claims_keep(&options->claims, options->claim, error);
	return err;
}

int command_list(int argc, char **argv)
{
	struct list_options options = {0};
	struct case_list all;
	struct runner runner;
	struct error error;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	if (options.events)
		return cli_events_list(options.pattern, options.json);
	if (cases_all(&all) != 0)
		return bad_input("no memory for the list of cases");
	int status = EXIT_BAD_INPUT;
	if (load(&options, &all, &error) != 0 || runner_open(&runner, &error) != 0) {
		bad_input("%s", error.text);
	} else {
		status = list(&options, &all, &runner);
		runner_close(&runner);
	}
	claims_free(&options.claims);
	cases_free(&all);
	return status;
}
