/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where things lie in the cache, ${XDG_CACHE_HOME:-~/.cache}/hintbench; nothing else knows. The lab's shell parts
 * are told by variables of their environment.
 *   kernels/debian-SUITE[-ARCH]/  fetched: vmlinuz, config, modules/, release, package
 *   kernels/built-NAME            a link to
 *   built/KEY/                    vmlinuz, config, System.map, release, origin
 *   sysroot-ARCH/                 libraries and programs for guests with another processor
 */
#ifndef HINTBENCH_LAB_KERNELS_CACHE_H
#define HINTBENCH_LAB_KERNELS_CACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/guests/arch.h"

/* Writes the folder of all kernels into `path`. */
void lab_cache_kernels(char *path, size_t path_bytes);

/* The same for a kernel of Debian's and for one that was built. The name is the caller's to check. */
void lab_cache_debian_kernel(const char *suite, const struct lab_arch *arch, char *path, size_t path_bytes);
void lab_cache_built_kernel(const char *name, char *path, size_t path_bytes);

/* The libraries and programs of another architecture. */
void lab_cache_sysroot(const struct lab_arch *arch, char *path, size_t path_bytes);

/*
 * Writes what --kernel calls the kernel in folder `name` of lab_cache_kernels(), debian:SUITE[:ARCH] or built:NAME.
 * False where the folder holds none.
 */
bool lab_cache_kernel_spec(const char *name, char *spec, size_t spec_bytes);

/* Puts the folders that the shell parts work in into the environment. Returns 0, or -ENOMEM. */
int lab_cache_export(void);

#endif
