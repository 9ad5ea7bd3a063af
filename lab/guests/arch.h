/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between the guests' processors: a table, to which another one is a row. */
#ifndef HINTBENCH_LAB_GUESTS_ARCH_H
#define HINTBENCH_LAB_GUESTS_ARCH_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"

struct lab_arch {
	const char *name;           /* as --arch and debian:SUITE:ARCH take it */
	const char *suffix;         /* of its kernels' names in the cache, and so of their results */
	const char *qemu;           /* the emulator's program … */
	const char *qemu_package;   /* … and the Debian package that has it */
	const char *cpu;            /* the processor, as QEMU names it, unless another is asked for … */
	const char *cpu_options;    /* … and what makes it fit for an exact guest */
	const char *const *machine; /* QEMU's arguments for an exact machine with one serial port after
	                             another, NULL at the end */
	const char *const *stream;  /* the arguments before a second serial port; NULL at the end */
	const char *command_line;   /* the guest kernel's */
	bool native;                /* a guest runs this very program */
	const char *make_target;    /* else: of the Makefile, which builds it one; NULL: it can't */
};

extern const struct lab_arch lab_x86, lab_arm64;

/* The architecture of this name, or NULL. */
const struct lab_arch *lab_arch_find(const char *name);

/*
 * Finds the files that a guest of this architecture needs beside the kernel: the program, and the folder with
 * libraries and programs, empty where those of this machine do. Returns 0, or -ENOENT or -ENOTSUP with
 * `error`.
 */
int lab_arch_program(const struct lab_arch *arch, char program[PATH_MAX], char sysroot[PATH_MAX],
                     struct error *error);

#endif
