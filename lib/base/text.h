/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that is cut, and text that comes from elsewhere. All of it is UTF-8. */
#ifndef HINTBENCH_BASE_TEXT_H
#define HINTBENCH_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies as many whole characters of `from` as fit into `bytes` (at least 1) with a NUL at the end. Returns the length of the
 * copy; the text was cut where `from` is longer.
 */
size_t text_copy(char *to, size_t bytes, const char *from);

/*
 * Whether the text is UTF-8 without control characters: C0, DEL and C1, of which terminals take CSI (U+009B) for the start of
 * a command.
 */
bool text_is_clean(const char *text);

/* Makes it so: a `?` stands for each control character and each byte that is not UTF-8. The text gets no longer. */
void text_clean(char *text);

#endif
