/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sources that a kernel can be built of. */
#ifndef HINTBENCH_LAB_KERNELS_SOURCE_H
#define HINTBENCH_LAB_KERNELS_SOURCE_H

#include <limits.h>
#include <stdbool.h>

#include "lib/base/error.h"

#define LAB_SOURCE_DEBIAN "debian:"

/* Whether it is a version as Debian's package linux-source-VERSION has it, such as 6.1. */
bool lab_source_is_version(const char *text);

/*
 * Writes what `text` means into `source`: debian:VERSION, or the real path of a kernel's source tree. Returns 0, or
 * with `error`: -EINVAL for another version, -ENOENT where it is no such tree.
 */
int lab_source_find(const char *text, char source[PATH_MAX], struct error *error);

#endif
