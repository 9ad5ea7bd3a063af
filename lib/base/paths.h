/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the suite's own files lie: its data (configs, plot, lab), and the cache. */
#ifndef HINTBENCH_BASE_PATHS_H
#define HINTBENCH_BASE_PATHS_H

#include <stddef.h>

/*
 * Writes the path of data file `name` (e.g. "plot/faults.gp") into `path`: beside the build folder in a source tree,
 * else where `make install` put it: below share/hintbench what is read, below libexec/hintbench what is run. Returns 0,
 * or -ENOENT where it is in none of these places.
 */
int data_path(const char *name, char *path, size_t path_bytes);

/* The same for what is built with this program: beside it in the build folder, else where data_path() finds it. */
int built_path(const char *name, char *path, size_t path_bytes);

#endif
