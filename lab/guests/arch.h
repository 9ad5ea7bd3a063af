/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between the guests' processors: a table, to which another one is a row. */
#ifndef HINTBENCH_LAB_GUESTS_ARCH_H
#define HINTBENCH_LAB_GUESTS_ARCH_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"

struct lab_arch {
	const char *name;           /* as --arch and debian:SUITE:ARCH take it … */
	const char *const *aliases; /* … and what else they take for it; NULL at the end */
	const char *debian;         /* as Debian calls it */
	const char *suffix;         /* of its kernels' names in the cache, and so of their results */
	const char *qemu;           /* the emulator's program … */
	const char *qemu_package;   /* … and the Debian package that has it */
	const char *cpu;            /* the processor, as QEMU names it, unless another is asked for … */
	const char *cpu_options;    /* … and what makes it fit for an exact guest */
	const char *const *machine; /* QEMU's arguments for an exact machine with one serial port after
	                             another, NULL at the end */
	const char *const *stream;  /* the arguments before a second serial port; NULL at the end */
	const char *command_line;   /* the guest kernel's */
	const char *image;          /* what a kernel's make is asked for, to get an image that boots … */
	const char *image_folder;   /* … and where in its tree that then lies */
	bool native;                /* of this machine: what guests run is built with this program */
	const char *make_target;    /* else: of the Makefile, which builds it one; NULL: it can't */
};

extern const struct lab_arch lab_x86, lab_arm64;

/* The architecture of this name or alias; NULL with `error` where there is none. */
const struct lab_arch *lab_arch_find(const char *name, struct error *error);

/*
 * The architecture whose suffix ends `name`, and the length of what stands before it; where none has it, the one
 * that has no suffix.
 */
const struct lab_arch *lab_arch_of_suffix(const char *name, size_t *length);

/* Puts what the lab's shell parts need to know of it into the environment. Returns 0, or -ENOMEM. */
int lab_arch_export(const struct lab_arch *arch);

/*
 * Finds the files that a guest of this architecture needs beside the kernel: the program (build/guest/hintbench), and the
 * folder with libraries and programs, empty where those of this machine do. Returns 0, or -ENOENT or -ENOTSUP with
 * `error`.
 */
int lab_arch_program(const struct lab_arch *arch, char program[PATH_MAX], char sysroot[PATH_MAX],
                     struct error *error);

#endif
