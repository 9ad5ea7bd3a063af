/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands have in common that build kernels. */
#ifndef HINTBENCH_CLI_LAB_BUILD_H
#define HINTBENCH_CLI_LAB_BUILD_H

#include <argp.h>
#include <limits.h>

#include "lab/guests/arguments.h"

/* What a kernel is built of. Paths are real ones. */
struct lab_build {
	char source[PATH_MAX]; /* see lab_source_find(); empty: not given */
	char config[PATH_MAX]; /* empty: Debian's with the lab's changes */
	struct arguments patches;
};

/* Children of a command's own argp, whose input is a struct lab_build: --source and --patch; --kernel-config. */
extern const struct argp lab_patches_argp, lab_config_argp;

/* Takes a kernel's source, or ends the program with a message. */
void lab_build_source(struct lab_build *build, const char *text);

/* Sets the variables LAB_SOURCE and LAB_CONFIG. */
void lab_build_export(const struct lab_build *build);

#endif
