/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the scanner arms memory at all. That it arms none of it is a result here, not a failure: the
 * scanner has passed over the whole address space.
 */
#include "bench/bench.h"

/* What is done to armed memory is the family hint's. */
static bool exists(const struct bench_case *c)
{
	const struct page_kind *page = case_row(c, &axis_page);
	const struct sharing *sharing = case_row(c, &axis_share);
	return !page->shape_armed && !sharing->after_arming;
}

static int available(const struct bench_case *c, struct error *error)
{
	(void)c;
	return scanner_available(error);
}

static struct family arm_family = {
    .name = "arm",
    .what = "whether the scanner arms memory at all, then a local touch",
    .axes = {&axis_map, &axis_page, &axis_share},
    .exists = exists,
    .available = available,
    .setup = pass_arm,
};
BENCH_FAMILY(arm_family);
