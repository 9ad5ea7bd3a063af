/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/guests/console.h"

#include <ctype.h>
#include <string.h>

void printable_copy(char *to, size_t to_bytes, const char *text, size_t length)
{
	size_t used = 0;
	for (; used < length && used + 1 < to_bytes; used++)
		to[used] = text[used] >= ' ' && text[used] <= '~' ? text[used] : '?';
	to[used] = '\0';
}

static void copy_line(char to[CONSOLE_LINE_BYTES], const char *line, size_t length)
{
	printable_copy(to, CONSOLE_LINE_BYTES, line, length);
}

/*
 * The kernel's part of a line, from its time stamp "[    1.234567]" on; it may follow a program's unfinished
 * line.
 */
static const char *kernel_part(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (line[i] != '[')
			continue;
		size_t at = i + 1, whole = 0, fraction = 0;
		while (at < length && line[at] == ' ')
			at++;
		for (; at < length && isdigit((unsigned char)line[at]); at++)
			whole++;
		if (at >= length || line[at++] != '.')
			continue;
		for (; at < length && isdigit((unsigned char)line[at]); at++)
			fraction++;
		if (whole && fraction == 6 && at < length && line[at] == ']')
			return line + i;
	}
	return NULL;
}

static bool has(const char *line, size_t length, const char *what)
{
	return memmem(line, length, what, strlen(what)) != NULL;
}

static void scan_line(const char *line, size_t length, struct console_report *report)
{
	static const char *const warnings[] = {"WARNING:", "BUG:", "Oops", "Call Trace"};

	report->has_init = report->has_init || has(line, length, "has started its init");
	if (!*report->full_line && has(line, length, "No space left on device"))
		copy_line(report->full_line, line, length);
	const char *kernel = kernel_part(line, length);
	if (!kernel)
		return;
	size_t rest = length - (size_t)(kernel - line);
	if (!*report->panic_line && has(kernel, rest, "Kernel panic"))
		copy_line(report->panic_line, kernel, rest);
	for (size_t i = 0; i < sizeof(warnings) / sizeof(warnings[0]); i++) {
		if (!*report->warning_line && has(kernel, rest, warnings[i]))
			copy_line(report->warning_line, kernel, rest);
	}
}

static void take_last_line(struct console_report *report, const char *line, size_t length)
{
	if (report->last_count == CONSOLE_LAST_LINES) {
		memmove(report->last_lines[0], report->last_lines[1],
		        sizeof(report->last_lines) - sizeof(report->last_lines[0]));
		report->last_count--;
	}
	copy_line(report->last_lines[report->last_count++], line, length);
}

void console_scan(const char *text, size_t length, struct console_report *report)
{
	*report = (struct console_report){0};
	while (length) {
		const char *newline = memchr(text, '\n', length);
		size_t taken = newline ? (size_t)(newline - text) + 1 : length;
		size_t line = newline ? taken - 1 : taken;
		while (line && strchr("\r ", text[line - 1]))
			line--;
		if (line && !*report->panic_line)
			take_last_line(report, text, line);
		scan_line(text, line, report);
		if (line)
			copy_line(report->last_line, text, line);
		text += taken;
		length -= taken;
	}
}
