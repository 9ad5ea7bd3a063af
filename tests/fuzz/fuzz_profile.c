/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the plugin wrote, by functions, in every format. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/lab/profile_view.h"
#include "tests/fuzz/input.h"

static struct symbols symbols;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char text[] = "ffffffff81000000 T first\nffffffff81000100 t second.cold\n";
	struct error error;
	(void)argc, (void)argv;
	return symbols_read(&symbols, text, strlen(text), &error);
}

static void fill_subject(struct profile_subject *subject, const struct profile *profile, size_t first)
{
	struct error error;
	*subject = (struct profile_subject){"kernel", "6.1.0", .touches = profile->touch_count - first};
	int err = profile_find_median(profile, first, subject->touches, &subject->median, &error);
	assert(!err);
	if (functions_of(&subject->functions, &subject->median, &symbols) != 0)
		abort();
}

static void show(const struct profile_view *view)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	for (int i = 0; i < 4; i++)
		profile_print(view, i & 1, i & 2, out);
	int err = profile_print_json(view, 1, out);
	fclose(out);
	assert(!err);
	check_printed(text, length);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error = {0};
	struct profile profile;
	struct profile_view view = {.case_name = "hint/map=anon", .latency = "touch", .subject_count = 2};
	if (profile_read(&profile, input_file(0, data, size), &error) != 0) {
		check_error(&error);
		return 0;
	}
	fill_subject(&view.subjects[0], &profile, 0);
	fill_subject(&view.subjects[1], &profile, profile.touch_count / 2);
	show(&view);
	view.subject_count = 1;
	show(&view);
	functions_free(&view.subjects[0].functions);
	functions_free(&view.subjects[1].functions);
	profile_free(&profile);
	return 0;
}
