/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernels that the lab can boot: what `--kernel` names, and what lies in the cache. */
#ifndef HINTBENCH_LAB_KERNELS_KERNEL_H
#define HINTBENCH_LAB_KERNELS_KERNEL_H

#include <limits.h>
#include <stddef.h>

#include "lab/guests/arch.h"
#include "lib/base/error.h"

/* A kernel with what belongs to it; an empty path where there is none. */
struct lab_kernel {
	const struct lab_arch *arch;
	char name[64]; /* names the result's files, so only letters, digits and ._+- */
	char release[128];
	char image_path[PATH_MAX];
	char modules_path[PATH_MAX]; /* the folder with modules.dep */
	char config_path[PATH_MAX];
};

/*
 * Reads `spec`, PATH[,modules=DIR][,name=NAME], debian:SUITE[:ARCH][,…] or built:NAME[,…], and finds the
 * files that it means. A build tree's arch/x86/boot/bzImage brings its .config with it. Returns 0, or with
 * `error`: -EINVAL for a spec that cannot be read, -ENOENT for a file that is missing, -ENOEXEC for one that is
 * no kernel.
 */
int lab_kernel_parse(const char *spec, struct lab_kernel *kernel, struct error *error);

/* Writes the folder of all that is kept between runs, into `path`. */
void lab_cache_folder(char *path, size_t path_bytes);

/* Writes the folder of the fetched kernels, the same that fetch.sh fills, into `path`. */
void lab_kernel_cache(char *path, size_t path_bytes);

#endif
