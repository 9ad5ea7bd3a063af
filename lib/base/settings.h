/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel settings: saved, changed, always put back. Before a change its undoing is appended to a journal,
 * which outlives a killed run; undoing works from the journal's end to its start, like a stack. The journal
 * is shared with child processes: what a case's process changes, its parent undoes. A guardian process undoes all
 * at once when the run ends without having done so.
 */
#ifndef HINTBENCH_BASE_SETTINGS_H
#define HINTBENCH_BASE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"

/*
 * Opens the journal, and locks it so that two runs can't change settings at the same time. What a killed run
 * left in it is put back first; `restored` (may be NULL) gets how many settings that were. Returns 0, or
 * -errno with `error`: -EBUSY while another run holds it, -EPERM where others may have written it.
 */
int settings_open(size_t *restored, struct error *error);

/* How many changes of another boot settings_open() found in the journal and dropped: they are gone with that boot. */
size_t settings_discarded(void);

/* Whether a killed run of this boot left changed settings behind. */
bool settings_left_behind(void);

/*
 * Undoes everything and removes the journal. Returns 0, or -errno with `error` of the first that could not be undone.
 */
int settings_close(struct error *error);

/*
 * Writes `value` to the file at `path`, after its present value went to the journal whole: where /run is full, nothing
 * is changed. `path` is absolute and, as both values, one line; a path without tabs. Returns 0, or -errno with `error`.
 */
int settings_write(const char *path, const char *value, struct error *error);

/*
 * Has something done when settings are put back: `value` written to a file, swapoff(path), rmdir(path).
 * To be called before what it undoes. Returns 0, or -errno with `error`.
 */
int settings_undo_with_write(const char *path, const char *value, struct error *error);
int settings_undo_with_swapoff(const char *path, struct error *error);
int settings_undo_with_rmdir(const char *path, struct error *error);

/* A point of the journal, for settings_undo_to(). */
size_t settings_mark(void);

/*
 * Undoes what was changed after `mark`, by this process or its children, the last change first. All is tried,
 * also after a failure. Returns 0, or -errno with `error` of the first failure.
 */
int settings_undo_to(size_t mark, struct error *error);

#endif
