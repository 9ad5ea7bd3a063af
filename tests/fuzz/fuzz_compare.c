/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two results compared, and shown in every format and as a page. */
#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/compare/filter.h"
#include "cli/compare/format.h"
#include "cli/report/page.h"
#include "tests/fuzz/pair.h"

/* What was printed can stand on a terminal, and is JSON where it says so. */
static void check_text(const char *format, char *text, size_t length)
{
	check_printed(text, length);
	if (strcmp(format, "json") == 0) {
		json_t *json = json_loadb(text, length, 0, NULL);
		assert(json);
		json_decref(json);
	}
	free(text);
}

static void show(const struct comparison *comparison, bool only_different)
{
	struct error error = {0};
	struct filter filter = {.only_different = only_different};
	struct view view = {.filter = &filter, .width = only_different ? 40 : 0, .with_touch = true};
	int err = filter_prepare(&filter, comparison, &error);
	assert(!err);
	for (const struct format *format = format_first(); format; format = format->next) {
		char *text = NULL;
		size_t length = 0;
		FILE *out = open_memstream(&text, &length);
		err = format->render(comparison, &view, out, &error);
		fclose(out);
		assert(!err);
		check_text(format->name, text, length);
	}
	filter_release(&filter);
}

static void show_page(const struct comparison *comparison)
{
	static const char *const origins[2];
	const struct page page = {
	    .comparison = comparison, .title = "title", .origins = origins, .folder = "/"};
	struct error error = {0};
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	int err = page_print(&page, out, &error);
	fclose(out);
	assert(!err);
	check_text("html", text, length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct result_set *sets = pair_load(data, size);
	if (!sets)
		return 0;
	struct comparison *comparison = comparison_make(sets, 2, NULL);
	show(comparison, false);
	show(comparison, true);
	show_page(comparison);
	comparison_free(comparison);
	result_sets_free(sets, 2);
	return 0;
}
