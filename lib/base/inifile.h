/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of sections with `key = value` (inih), with each error told by file and line. */
#ifndef HINTBENCH_BASE_INIFILE_H
#define HINTBENCH_BASE_INIFILE_H

#include <stddef.h>

#include "lib/base/error.h"

/*
 * Finds the file `name`: a path, or the name of one in the data folder `folder` ("configs") without its
 * ending. Writes its path into `path`. Returns 0, or -ENOENT with `error`.
 */
int inifile_find(const char *folder, const char *name, char *path, size_t path_bytes, struct error *error);

/* Takes one `key = value` of a section ("" before the first). Returns 0, or -errno with `error`. */
typedef int inifile_take(void *data, const char *section, const char *key, const char *value,
                         struct error *error);

/*
 * Reads a file: `take` gets every key, in order; an indented line continues the value before it, as another
 * key of the same name. Returns 0, or -errno with `error`, which begins with file and line: what `take`
 * refused, a line that makes no sense, or a line or a name that is too long.
 */
int inifile_read(const char *path, inifile_take *take, void *data, struct error *error);

#endif
