/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench lab run`: measures in guests. */
#include "cli/command.h"
#include "cli/lab/guest.h"
#include "cli/lab/lab.h"

enum {
	OPTION_NO_MODULES = 512,
	OPTION_BOOTS,
	OPTION_SEED,
	OPTION_VERIFY,
	BOOTS_MAX = 1000,
	SEED_MAX = 1000000
};

static const struct argp_option run_options[] = {
    {"config", 'c', "FILE", 0, "What to run, as for `hintbench run`", 0},
    {"events", 'e', "SET", 0, "Count the events of this set as well, as for `hintbench run`", 0},
    {"no-modules", OPTION_NO_MODULES, NULL, 0,
     "Boot without modules: no scratch disks and no swap, but a faster start", 0},
    {"boots", OPTION_BOOTS, "N", 0,
     "Boot each kernel N times, with seeds 1 to N that change what must not matter (order of cases, memory "
     "used before, "
     "where stack and kernel lie, phase of the tick); results in DIR/NAME/boot-SEED.json (1, and nothing is "
     "changed)",
     0},
    {"seed", OPTION_SEED, "FIRST", 0,
     "The first of the seeds; with one above 1 the boots join those that are there", 0},
    {"verify", OPTION_VERIFY, NULL, 0,
     "Boot each kernel once more with the first seed; where that differs by a byte, its results say that "
     "they are not "
     "exact",
     0},
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
		request->config = value;
		return 0;
	case 'e':
		request->events = value;
		return 0;
	case OPTION_NO_MODULES:
		request->job.modules = false;
		return 0;
	case OPTION_BOOTS:
		request->seed_count = lab_parse_number(value, BOOTS_MAX, "boots");
		return 0;
	case OPTION_SEED:
		request->seed = lab_parse_number(value, SEED_MAX, "seed");
		return 0;
	case OPTION_VERIFY:
		request->verify = true;
		return 0;
	case ARGP_KEY_ARGS:
		request->words = (const char *const *)state->argv + state->next;
		request->word_count = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_END:
		if (request->seed_count > 1 && !request->seed)
			request->seed = 1;
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
