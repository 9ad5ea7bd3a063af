/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's console. */
#include <assert.h>
#include <string.h>

#include "lab/guests/console.h"
#include "tests/fuzz/input.h"

static void check_line(const char *line)
{
	assert(strlen(line) < CONSOLE_LINE_BYTES);
	for (; *line; line++)
		assert(*line >= ' ' && *line <= '~');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct console_report report;
	console_scan((const char *)data, size, &report);
	check_line(report.panic_line);
	check_line(report.warning_line);
	check_line(report.full_line);
	check_line(report.last_line);
	assert(report.last_count <= CONSOLE_LAST_LINES);
	for (size_t i = 0; i < report.last_count; i++)
		check_line(report.last_lines[i]);
	return 0;
}
