/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this build is, and where its data (configs, plot, lab scripts) lies. */
#ifndef HINTBENCH_VERSION_H
#define HINTBENCH_VERSION_H

#include <stddef.h>

/* The version as `git describe` told it at build time. */
extern const char hintbench_version[];

/*
 * Writes the path of data file `name` (e.g. "plot/faults.gp") into `path`: beside the build folder in a
 * source tree, else where `make install` put it. Returns 0, or -ENOENT where it is in neither place.
 */
int data_path(const char *name, char *path, size_t path_bytes);

#endif
