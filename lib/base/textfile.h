/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small text files, as /proc and /sys are made of. */
#ifndef HINTBENCH_BASE_TEXTFILE_H
#define HINTBENCH_BASE_TEXTFILE_H

#include <stddef.h>

/*
 * Reads `path` into `text` (always NUL-terminated; a longer file is cut), without the newline at its end.
 * Returns the length, or -errno.
 */
int textfile_read(const char *path, char *text, size_t text_bytes);

/* Writes `text` to the existing file `path` in one write(). Returns 0, or -errno. */
int textfile_write(const char *path, const char *text);

#endif
