/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench lab`: guest kernels. The work is done in lab/; here are the options, and what is said about it. */
#include "cli/lab/lab.h"

#include <stdio.h>
#include <string.h>

#include "cli/command.h"

static const struct {
	const char *name, *summary;
	int (*run)(int argc, char **argv);
} subcommands[] = {
    {"fetch", "fetch Debian's kernels", lab_fetch},
    {"build", "build a kernel from a source tree, with patches", lab_build},
    {"sysroot", "fetch what a hintbench for guests with another processor needs", lab_sysroot},
    {"list", "the kernels that were fetched or built", lab_list},
    {"run", "boot kernels, measure on each, and bring the results back", lab_run},
    {"pair", "build a kernel without and with a patch, and measure both", lab_pair},
    {"bisect-step", "build, boot and check a checkout, for git bisect run", lab_bisect_step},
    {"exec", "boot a kernel and run a shell command on it", lab_exec},
    {"profile", "where the instructions of a touch went, by function", lab_profile},
};

static void usage(FILE *out)
{
	fprintf(out, "usage: hintbench lab COMMAND [OPTION…]\n\n");
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]); i++)
		fprintf(out, "  %-11s  %s\n", subcommands[i].name, subcommands[i].summary);
	fprintf(out, "\n`hintbench lab COMMAND --help` tells the options of a command.\n");
}

int command_lab(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return EXIT_BAD_INPUT;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0) {
		usage(stdout);
		return EXIT_DONE;
	}
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]); i++) {
		if (strcmp(argv[1], subcommands[i].name) == 0) {
			char name[32];
			snprintf(name, sizeof(name), "hintbench lab %s", subcommands[i].name);
			argv[1] = name;
			return subcommands[i].run(argc - 1, argv + 1);
		}
	}
	usage(stderr);
	return bad_input("no command 'lab %s'", argv[1]);
}
