/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison as a page of HTML that needs nothing but the pictures and results that it links to. */
#ifndef HINTBENCH_CLI_REPORT_PAGE_H
#define HINTBENCH_CLI_REPORT_PAGE_H

#include <stddef.h>
#include <stdio.h>

#include "lib/analysis/comparison.h"
#include "lib/base/error.h"

struct page {
	const struct comparison *comparison;
	const char *title;
	const char *const *origins; /* for each kernel how it was made, as text, or NULL */
	const char *const *plots;   /* paths of pictures, for links */
	size_t plot_count;
	const char *folder; /* where the page will be: links are relative to it */
};

/* Writes the page. Returns 0, or -errno with `error`; that `out` failed is the caller's to see. */
int page_print(const struct page *page, FILE *out, struct error *error);

#endif
