/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a command writes: standard output, or a file that keeps what it had until all of the new text is there. */
#ifndef HINTBENCH_CLI_OUTPUT_H
#define HINTBENCH_CLI_OUTPUT_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "lib/base/error.h"

struct output {
	FILE *out;
	const char *path;        /* as it was given; NULL is standard output */
	char new_path[PATH_MAX]; /* written, then renamed; empty where `path` is written as it is */
};

/*
 * Opens `path`, NULL or "-" being standard output. A regular file is written as PATH.new; a pipe or a device as it
 * is. From then on a pipe that nobody reads is an error in output_close(), not the end of the program. Returns 0, or
 * -errno with `error`.
 */
int output_open(struct output *output, const char *path, struct error *error);

/*
 * Ends the output; with `keep` a file gets its name, else what was written goes and the old file stays. Returns 0, or
 * -errno with `error` where something could not be written, and then the old file stays as well.
 */
int output_close(struct output *output, bool keep, struct error *error);

#endif
