/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scripts beside the pictures, which a person may edit: a first line with a checksum tells those that nobody
 * edited, and only they are replaced.
 */
#ifndef HINTBENCH_CLI_PLOT_SCRIPT_H
#define HINTBENCH_CLI_PLOT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/plot/folder.h"
#include "lib/base/error.h"

/*
 * Puts the script NAME.gp with this text into the folder, unless an edited one is there: that is told on standard
 * error and kept. With `has_results` the text depends on the results, and an edited one of other results is kept
 * beside it, as NAME.gp.~1~. Returns 0, or -errno with `error`.
 */
int script_put(struct folder *folder, const char *name, const char *text, size_t length, bool has_results,
               struct error *error);

/* The same with the text of plot/NAME.gp. */
int script_copy(struct folder *folder, const char *name, struct error *error);

/* What a script is: one of a person, one that script_put() wrote and somebody edited, or as script_put() wrote it. */
enum script_origin { SCRIPT_FOREIGN, SCRIPT_EDITED, SCRIPT_UNEDITED };
enum script_origin script_origin(const char *path);

#endif
