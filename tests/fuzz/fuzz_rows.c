/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file that chooses rows for `compare -f rows`. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/compare/filter.h"
#include "cli/compare/format.h"
#include "lib/base/paths.h"
#include "tests/fuzz/input.h"

static struct comparison *comparison;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct error error;
	char base[4096], new[4096];
	(void)argc, (void)argv;
	if (data_path("tests/data/base.json", base, sizeof(base)) != 0 ||
	    data_path("tests/data/new.json", new, sizeof(new)) != 0)
		abort();
	struct result_set *sets = result_sets_load((char *const[]){base, new}, 2, &error);
	if (!sets)
		abort();
	comparison = comparison_make(sets, 2, NULL);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error = {0};
	struct filter filter = {0};
	struct view view = {.filter = &filter, .rows_path = input_file(0, data, size)};
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	if (filter_prepare(&filter, comparison, &error) != 0)
		abort();
	if (format_find("rows")->render(comparison, &view, out, &error) != 0)
		check_error(&error);
	fclose(out);
	free(text);
	filter_release(&filter);
	return 0;
}
