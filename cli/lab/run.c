/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench lab run`: measures in guests. */
#include "cli/command.h"
#include "cli/lab/guest.h"
#include "cli/lab/lab.h"

enum { OPTION_NO_MODULES = 512 };

static const struct argp_option run_options[] = {
    {"config", 'c', "FILE", 0, "What to run, as for `hintbench run`", 0},
    {"events", 'e', "SET", 0, "Count the events of this set as well, as for `hintbench run`", 0},
    {"no-modules", OPTION_NO_MODULES, NULL, 0,
     "Boot without modules: no scratch disks and no swap, but a faster start", 0},
    {0},
};

static error_t parse_run(int key, char *value, struct argp_state *state)
{
	struct lab_request *request = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = request;
		return 0;
	case 'c':
		request->job.config_path = value;
		return 0;
	case 'e':
		request->events = value;
		return 0;
	case OPTION_NO_MODULES:
		request->job.modules = false;
		return 0;
	case ARGP_KEY_ARGS:
		request->job.arguments = (const char *const *)state->argv + state->next;
		request->job.argument_count = (size_t)(state->argc - state->next);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp run_argp = {
    .options = run_options,
    .parser = parse_run,
    .args_doc = "[PATTERN…] [key=value…]",
    .doc =
        "Runs `hintbench run` in a guest with two NUMA nodes, on each kernel, and brings the results back.",
    .children = lab_guest_children,
};

int lab_run(int argc, char **argv)
{
	struct lab_request request;
	lab_request_open(&request);
	request.job.modules = true;
	argp_parse(&run_argp, argc, argv, 0, NULL, &request);
	int status = lab_request_boot(&request);
	lab_request_close(&request);
	return status;
}
