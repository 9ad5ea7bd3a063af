/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that a new output format takes: a file like this in cli/compare/. tests/unit/test_compare.c includes it. */
#include "cli/compare/format.h"

/* "CASE METRIC: BASE -> NEW", a line for each figure that differs from the base. */
static int example_render(const struct comparison *comparison, const struct view *view, FILE *out,
                          struct error *error)
{
	(void)error; /* nothing here can fail but `out`, which the caller sees */
	for (const struct compared_case *compared = NULL; (compared = filter_next(view->filter, compared));)
		for (size_t i = 0; i < compared->figure_count; i++)
			for (size_t kernel = 1; kernel < comparison->set_count; kernel++) {
				const struct compared_figure *figure = &compared->figures[i];
				const struct compared_cell *cell = &figure->cells[kernel];
				if (filter_shows_figure(view->filter, figure) && cell->judged &&
				    cell->judgement.verdict == VERDICT_DIFFERENT)
					fprintf(out, "%s %s: %g -> %g\n", compared->name, figure->name,
					        figure->cells[0].value, cell->value);
			}
	return 0;
}

static struct format example = {
    .name = "example", .what = "what differs, a line each", .render = example_render};
COMPARE_FORMAT(example);
