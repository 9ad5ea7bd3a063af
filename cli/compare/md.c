/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/tables.h"

static int render(const struct comparison *comparison, const struct view *view, FILE *out,
                  struct error *error)
{
	(void)error;
	print_tables(comparison, view, true, out);
	return 0;
}

static struct format md = {.name = "md", .what = "tables in Markdown", .render = render};
COMPARE_FORMAT(md);
