/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest's console says about how it fared. */
#ifndef HINTBENCH_LAB_GUESTS_CONSOLE_H
#define HINTBENCH_LAB_GUESTS_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

enum { CONSOLE_LINE_BYTES = 200, CONSOLE_LAST_LINES = 5 };

/* Lines are shortened to fit, and empty where there is none. */
struct console_report {
	char panic_line[CONSOLE_LINE_BYTES];   /* the first "Kernel panic" */
	char warning_line[CONSOLE_LINE_BYTES]; /* the first "WARNING:", "BUG:", "Oops" or "Call Trace" */
	char full_line[CONSOLE_LINE_BYTES];    /* the first "No space left on device" */
	char last_line[CONSOLE_LINE_BYTES];    /* the last that is not empty */
	/* The last lines that are not empty, oldest first; where there is a panic, those that lead to it. */
	char last_lines[CONSOLE_LAST_LINES][CONSOLE_LINE_BYTES];
	size_t last_count;
	bool has_init; /* the guest's init began */
};

/*
 * Copies text that somebody else wrote, a guest or the packages that a kernel came from, as it may go to a terminal:
 * what is not printable ASCII becomes '?'. Ends after `length` bytes, or where `to` is full; `to` may be `text`.
 */
void printable_copy(char *to, size_t to_bytes, const char *text, size_t length);

/*
 * Reads a console log. Panics and warnings count only in the kernel's own lines, which carry a time stamp: a
 * program may write "WARNING:" as it likes. Bytes that are not printable become '?'.
 */
void console_scan(const char *text, size_t length, struct console_report *report);

#endif
