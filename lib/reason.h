/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why something failed or cannot run here: a sentence for the person who has to mend it. */
#ifndef HINTBENCH_REASON_H
#define HINTBENCH_REASON_H

#define REASON_BYTES 512

/* One sentence: what failed, on what, and what to do. Empty while nothing failed. */
struct reason {
	char text[REASON_BYTES];
};

/*
 * Fills `why` (which may be NULL) and returns -err, so that a caller can write `return because(why, ENODEV,
 * …)`. `err` is a positive errno value; it is not added to the text.
 */
int because(struct reason *why, int err, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same, with ": " and the text of `err` at the end. */
int because_errno(struct reason *why, int err, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
