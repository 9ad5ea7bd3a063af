/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that others wrote (names, reasons, kernel versions, files) in the language of what it is printed into. */
#ifndef HINTBENCH_CLI_ESCAPE_H
#define HINTBENCH_CLI_ESCAPE_H

#include <stdarg.h>
#include <stdio.h>

/* For a terminal: what could lead it is "?" (text_clean()). */
void print_plain(const char *text, FILE *out);

/* A line of it, with its end. */
void print_line(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void vprint_line(FILE *out, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* For a line of Markdown or a cell of its tables: no cell, line, code, tag or link begins or ends in it. */
void print_markdown(const char *text, FILE *out);

/* For an element or an attribute in double quotes. */
void print_html(const char *text, FILE *out);

/* A path as a relative URL: what is neither unreserved (RFC 3986, 2.3) nor a slash is a percent-encoded byte. */
void print_url_path(const char *path, FILE *out);

/*
 * A field of CSV (RFC 4180). A spreadsheet would take what begins with = + - or @ for a formula: an apostrophe stands
 * before it.
 */
void print_csv_text(const char *text, FILE *out);

#endif
