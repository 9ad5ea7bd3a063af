/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The old names of tests/support/run.h, for tests of the command line. */
#ifndef HINTBENCH_TESTS_SUPPORT_COMMAND_LINE_H
#define HINTBENCH_TESTS_SUPPORT_COMMAND_LINE_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/run.h"

#define hintbench hintbench_shell

static inline void read_and_remove(const char *path, char *text, size_t bytes)
{
	FILE *in = fopen(path, "r");
	size_t length = in ? fread(text, 1, bytes - 1, in) : 0;
	text[length] = '\0';
	if (in)
		fclose(in);
	unlink(path);
}

#endif
