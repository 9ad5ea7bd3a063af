/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench lab pair`: what a patch costs. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench/plan.h"
#include "cli/lab/build.h"
#include "cli/lab/guest.h"
#include "cli/lab/lab.h"
#include "cli/lab/scripts.h"

enum { OPTION_SERIES = 640, OPTION_BOOTS, BOOTS_MAX = 1000 };

struct pair_request {
	struct lab_build build;
	const char *config, *out_folder; /* the job file, NULL: none; and where the results go */
	const char *boots;               /* of each kernel */
	bool series;
	char **words; /* that choose cases */
	size_t word_count;
};

static error_t parse_pair(int key, char *value, struct argp_state *state)
{
	struct pair_request *request = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = state->child_inputs[1] = &request->build;
		return 0;
	case 'c':
		request->config = value;
		return 0;
	case 'o':
		request->out_folder = value;
		return 0;
	case OPTION_BOOTS:
		lab_parse_number(value, BOOTS_MAX, "boots");
		request->boots = value;
		return 0;
	case OPTION_SERIES:
		request->series = true;
		return 0;
	case 'C':
	case ARGP_KEY_ARG:
		request->words[request->word_count++] = value;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* Whether there is something to run. */
static void check_cases(const struct pair_request *request)
{
	struct case_list all;
	struct job_file config = {0};
	struct plan plan;
	struct error error;
	if (cases_all(&all) != 0)
		lab_refuse("no memory for the list of cases");
	if ((request->config && job_file_load(&config, request->config, &error) != 0) ||
	    plan_make(&plan, &all, request->words, request->word_count, request->config ? &config : NULL,
	              &error) != 0)
		lab_refuse("%s", error.text);
	plan_free(&plan);
	job_file_free(&config);
	cases_free(&all);
}

/* What would else be found out only after the kernels are built. */
static void check(const struct pair_request *request)
{
	struct error error;
	if (!*request->build.source)
		lab_refuse("lab pair: give --source DIR or --source debian:VERSION, such as debian:6.1");
	if (!request->build.patches.count)
		lab_refuse("lab pair: give --patch FILE: what differs between the two kernels");
	check_cases(request);
	if (lab_boot_check(&lab_x86, &error) != 0)
		lab_refuse("%s", error.text);
	int err = lab_make_folder(request->out_folder);
	if (err)
		lab_refuse("cannot write into the output folder %s: %s", request->out_folder, strerror(-err));
}

int lab_pair(int argc, char **argv)
{
	static const struct argp_option options[] = {
	    {"config", 'c', "FILE", 0, "What to run, as for `hintbench run` (pair, where no case is named)",
	     0},
	    {"case", 'C', "WORD", 0, "A WORD, as an option", 0},
	    {"boots", OPTION_BOOTS, "N", 0, "Boots of each kernel, as --boots of `hintbench lab run` (8)", 0},
	    {"series", OPTION_SERIES, NULL, 0, "Make a kernel of each patch, on top of those before it", 0},
	    {"output", 'o', "DIR", 0, "The folder for results, tables and the page (results/pair)", 0},
	    {0},
	};
	static const struct argp_child children[] = {{&lab_patches_argp, 0, NULL, 0},
	                                             {&lab_config_argp, 0, NULL, 0},
	                                             {&lab_mirror_argp, 0, NULL, 0},
	                                             {0}};
	static const struct argp argp = {
	    .options = options,
	    .parser = parse_pair,
	    .args_doc = "[WORD…]",
	    .doc = "Builds a source without and with the patches, boots both kernels, runs the job on each, "
	           "compares, plots, and writes one page."
	           "\vA WORD chooses cases, as for `hintbench run`.",
	    .children = children,
	};
	struct pair_request request = {
	    .out_folder = "results/pair",
	    .boots = "8",
	    .words = calloc((size_t)argc, sizeof(*request.words)),
	};
	if (!request.words)
		lab_refuse("no memory");
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	if (!request.config && !request.word_count)
		request.config = "pair";
	check(&request);
	lab_build_export(&request.build);
	lab_script_variable("LAB_JOB", request.config);
	lab_script_variable("LAB_OUT", request.out_folder);
	lab_script_variable("LAB_BOOTS", request.boots);
	lab_script_variable("LAB_SERIES", request.series ? "1" : NULL);
	arguments_add(&request.build.patches, "--");
	for (size_t i = 0; i < request.word_count; i++)
		arguments_add(&request.build.patches, "%s", request.words[i]);
	return lab_script_become("lab/pair.sh", &lab_x86, &request.build.patches);
}
