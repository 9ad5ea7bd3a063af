/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a file holds, as a SHA-256. */
#ifndef HINTBENCH_BASE_HASH_H
#define HINTBENCH_BASE_HASH_H

#include <stdbool.h>

#define HASH_HEX_BYTES 65 /* 64 digits and a NUL */

/* Of a file's bytes, or of the text in it where it is gzipped; false where it can't be read. */
bool hash_file(const char *path, char hex[HASH_HEX_BYTES]);

#endif
