/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of hintbench: a file each, listed in main.c. */
#ifndef HINTBENCH_CLI_COMMAND_H
#define HINTBENCH_CLI_COMMAND_H

/* Exit statuses of every command. */
enum {
	EXIT_DONE = 0,
	EXIT_CHECK_FAILED = 1, /* a check, or a comparison asked for with --fail-on, failed */
	EXIT_BAD_INPUT = 2,    /* wrong usage or bad input */
	EXIT_CANNOT_RUN = 77,  /* nothing could run here */
};

/* Each takes its own name as argv[0] ("hintbench run"), parses with argp, and returns an exit status. */
int command_list(int argc, char **argv);
int command_run(int argc, char **argv);
int command_compare(int argc, char **argv);
int command_report(int argc, char **argv);
int command_check(int argc, char **argv);
int command_plot(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_restore(int argc, char **argv);
int command_lab(int argc, char **argv);

/* Prints "hintbench: " and the message as a line on standard error, and returns EXIT_BAD_INPUT. */
int bad_input(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
