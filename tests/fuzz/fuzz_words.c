/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words that choose cases, a line each; then the same lines as names of cases. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/cases.h"
#include "lib/analysis/case_name.h"
#include "lib/analysis/selection.h"
#include "tests/fuzz/input.h"

enum { LINES_MAX = 16 };

static struct case_list all;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	return cases_all(&all);
}

static void choose(const char *const *words, size_t count)
{
	struct error error = {0};
	if (selection_check(all.selectables, all.count, words, count, &error) != 0)
		check_error(&error);
	for (size_t i = 0; i < all.count; i += 8)
		selection_fits(&all.selectables[i], words, count);
}

static void shorten(const char *const *names, size_t count)
{
	char *shared = case_name_shared(names, count);
	for (size_t i = 0; i < count; i++)
		free(case_name_short(names[i], shared));
	free(shared);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = input_text(data, size), *rest = text;
	const char *lines[LINES_MAX];
	size_t count = 0;
	while (rest && count < LINES_MAX)
		lines[count++] = strsep(&rest, "\n");
	choose(lines, count);
	shorten(lines, count);
	free(text);
	return 0;
}
