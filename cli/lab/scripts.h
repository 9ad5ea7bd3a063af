/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shell parts of the lab: what starts other programs and little else. The commands here parse and check what
 * was asked for; a shell part gets it by variables of its environment and positional arguments.
 */
#ifndef HINTBENCH_CLI_LAB_SCRIPTS_H
#define HINTBENCH_CLI_LAB_SCRIPTS_H

#include <argp.h>

#include "lab/guests/arch.h"
#include "lab/guests/arguments.h"

/* A child of a command's own argp: --mirror, for all that may fetch. */
extern const struct argp lab_mirror_argp;

/* Ends the program as argp does for a wrong option, with a message. */
void __attribute__((noreturn, format(printf, 1, 2))) lab_refuse(const char *format, ...);

/* Sets a variable of the environment, or unsets it where `value` is NULL. Ends the program without memory. */
void lab_script_variable(const char *name, const char *value);

/*
 * Becomes the shell part `file`, such as "lab/pair.sh", told about the architecture, the cache and, with HINTBENCH,
 * this program. Returns an exit status where it can't.
 */
int lab_script_become(const char *file, const struct lab_arch *arch, const struct arguments *arguments);

#endif
