/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fork(): writes to memory that is, or was, shared copy-on-write with a child, also under write tracking. */
#include "bench/bench.h"

static bool exists(const struct bench_case *c)
{
	const struct page_kind *page = case_row(c, &axis_page);
	const struct sharing *sharing = case_row(c, &axis_share);
	return sharing->forks && !sharing->after_arming && !page->shape_armed;
}

static struct family fork_family = {
    .name = "fork",
    .what = "memory shared with a child copy-on-write, then accessed",
    .axes = {&axis_map, &axis_page, &axis_share, &axis_track},
    .exists = exists,
};
BENCH_FAMILY(fork_family);
