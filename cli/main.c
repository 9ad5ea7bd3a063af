/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <argp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "lib/base/version.h"

static const struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
} commands[] = {
    {"list", "what there is, and whether it can run here", command_list},
    {"run", "measure, and write a result file", command_run},
    {"compare", "say what differs between result files", command_compare},
    {"report", "write a page of what differs", command_report},
    {"plot", "draw result files", command_plot},
    {"check", "hold claims about the kernel against result files", command_check},
    {"doctor", "what of this machine would spoil a run, and the remedy", command_doctor},
    {"restore", "put back settings that a killed run left behind", command_restore},
    {"lab", "fetch and boot guest kernels, and run on each", command_lab},
};

static void usage(FILE *out)
{
	fprintf(out, "usage: hintbench COMMAND [OPTION…]\n\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(out, "  %-8s  %s\n", commands[i].name, commands[i].summary);
	fprintf(out, "\n`hintbench COMMAND --help` tells the options of a command.\n");
}

static int run_command(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return EXIT_BAD_INPUT;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("hintbench %s\n", hintbench_version);
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		usage(stdout);
		return EXIT_DONE;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name) == 0) {
			char name[32];
			snprintf(name, sizeof(name), "hintbench %s", commands[i].name);
			argv[1] = name;
			return commands[i].run(argc - 1, argv + 1);
		}
	}
	usage(stderr);
	return bad_input("no command '%s'", argv[1]);
}

int main(int argc, char **argv)
{
	argp_err_exit_status = EXIT_BAD_INPUT;
	int status = run_command(argc, argv);
	/* A disk that is full shows when the last of the output is written. */
	bool lost = fflush(stdout) != 0 || ferror(stdout);
	return lost ? bad_input("cannot write to standard output") : status;
}
