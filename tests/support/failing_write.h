/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A disk that fails once: the N-th call that writes a file of the test's folder is refused by the kernel's side (seccomp's
 * notifications), so that it does not matter who makes it: stdio, a script, gnuplot, QEMU.
 */
#ifndef HINTBENCH_TESTS_SUPPORT_FAILING_WRITE_H
#define HINTBENCH_TESTS_SUPPORT_FAILING_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/support/run.h"

struct failing_write {
	size_t nth;       /* which call fails, from 1 on */
	int error_number; /* with what */
	const char *only; /* of processes of this name; NULL: of all */
	char call[512];   /* out: what failed; empty where there were fewer calls */
};

/* Whether this machine can do it. */
bool can_fail_writes(void);

/*
 * Runs argv as run_argv() does. Calls that write are those that make, write, cut, sync, close and rename files in the test's
 * folder; of standard error none. Returns whether one failed.
 */
bool run_with_failing_write(struct ran *ran, struct failing_write *failing, const char *const *argv);

#endif
