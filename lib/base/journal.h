/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file of the journal of settings: found, trusted, locked, and of this boot. Its first line names the boot; what
 * each further line undoes is settings.c's matter.
 */
#ifndef HINTBENCH_BASE_JOURNAL_H
#define HINTBENCH_BASE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"

/* /run is empty after a boot, as the settings are. */
#define JOURNAL_PATH "/run/hintbench.journal"

/* A journal that is open. Its lock is shared with every process that inherits the descriptor. */
struct journal {
	int fd;
	size_t header_bytes; /* the entries begin here */
	size_t discarded;    /* entries of another boot that journal_open() dropped */
};

/*
 * Opens and locks the journal, which is made where there is none. It must be a regular file with one name that this
 * user owns and nobody else may write, and is not followed through a link. Returns 0, or -errno with `error`: -EBUSY
 * while another run holds it, -EPERM where it can't be trusted.
 */
int journal_open(struct journal *journal, struct error *error);

/* Whether there is a journal of this boot with entries in it that no run holds. Changes nothing. */
bool journal_is_left_behind(void);

/*
 * The whole file as text that the caller frees, without what stands behind its last newline: that was never done, as
 * /run was full. `bytes` gets its length. NULL where it can't be read.
 */
char *journal_read(const struct journal *journal, size_t *bytes);

/* The number of entries in it; 0 where it can't be read. */
size_t journal_count(const struct journal *journal);

/* Adds a line, which ends with a newline, whole or not at all. Returns 0, or -errno with `error`. */
int journal_append(const struct journal *journal, const char *line, size_t length, struct error *error);

/* Leaves its first `bytes` bytes and, behind them, `kept`. Returns 0 or -errno. */
int journal_rewrite(const struct journal *journal, size_t bytes, const char *kept, size_t kept_bytes);

/* Removes the file. Only who holds the lock may; does nothing where the file at the path is another one by now. */
void journal_remove(const struct journal *journal);

#endif
