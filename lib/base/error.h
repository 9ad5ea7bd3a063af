/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why something failed or cannot run here: a sentence for the person who has to mend it. */
#ifndef HINTBENCH_BASE_ERROR_H
#define HINTBENCH_BASE_ERROR_H

#define ERROR_BYTES 512

/* One sentence: what failed, on what, and what to do. Empty while nothing failed. */
struct error {
	char text[ERROR_BYTES];
};

/*
 * Fills `error` (which may be NULL) and returns -err, so that a caller can write `return error_set(error, ENODEV,
 * …)`. `err` is a positive errno value; it is not added to the text. What the text quotes may be hostile: it becomes clean,
 * as text_clean() does it.
 */
int error_set(struct error *error, int err, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same, with ": " and the text of `err` at the end. */
int error_set_errno(struct error *error, int err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
