/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the real program, or another, as a process of its own, and keeps what it writes. */
#ifndef HINTBENCH_TESTS_SUPPORT_RUN_H
#define HINTBENCH_TESTS_SUPPORT_RUN_H

#include <string.h>
#include <sys/types.h>

#include "tests/support/cmocka_all.h"

/* How a process ended, and what it wrote. */
struct ran {
	int status; /* exit status, or 1000 + signal */
	char out[1 << 20], err[1 << 14];
};

/* The path of the program under test: $HINTBENCH, else build/hintbench. */
const char *hintbench_program(void);

/* Starts argv[0]; its output goes to files, in the test's folder if it has one. One at a time. */
pid_t spawn(const char *const *argv);

/* In a child that execs by itself: files for what it writes. collect() reads spawned.out and spawned.err of the folder. */
void redirect_streams(const char *out, const char *err);

/* Waits for what spawn() started. */
void collect(pid_t pid, struct ran *ran);

void run_argv(struct ran *ran, const char *const *argv);

/* Runs hintbench with these arguments, NULL at the end. */
#define run_hintbench(ran, ...) run_argv(ran, (const char *const[]){hintbench_program(), __VA_ARGS__, NULL})
#define run_lab(ran, ...)       run_hintbench(ran, "lab", __VA_ARGS__)

/* Runs "HINTBENCH ARGUMENTS" in a shell. What it returns is overwritten by the next call. */
struct ran *hintbench(const char *arguments, ...) __attribute__((format(printf, 1, 2)));

#define assert_has(text, part)                                         \
	do {                                                           \
		if (!strstr((text), (part)))                           \
			fail_msg("no \"%s\" in:\n%s", (part), (text)); \
	} while (0)

#define assert_has_not(text, part)                                  \
	do {                                                        \
		if (strstr((text), (part)))                         \
			fail_msg("\"%s\" in:\n%s", (part), (text)); \
	} while (0)

#endif
