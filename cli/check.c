/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench check`: claims held against results, as KTAP version 1. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/cases.h"
#include "cli/command.h"
#include "lib/analysis/claim_judge.h"
#include "lib/analysis/claims.h"
#include "lib/analysis/metric.h"

struct options {
	const char *claims, *claim;
	bool verbose;
	char **specs; /* the base first */
	size_t spec_count;
};

enum { OPTION_CLAIM = 256 };

static const struct argp_option option_table[] = {
    {"claims", 'c', "FILE", 0, "the claims: a path, or a name in configs/claims without its ending", 0},
    {"claim", OPTION_CLAIM, "NAME", 0, "only this one of them", 0},
    {"verbose", 'v', NULL, 0, "what each claim says and where it was made, also where it holds", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'c':
		options->claims = arg;
		return 0;
	case OPTION_CLAIM:
		options->claim = arg;
		return 0;
	case 'v':
		options->verbose = true;
		return 0;
	case ARGP_KEY_ARGS:
		options->specs = state->argv + state->next;
		options->spec_count = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_END:
		if (!options->claims)
			argp_error(state, "needs --claims FILE");
		if (options->spec_count == 0)
			argp_error(state, "needs a result to hold the claims against");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "RESULT.json...",
    .doc = "Hold claims about the kernel against results, and print KTAP.\v"
           "A claim on one kernel is held against each result, a claim on two against the first result and "
           "each of the others. Several boots of one kernel are joined by commas. A claim with a case that "
           "should have been measured and was not is a SKIP. The exit status is 1 where a claim does not "
           "hold.",
};

struct check {
	const struct options *options;
	struct claims claims;
	struct side *sides;
	json_t *names; /* of all cases, of this build and of the results */
	size_t line, passed, failed, skipped;
};

/* The cases that the claim speaks of. A new reference. */
static json_t *claim_names(const struct claim *claim, const json_t *all)
{
	json_t *names = json_array(), *name;
	size_t index;
	json_array_foreach (all, index, name) {
		bool fits = false;
		for (size_t p = 0; p < claim->pattern_count && !fits; p++)
			fits = case_fits(json_string_value(name), claim->patterns[p]);
		if (fits)
			json_array_append(names, name);
	}
	return names;
}

static bool fits_any(const char *pattern, const json_t *names)
{
	size_t index;
	json_t *name;
	json_array_foreach (names, index, name)
		if (case_fits(json_string_value(name), pattern))
			return true;
	return false;
}

static bool results_have(const struct check *check, const char *metric)
{
	for (size_t i = 0; i < check->options->spec_count; i++) {
		for (size_t boot = 0; boot < check->sides[i].boots; boot++) {
			const char *name;
			json_t *record;
			json_object_foreach (check->sides[i].records[boot], name, record)
				if (metric_value(record, metric))
					return true;
		}
	}
	return false;
}

static int check_metric(const struct check *check, const struct claim *claim, const char *metric)
{
	if (metric_is_known(metric) || results_have(check, metric))
		return EXIT_DONE;
	return bad_input("%s: [%s]: there is no metric '%s', and none of the results has it",
	                 check->claims.path, claim->name, metric);
}

/* Whether there can be such cases and figures at all. */
static int check_claim_input(const struct check *check, const struct claim *claim)
{
	int status = EXIT_DONE;
	for (size_t p = 0; p < claim->pattern_count; p++)
		if (!fits_any(claim->patterns[p], check->names))
			return bad_input("%s: [%s]: no case fits '%s'; `hintbench list` shows those that "
			                 "there are",
			                 check->claims.path, claim->name, claim->patterns[p]);
	for (size_t i = 0; status == EXIT_DONE && i < claim->holds.term_count; i++) {
		const struct claim_term *term = &claim->holds.terms[i];
		status = check_metric(check, claim, term->left.metric);
		if (status == EXIT_DONE && !term->has_number)
			status = check_metric(check, claim, term->right.metric);
	}
	return status;
}

/* Text of a test line or a diagnostic: a # would begin a directive, a line's end another line. */
static void print_text(const char *text)
{
	for (; *text; text++)
		putchar(*text == '#' ? '_' : *text == '\n' || *text == '\r' ? ' ' : *text);
}

static void print_diagnostic(const char *about, const char *text)
{
	fputs("# ", stdout);
	print_text(about);
	fputs(": ", stdout);
	print_text(text);
	putchar('\n');
}

static void print_claim(const struct claim *claim)
{
	print_diagnostic(claim->name, claim->says);
	print_diagnostic(claim->name, claim->where);
}

/* Starts a test line; the caller ends it. */
static void print_result(struct check *check, bool ok, const struct claim *claim, const struct side *base,
                         const struct side *new)
{
	printf("%s %zu - %s on ", ok ? "ok" : "not ok", ++check->line, claim->name);
	print_text(base->label);
	if (new) {
		fputs(" and ", stdout);
		print_text(new->label);
	}
}

static const char *plural(size_t count)
{
	return count == 1 ? "case" : "cases";
}

/* The measured figures, and what is not in them. */
static void print_figures(const struct claim_finding *verdict)
{
	printf(": %s in %zu %s", verdict->figures, verdict->measured, plural(verdict->measured));
	if (verdict->broken > 0)
		printf(", %zu of them against it", verdict->broken);
	if (verdict->skipped > 0)
		printf(", %zu skipped", verdict->skipped);
	if (verdict->unmeasured > 0)
		printf(", %zu not measured", verdict->unmeasured);
}

static void print_skip(const struct claim_finding *verdict)
{
	size_t asked = verdict->measured + verdict->skipped + verdict->unmeasured;
	if (verdict->measured > 0)
		print_figures(verdict);
	fputs(" # SKIP ", stdout);
	if (verdict->unmeasured > 0)
		printf("%zu of %zu %s not measured: ", verdict->unmeasured, asked, plural(asked));
	else
		printf("all %zu %s skipped: ", asked, plural(asked));
	print_text(verdict->unmeasured > 0 ? verdict->gap.text : verdict->skip.text);
}

static void print_diagnostics(const struct claim *claim, const struct claim_finding *verdict)
{
	size_t index;
	json_t *breach;
	json_array_foreach (verdict->breaches, index, breach)
		print_diagnostic(claim->name, json_string_value(breach));
	if (verdict->state == CLAIM_UNDECIDED)
		return;
	if (verdict->skipped > 0)
		print_diagnostic(claim->name, verdict->skip.text);
	if (verdict->unmeasured > 0)
		print_diagnostic(claim->name, verdict->gap.text);
}

static int judge(struct check *check, const struct claim *claim, const json_t *names, const struct side *base,
                 const struct side *new)
{
	struct claim_finding verdict;
	if (claim_judge(&claim->holds, names, base, new, &verdict) != 0)
		return bad_input("out of memory");
	bool broken = verdict.state == CLAIM_BROKEN;
	if (broken && !check->options->verbose)
		print_claim(claim);
	print_diagnostics(claim, &verdict);
	print_result(check, !broken, claim, base, new);
	if (verdict.state == CLAIM_UNDECIDED)
		print_skip(&verdict);
	else
		print_figures(&verdict);
	putchar('\n');
	check->passed += verdict.state == CLAIM_HOLDS;
	check->failed += broken;
	check->skipped += verdict.state == CLAIM_UNDECIDED;
	claim_finding_free(&verdict);
	return EXIT_DONE;
}

static int check_claim(struct check *check, const struct claim *claim)
{
	size_t sides = check->options->spec_count;
	bool two = claim->holds.two_kernels;
	int status = EXIT_DONE;
	if (check->options->verbose)
		print_claim(claim);
	if (two && sides == 1) {
		print_result(check, true, claim, &check->sides[0], NULL);
		puts(" # SKIP speaks of two kernels: give the results of a base and of a new one");
		check->skipped++;
		return EXIT_DONE;
	}
	json_t *names = claim_names(claim, check->names);
	for (size_t i = two ? 1 : 0; status == EXIT_DONE && i < sides; i++)
		status = two ? judge(check, claim, names, &check->sides[0], &check->sides[i])
		             : judge(check, claim, names, &check->sides[i], NULL);
	json_decref(names);
	return status;
}

static const char *kernel_text(const struct side *side, const char *key)
{
	json_t *kernel = json_object_get(side_context(side), "kernel");
	const char *text = json_string_value(json_object_get(kernel, key));
	return text ? text : "unknown";
}

/* The version and the plan, then what each kernel's name stands for. */
static void print_head(const struct check *check)
{
	size_t plan = 0, sides = check->options->spec_count;
	for (size_t i = 0; i < check->claims.count; i++)
		plan += check->claims.items[i].holds.two_kernels && sides > 1 ? sides - 1
		        : check->claims.items[i].holds.two_kernels            ? 1
		                                                              : sides;
	printf("KTAP version 1\n1..%zu\n", plan);
	for (size_t i = 0; i < sides; i++) {
		const struct side *side = &check->sides[i];
		char text[1024];
		snprintf(text, sizeof(text), "Linux %s, %s", kernel_text(side, "release"), side->spec);
		print_diagnostic(side->label, text);
		for (size_t boot = 0; boot < side->boots; boot++)
			if (json_is_false(json_object_get(side->results[boot], "complete")))
				print_diagnostic(side->paths[boot], "its run ended early");
	}
}

static int check_all(struct check *check)
{
	int status = EXIT_DONE;
	for (size_t i = 0; status == EXIT_DONE && i < check->claims.count; i++)
		status = check_claim_input(check, &check->claims.items[i]);
	if (status != EXIT_DONE)
		return status;
	print_head(check);
	for (size_t i = 0; status == EXIT_DONE && i < check->claims.count; i++)
		status = check_claim(check, &check->claims.items[i]);
	if (status != EXIT_DONE)
		return status;
	printf("# Totals: pass:%zu fail:%zu skip:%zu\n", check->passed, check->failed, check->skipped);
	if (check->passed + check->failed == 0)
		fprintf(stderr, "hintbench: the results could show none of the claims, true or false\n");
	return check->failed > 0 ? EXIT_CHECK_FAILED : EXIT_DONE;
}

/* This build's cases, then those that only a result has. A new reference, or NULL. */
static json_t *all_names(const struct side *sides, size_t count)
{
	struct case_list all;
	if (cases_all(&all) != 0)
		return NULL;
	json_t *seen = json_object(), *names = json_array(), *name;
	json_t *measured = sides_case_names(sides, count);
	size_t index;
	for (size_t i = 0; i < all.count; i++) {
		json_object_set_new(seen, all.items[i].name, json_true());
		json_array_append_new(names, json_string(all.items[i].name));
	}
	json_array_foreach (measured, index, name)
		if (!json_object_get(seen, json_string_value(name)))
			json_array_append(names, name);
	json_decref(measured);
	json_decref(seen);
	cases_free(&all);
	return names;
}

static int check_results(const struct options *options)
{
	struct check check = {.options = options};
	struct error error = {""};
	if (claims_load(&check.claims, options->claims, &error) != 0)
		return bad_input("%s", error.text);
	if (options->claim && claims_keep(&check.claims, options->claim, &error) != 0) {
		claims_free(&check.claims);
		return bad_input("%s", error.text);
	}
	int status = EXIT_BAD_INPUT;
	check.sides = sides_load(options->specs, options->spec_count, &error);
	if (!check.sides) {
		bad_input("%s", error.text);
	} else {
		check.names = all_names(check.sides, options->spec_count);
		status = check.names ? check_all(&check) : bad_input("out of memory");
		sides_free(check.sides, options->spec_count);
	}
	if (fflush(stdout) != 0)
		status = bad_input("cannot write what was checked: %s", strerror(errno));
	json_decref(check.names);
	claims_free(&check.claims);
	return status;
}

int command_check(int argc, char **argv)
{
	struct options options = {0};
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		return EXIT_BAD_INPUT;
	return check_results(&options);
}
