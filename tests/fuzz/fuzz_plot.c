/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `hintbench plot` writes of two results for gnuplot. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/plot/data.h"
#include "cli/plot/picture.h"
#include "cli/plot/quote.h"
#include "lib/analysis/case_name.h"
#include "tests/fuzz/pair.h"

static void draw(const struct drawing *drawing, const struct picture *picture, FILE *out)
{
	bool one_clock = result_set_clock(&drawing->comparison->sets[0]) ==
	                     result_set_clock(&drawing->comparison->sets[1]) &&
	                 result_set_clock(&drawing->comparison->sets[0]) != CLOCK_NONE;
	if (is_time(picture->metrics[0]) && !one_clock)
		return;
	struct choice choice = picture->choose(drawing, picture);
	if (choice.count == 0)
		return;
	picture->write(drawing, picture, &choice, out);
	if (picture->write_script)
		picture->write_script(picture, out);
	put_quoted_script(choice_text(&choice, drawing->arena), out);
}

static void draw_all(const struct drawing *drawing, FILE *out)
{
	const struct picture series[] = {picture_series("write_faults", drawing->arena),
	                                 picture_series("touch_p50", drawing->arena)};
	const struct picture *const pictures[] = {&picture_faults, &picture_touch, &picture_write,
	                                          &picture_where,  &series[0],     &series[1]};
	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++)
		draw(drawing, pictures[i], out);
	write_left_out(drawing, drawing->cases, drawing->case_count, "", out);
	fputs(clock_title(drawing), out);
}

static void draw_comparison(const struct comparison *comparison)
{
	struct drawing drawing = {.arena = arena_new(), .comparison = comparison};
	const char **names = arena_alloc(drawing.arena, comparison->case_count * sizeof(*names));
	drawing.cases = arena_alloc(drawing.arena, comparison->case_count * sizeof(*drawing.cases));
	drawing.case_count = comparison->case_count;
	for (size_t i = 0; i < comparison->case_count; i++) {
		names[i] = comparison->cases[i].name;
		drawing.cases[i] = &comparison->cases[i];
	}
	char *shared = case_name_shared(names, comparison->case_count), *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	drawing.shared = shared;
	draw_all(&drawing, out);
	fclose(out);
	check_printed(text, length);
	free(text);
	free(shared);
	arena_free(drawing.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct result_set *sets = pair_load(data, size);
	if (!sets)
		return 0;
	struct comparison *comparison = comparison_make(sets, 2, NULL);
	draw_comparison(comparison);
	comparison_free(comparison);
	result_sets_free(sets, 2);
	return 0;
}
