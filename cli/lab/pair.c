/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench lab pair`: what a patch costs. */
#include <stdbool.h>
#include <string.h>

#include "bench/job_file.h"
#include "cli/lab/build.h"
#include "cli/lab/guest.h"
#include "cli/lab/lab.h"
#include "cli/lab/scripts.h"

enum { OPTION_SERIES = 640, OPTION_BOOTS, BOOTS_MAX = 1000 };

struct pair_request {
	struct lab_build build;
	const char *job, *out_folder;
	const char *boots;
	bool series;
	char **words;
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
		request->job = value;
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
	case ARGP_KEY_ARGS:
		request->words = state->argv + state->next;
		request->word_count = (size_t)(state->argc - state->next);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* What would else be found out only after the kernels are built. */
static void check(const struct pair_request *request)
{
	char path[PATH_MAX];
	struct error error;
	if (!*request->build.source)
		lab_refuse("lab pair: give --source DIR or --source debian:VERSION, such as debian:6.1");
	if (!request->build.patches.count)
		lab_refuse("lab pair: give --patch FILE: what differs between the two kernels");
	if (request->job && job_file_find(request->job, path, sizeof(path), &error) != 0)
		lab_refuse("%s", error.text);
	if (lab_boot_check(&lab_x86, &error) != 0)
		lab_refuse("%s", error.text);
	int err = lab_make_folder(request->out_folder);
	if (err)
		lab_refuse("cannot write into the output folder %s: %s", request->out_folder, strerror(-err));
}

int lab_pair(int argc, char **argv)
{
	static const struct argp_option options[] = {
	    {"job", 'c', "FILE", 0, "What to run, as -c of `hintbench run` (pair, where no case is named)",
	     0},
	    {"boots", OPTION_BOOTS, "N", 0, "Boots of each kernel, as --boots of `hintbench lab run` (6)", 0},
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
	    .args_doc = "[PATTERN…] [key=value…]",
	    .doc = "Builds a source without and with the patches, boots both kernels, runs the job on each, "
	           "compares, plots, and "
	           "writes one page.",
	    .children = children,
	};
	struct pair_request request = {.out_folder = "results/pair", .boots = "6"};
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	if (!request.job && !request.word_count)
		request.job = "pair";
	check(&request);
	lab_build_export(&request.build);
	lab_script_variable("LAB_JOB", request.job);
	lab_script_variable("LAB_OUT", request.out_folder);
	lab_script_variable("LAB_BOOTS", request.boots);
	lab_script_variable("LAB_SERIES", request.series ? "1" : NULL);
	arguments_add(&request.build.patches, "--");
	for (size_t i = 0; i < request.word_count; i++)
		arguments_add(&request.build.patches, "%s", request.words[i]);
	return lab_script_become("lab/pair.sh", &lab_x86, &request.build.patches);
}
