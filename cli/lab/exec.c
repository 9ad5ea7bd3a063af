/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench lab exec`: a shell command in a guest. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/lab/guest.h"
#include "cli/lab/lab.h"

enum { OPTION_MODULES = 512, OPTION_PROGRAM };

struct exec_request {
	struct lab_request guest;
	char command[16384]; /* the words with spaces between */
};

static const struct argp_option exec_options[] = {
    {"modules", OPTION_MODULES, NULL, 0, "Load the modules for scratch disks and swap", 0},
    {"program", OPTION_PROGRAM, "FILE", 0, "Take this program along, as /bin/NAME, with its libraries", 0},
    {0},
};

static error_t parse_exec(int key, char *value, struct argp_state *state)
{
	struct exec_request *request = state->input;
	size_t used = strlen(request->command);

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &request->guest;
		return 0;
	case OPTION_MODULES:
		request->guest.job.modules = true;
		return 0;
	case OPTION_PROGRAM:
		if (access(value, X_OK) != 0)
			exit(bad_input("--program %s: %s", value, strerror(errno)));
		request->guest.job.program_path = value;
		return 0;
	case ARGP_KEY_ARG:
		if (used + strlen(value) + 2 > sizeof(request->command))
			exit(bad_input("the command is too long"));
		sprintf(request->command + used, "%s%s", used ? " " : "", value);
		return 0;
	case ARGP_KEY_END:
		if (!*request->command)
			exit(bad_input("which command? Give it after --"));
		if (request->guest.kernel_count > 1)
			exit(bad_input("lab exec takes one kernel"));
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp exec_argp = {
    .options = exec_options,
    .parser = parse_exec,
    .args_doc = "-- COMMAND…",
    .doc =
        "Runs a shell command in a guest; writes its standard output and ends with its exit status. Status 2 "
        "with a message where the guest fails.",
    .children = lab_guest_children,
};

int lab_exec(int argc, char **argv)
{
	/* Not static: a page of .bss is a mapping more in every process, and a fault walks past it. */
	struct exec_request request = {0};
	lab_request_open(&request.guest);
	argp_parse(&exec_argp, argc, argv, ARGP_IN_ORDER, NULL, &request);
	request.guest.job.command = request.command;
	int status = lab_request_boot(&request.guest);
	const struct guest_ending *ending = &request.guest.endings[0];
	if (ending->body_bytes &&
	    (fwrite(ending->body, 1, ending->body_bytes, stdout) != ending->body_bytes ||
	     fflush(stdout) != 0))
		status = bad_input("cannot write to standard output: %s", strerror(errno));
	if (status == EXIT_DONE)
		status = ending->status;
	lab_request_close(&request.guest);
	return status;
}
