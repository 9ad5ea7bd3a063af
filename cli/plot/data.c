/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/plot/data.h"

#include <stdlib.h>

#include "cli/escape.h"
#include "cli/plot/quote.h"
#include "lib/analysis/case_name.h"

void write_kernels(const struct drawing *drawing, FILE *out)
{
	for (size_t i = 0; i < drawing->comparison->set_count; i++) {
		const struct result_set *set = &drawing->comparison->sets[i];
		const struct context_kernel *kernel = &result_set_context(set)->kernel;
		fprintf(out, "# kernel %zu: ", i + 1);
		print_plain(arena_print(drawing->arena, "%s (%s, %s), %s, clock %s", set->label,
		                        kernel->release, kernel->version, set->spec,
		                        clock_unit_name(result_set_clock(set))),
		            out);
		fputc('\n', out);
	}
}

/* `row "name (+15)"`: a line that stands for 16 cases. */
void write_row_name(const struct drawing *drawing, size_t row, const struct choice_line *line, FILE *out)
{
	char *name = case_name_short(line->shown->name, drawing->shared);
	const char *label = name ? name : line->shown->name;
	if (line->case_count > 1)
		label = arena_print(drawing->arena, "%s (+%zu)", label, line->case_count - 1);
	fprintf(out, "%zu ", row);
	put_quoted_data(label, out);
	free(name);
}

void write_merged(const struct choice *choice, FILE *out)
{
	for (size_t i = 0; i < choice->count; i++) {
		const struct choice_line *line = &choice->lines[i];
		for (size_t c = 0; line->case_count > 1 && c < line->case_count; c++) {
			fprintf(out, "# line %zu: ", i + 1);
			print_plain(line->cases[c]->name, out);
			fputc('\n', out);
		}
	}
}

void write_tail(const struct drawing *drawing, const struct choice *choice, FILE *out)
{
	fprintf(out, "# %s\n", choice_text(choice, drawing->arena));
	write_merged(choice, out);
	for (size_t i = 0; i < choice->count; i++)
		write_left_out(drawing, choice->lines[i].cases, choice->lines[i].case_count,
		               "# left out: ", out);
}

static bool is_left_out(const struct compared_state *state)
{
	return state->absent || state->status != CASE_OK;
}

size_t count_left_out(const struct drawing *drawing)
{
	size_t lines = 0;
	for (size_t i = 0; i < drawing->case_count; i++)
		for (size_t k = 0; k < drawing->comparison->set_count; k++)
			lines += is_left_out(&drawing->cases[i]->states[k]);
	return lines;
}

/* "hint/…: skip in a.json: this kernel …". */
static const char *left_out_text(const struct drawing *drawing, const struct compared_case *compared,
                                 size_t kernel)
{
	const struct compared_state *state = &compared->states[kernel];
	const char *reason = state->absent ? NULL : state->reason;
	return arena_print(drawing->arena, "%s: %s in %s%s%s", compared->name,
	                   state->absent ? "not" : case_status_name(state->status),
	                   drawing->comparison->sets[kernel].spec, reason ? ": " : "", reason ? reason : "");
}

void write_left_out(const struct drawing *drawing, const struct compared_case *const *cases, size_t count,
                    const char *prefix, FILE *out)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < drawing->comparison->set_count; k++) {
			if (!is_left_out(&cases[i]->states[k]))
				continue;
			fputs(prefix, out);
			print_plain(left_out_text(drawing, cases[i], k), out);
			fputc('\n', out);
		}
	}
}
