/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A family whose memory two threads access, half of it each: one line more. tests/unit/test_cases.c includes it. */
#include "bench/bench.h"

static bool is_small(const struct bench_case *c)
{
	const struct mapping *mapping = case_row(c, &axis_map);
	const struct page_kind *page = case_row(c, &axis_page);
	return mapping->forks && page->bit == PAGE_BASE;
}

static struct family two_touchers = {
    .name = "two-touchers",
    .what = "memory of which two threads access half each",
    .axes = {&axis_map, &axis_page, &axis_access},
    .touchers = 2,
    .exists = is_small,
};
BENCH_FAMILY(two_touchers);
