/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench lab bisect-step`: one step of `git bisect run`. */
#include "cli/lab/build.h"
#include "cli/lab/guest.h"
#include "cli/lab/lab.h"
#include "cli/lab/scripts.h"

enum {
	OPTION_TREE = 640,
	OPTION_CLAIM,
	OPTION_CLAIMS,
	STATUS_STOP = 128, /* git stops the bisection; every smaller one but 125 it takes for a finding */
};

struct bisect_request {
	struct lab_build build;
	const char *claim, *claims, *out_folder;
};

static error_t parse_bisect(int key, char *value, struct argp_state *state)
{
	struct bisect_request *request = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &request->build;
		return 0;
	case OPTION_TREE:
		lab_build_source(&request->build, value);
		return 0;
	case OPTION_CLAIM:
		request->claim = value;
		return 0;
	case OPTION_CLAIMS:
		request->claims = value;
		return 0;
	case 'o':
		request->out_folder = value;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

int lab_bisect_step(int argc, char **argv)
{
	static const struct argp_option options[] = {
	    {"tree", OPTION_TREE, "DIR", 0, "The checkout that git bisects", 0},
	    {"claim", OPTION_CLAIM, "NAME", 0, "The claim that tells good from bad", 0},
	    {"claims", OPTION_CLAIMS, "FILE", 0,
	     "The file that it is in, as for `hintbench check` (writable)", 0},
	    {"output", 'o', "DIR", 0, "Keep the result and the console in this folder", 0},
	    {0},
	};
	static const struct argp_child children[] = {
	    {&lab_config_argp, 0, NULL, 0}, {&lab_mirror_argp, 0, NULL, 0}, {0}};
	static const struct argp argp = {
	    .options = options,
	    .parser = parse_bisect,
	    .doc = "One step of `git bisect run`: builds the tree's checkout, boots it, and measures the "
	           "cases of the claim."
	           "\vExit status: 0 where the claim holds, 1 where it does not, 125 where the commit can't "
	           "be built or booted or the claim not decided, 128 and more where the bisection has to "
	           "stop.",
	    .children = children,
	};
	struct bisect_request request = {.claims = "writable"};
	struct error error;
	argp_err_exit_status = STATUS_STOP;
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	if (!*request.build.source || !request.claim)
		lab_refuse("lab bisect-step: give --tree DIR and --claim NAME");
	if (lab_boot_check(&lab_x86, &error) != 0)
		lab_refuse("%s", error.text);
	lab_build_export(&request.build);
	lab_script_variable("LAB_CLAIM", request.claim);
	lab_script_variable("LAB_CLAIMS", request.claims);
	lab_script_variable("LAB_OUT", request.out_folder);
	return lab_script_become("lab/bisect.sh", &lab_x86, &(struct arguments){0});
}
