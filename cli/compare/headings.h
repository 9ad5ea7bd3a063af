/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernels of a comparison are called above its columns. */
#ifndef HINTBENCH_CLI_COMPARE_HEADINGS_H
#define HINTBENCH_CLI_COMPARE_HEADINGS_H

#include "lib/analysis/comparison.h"
#include "lib/base/arena.h"

/* "6.12" of the release "6.12.95+deb12-cloud-amd64". */
char *short_release(const struct result_set *set, struct arena *arena);

/* What a kernel is to the comparison: "base", "new", or of several new ones "new2". */
char *kernel_role(const struct comparison *comparison, size_t kernel, struct arena *arena);

/*
 * A name for each kernel, all different: the labels; where one would push the columns off the screen the short releases, or
 * else the roles.
 */
const char **short_headings(const struct comparison *comparison, struct arena *arena);

#endif
