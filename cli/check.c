/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench check`: claims held against results, as KTAP version 1. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/cases.h"
#include "cli/command.h"
#include "cli/escape.h"
#include "lib/analysis/claim_judge.h"
#include "lib/analysis/claims.h"
#include "lib/analysis/metrics.h"
#include "lib/analysis/selection.h"
#include "lib/base/arena.h"

struct options {
	const char *claims, *claim;
	const char **words; /* that choose among the claims' cases; none: all */
	size_t word_count;
	bool verbose;
	char **specs; /* the base first */
	size_t spec_count;
};

enum { OPTION_CLAIMS = 256, OPTION_CLAIM };

static const struct argp_option option_table[] = {
    {"claims", OPTION_CLAIMS, "FILE", 0, "the claims: a path, or a name in configs/claims without its ending",
     0},
    {"claim", OPTION_CLAIM, "NAME", 0, "only this one of them", 0},
    {"case", 'C', "WORD", 0, "only the cases that fit, as for `hintbench list`; may be given again", 0},
    {"verbose", 'v', NULL, 0, "what each claim says and where it was made, also where it holds", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case OPTION_CLAIMS:
		options->claims = arg;
		return 0;
	case OPTION_CLAIM:
		options->claim = arg;
		return 0;
	case 'C':
		options->words[options->word_count++] = arg;
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
    .doc = "Holds claims about the kernel against results, and prints KTAP.\v"
           "A claim on one kernel is held against each result, a claim on two against the first result and "
           "each of the others. Several boots of one kernel are joined by commas. A claim with a case that "
           "should have been measured and was not is a SKIP. The exit status is 1 where a claim does not "
           "hold.",
};

/* A claim and those of its cases that were asked for. */
struct checked_claim {
	const struct claim *claim;
	const char **names;
	size_t name_count;
};

struct check {
	const struct options *options;
	struct arena *arena;
	struct claims all_claims;
	struct checked_claim *claims; /* those that have such cases */
	size_t claim_count;
	struct result_set *sets;
	struct case_list built;   /* the cases of this build */
	struct selectable *cases; /* those, then the ones that only a result has */
	size_t case_count;
	size_t line, passed, failed, skipped;
};

static bool results_have(const struct check *check, const char *metric)
{
	struct figure figure;
	for (size_t i = 0; i < check->options->spec_count; i++) {
		const struct result_set *set = &check->sets[i];
		for (size_t boot = 0; boot < set->boots; boot++)
			for (size_t c = 0; c < set->results[boot]->case_count; c++)
				if (figure_find(&set->results[boot]->cases[c], metric, &figure))
					return true;
	}
	return false;
}

static int check_metric(const struct check *check, const struct claim *claim, const char *metric)
{
	if (metric_find(metric) || results_have(check, metric))
		return EXIT_DONE;
	return bad_input("%s: [%s]: there is no metric '%s', and none of the results has it",
	                 check->all_claims.path, claim->name, metric);
}

/* Whether there can be such cases and figures at all. */
static int check_claim_input(const struct check *check, const struct claim *claim)
{
	struct error error;
	int status = EXIT_DONE;
	if (selection_check(check->cases, check->case_count, claim->words, claim->word_count, &error) != 0)
		return bad_input("%s: [%s]: %s", check->all_claims.path, claim->name, error.text);
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
	char *line = strdup(text);
	for (char *at = line; at && *at; at++)
		if (strchr("#\n\r", *at))
			*at = *at == '#' ? '_' : ' ';
	if (line)
		print_plain(line, stdout);
	free(line);
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
static void print_result(struct check *check, bool ok, const struct claim *claim,
                         const struct result_set *base, const struct result_set *new)
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
static void print_figures(const struct claim_finding *finding)
{
	printf(": %s in %zu %s", finding->figures, finding->measured, plural(finding->measured));
	if (finding->broken > 0)
		printf(", %zu of them against it", finding->broken);
	if (finding->skipped > 0)
		printf(", %zu skipped", finding->skipped);
	if (finding->unmeasured > 0)
		printf(", %zu not measured", finding->unmeasured);
}

static void print_skip(const struct claim_finding *finding)
{
	size_t asked = finding->measured + finding->skipped + finding->unmeasured;
	if (finding->measured > 0)
		print_figures(finding);
	fputs(" # SKIP ", stdout);
	if (finding->unmeasured > 0)
		printf("%zu of %zu %s not measured: ", finding->unmeasured, asked, plural(asked));
	else
		printf("all %zu %s skipped: ", asked, plural(asked));
	print_text(finding->unmeasured > 0 ? finding->gap : finding->skip);
}

static void print_diagnostics(const struct claim *claim, const struct claim_finding *finding)
{
	for (size_t i = 0; i < finding->breach_count; i++)
		print_diagnostic(claim->name, finding->breaches[i]);
	if (finding->state == CLAIM_UNDECIDED)
		return;
	if (finding->skipped > 0)
		print_diagnostic(claim->name, finding->skip);
	if (finding->unmeasured > 0)
		print_diagnostic(claim->name, finding->gap);
}

static void judge(struct check *check, const struct checked_claim *checked, const struct result_set *base,
                  const struct result_set *new)
{
	const struct claim *claim = checked->claim;
	struct claim_finding finding;
	struct arena *arena = arena_new();
	claim_judge(&claim->holds, checked->names, checked->name_count, base, new, arena, &finding);
	bool broken = finding.state == CLAIM_BROKEN;
	if (broken && !check->options->verbose)
		print_claim(claim);
	print_diagnostics(claim, &finding);
	print_result(check, !broken, claim, base, new);
	if (finding.state == CLAIM_UNDECIDED)
		print_skip(&finding);
	else
		print_figures(&finding);
	putchar('\n');
	check->passed += finding.state == CLAIM_HOLDS;
	check->failed += broken;
	check->skipped += finding.state == CLAIM_UNDECIDED;
	arena_free(arena);
}

static void check_claim(struct check *check, const struct checked_claim *checked)
{
	size_t sets = check->options->spec_count;
	bool two = checked->claim->holds.two_kernels;
	if (check->options->verbose)
		print_claim(checked->claim);
	if (two && sets == 1) {
		print_result(check, true, checked->claim, &check->sets[0], NULL);
		puts(" # SKIP speaks of two kernels: give the results of a base and of a new one");
		check->skipped++;
		return;
	}
	for (size_t i = two ? 1 : 0; i < sets; i++)
		judge(check, checked, two ? &check->sets[0] : &check->sets[i], two ? &check->sets[i] : NULL);
}

/* The version and the plan, then what each kernel's name stands for. */
static void print_head(const struct check *check)
{
	size_t plan = 0, sets = check->options->spec_count;
	for (size_t i = 0; i < check->claim_count; i++)
		plan += check->claims[i].claim->holds.two_kernels && sets > 1 ? sets - 1
		        : check->claims[i].claim->holds.two_kernels           ? 1
		                                                              : sets;
	printf("KTAP version 1\n1..%zu\n", plan);
	for (size_t i = 0; i < sets; i++) {
		const struct result_set *set = &check->sets[i];
		print_diagnostic(set->label, arena_print(check->arena, "Linux %s, %s",
		                                         result_set_context(set)->kernel.release, set->spec));
		for (size_t boot = 0; boot < set->boots; boot++)
			if (!set->results[boot]->complete)
				print_diagnostic(set->results[boot]->path, "its run ended early");
	}
}

/* The claims that speak of a case that was asked for, and those cases. */
static void choose_claims(struct check *check)
{
	const struct options *options = check->options;
	check->claims = arena_alloc(check->arena, check->all_claims.count * sizeof(*check->claims));
	for (size_t i = 0; i < check->all_claims.count; i++) {
		struct checked_claim *checked = &check->claims[check->claim_count];
		*checked = (struct checked_claim){.claim = &check->all_claims.items[i]};
		checked->names = arena_alloc(check->arena, check->case_count * sizeof(*checked->names));
		for (size_t c = 0; c < check->case_count; c++)
			if (claim_speaks_of(checked->claim, &check->cases[c]) &&
			    selection_fits(&check->cases[c], options->words, options->word_count))
				checked->names[checked->name_count++] = check->cases[c].name;
		check->claim_count += checked->name_count > 0;
	}
}

static int check_input(const struct check *check)
{
	const struct options *options = check->options;
	struct error error;
	int status = EXIT_DONE;
	for (size_t i = 0; status == EXIT_DONE && i < check->all_claims.count; i++)
		status = check_claim_input(check, &check->all_claims.items[i]);
	if (status == EXIT_DONE && selection_check(check->cases, check->case_count, options->words,
	                                           options->word_count, &error) != 0)
		status = bad_input("%s", error.text);
	return status;
}

static int check_all(struct check *check)
{
	int status = check_input(check);
	if (status != EXIT_DONE)
		return status;
	choose_claims(check);
	if (check->claim_count == 0)
		return bad_input("%s: no claim speaks of such a case", check->all_claims.path);
	print_head(check);
	for (size_t i = 0; i < check->claim_count; i++)
		check_claim(check, &check->claims[i]);
	printf("# Totals: pass:%zu fail:%zu skip:%zu\n", check->passed, check->failed, check->skipped);
	if (check->passed + check->failed == 0)
		fprintf(stderr, "hintbench: the results could show none of the claims, true or false\n");
	return check->failed > 0 ? EXIT_CHECK_FAILED : EXIT_DONE;
}

static bool is_built(const struct case_list *built, const char *name)
{
	for (size_t i = 0; i < built->count; i++)
		if (strcmp(built->items[i].name, name) == 0)
			return true;
	return false;
}

static const struct record *any_record(const struct check *check, const char *name)
{
	const struct record *record = NULL;
	for (size_t i = 0; !record && i < check->options->spec_count; i++)
		record = result_set_best_record(&check->sets[i], name);
	return record;
}

static void gather_cases(struct check *check)
{
	size_t measured_count;
	const char **measured =
	    result_sets_case_names(check->sets, check->options->spec_count, &measured_count);
	check->cases =
	    arena_alloc(check->arena, (check->built.count + measured_count) * sizeof(*check->cases));
	for (size_t i = 0; i < check->built.count; i++)
		check->cases[check->case_count++] = check->built.selectables[i];
	for (size_t i = 0; i < measured_count; i++)
		if (!is_built(&check->built, measured[i]))
			check->cases[check->case_count++] = selectable_of(any_record(check, measured[i]));
	free(measured);
}

/* Returns 0, or -errno with `error`. */
static int load(struct check *check, struct error *error)
{
	const struct options *options = check->options;
	int err = claims_load(&check->all_claims, options->claims, error);
	if (!err && options->claim)
		err = claims_keep(&check->all_claims, options->claim, error);
	if (err)
		return err;
	check->sets = result_sets_load(options->specs, options->spec_count, error);
	if (!check->sets)
		return -EINVAL;
	err = cases_all(&check->built);
	return err ? error_set(error, -err, "no memory for the list of cases") : 0;
}

static int check_results(const struct options *options)
{
	struct check check = {.options = options, .arena = arena_new()};
	struct error error;
	int status = EXIT_BAD_INPUT;
	if (load(&check, &error) != 0) {
		bad_input("%s", error.text);
	} else {
		gather_cases(&check);
		status = check_all(&check);
	}
	if (fflush(stdout) != 0)
		status = bad_input("cannot write what was checked: %s", strerror(errno));
	if (check.sets)
		result_sets_free(check.sets, options->spec_count);
	cases_free(&check.built);
	claims_free(&check.all_claims);
	arena_free(check.arena);
	return status;
}

int command_check(int argc, char **argv)
{
	struct options options = {.words = calloc((size_t)argc, sizeof(*options.words))};
	int status = EXIT_BAD_INPUT;
	if (options.words && argp_parse(&argp, argc, argv, 0, NULL, &options) == 0)
		status = check_results(&options);
	free(options.words);
	return status;
}
