/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernels that the lab can boot: what `--kernel` names, and what lies in the cache. */
#ifndef HINTBENCH_LAB_KERNELS_KERNEL_H
#define HINTBENCH_LAB_KERNELS_KERNEL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lab/guests/arch.h"
#include "lab/kernels/image.h"
#include "lib/base/error.h"

/* A kernel with what belongs to it; an empty path where there is none. */
struct lab_kernel {
	const struct lab_arch *arch;
	char name[64];                     /* names the result's files, so only letters, digits and ._+- */
	char release[LAB_RELEASE_MAX + 1]; /* safe, see lab_release_is_safe() */
	char image_path[PATH_MAX];
	char modules_path[PATH_MAX]; /* the folder with modules.dep */
	char config_path[PATH_MAX];
	char origin_path[PATH_MAX];  /* of one that was built, what it was built of … */
	char package_path[PATH_MAX]; /* … and of one that was fetched, the packages */
};

/*
 * Reads `spec`, PATH[,modules=DIR][,name=NAME], debian:SUITE[:ARCH][,…] or built:NAME[,…], and finds the files that it
 * means. A build tree's arch/x86/boot/bzImage brings its .config with it. Returns 0, or with `error`: -EINVAL for a
 * spec that cannot be read, -ENOENT for a file that is missing, -ENOEXEC for one that is no kernel.
 */
int lab_kernel_parse(const char *spec, struct lab_kernel *kernel, struct error *error);

/* Whether it can name a kernel and its files: a letter or digit, then letters, digits and ._+-. */
bool lab_kernel_name_is_safe(const char *name);

/*
 * Writes what is known of where the kernel came from, a line each: its release, and the source, patches, config and
 * compiler of one that was built, the packages of one that was fetched, or its path.
 */
void lab_kernel_describe(const struct lab_kernel *kernel, FILE *out);

#endif
