/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Swapping: pages that come back by a fault or by swapoff, and whether the first write then takes a second fault. */
#include <errno.h>
#include <string.h>

#include "bench/bench.h"
#include "lib/memory/swap.h"

static const char *const backs[] = {"fault", "swapoff", NULL};
static const struct axis axis_back = AXIS("back", backs);

static bool exists(const struct bench_case *c)
{
	const struct mapping *mapping = case_row(c, &axis_map);
	const struct page_kind *page = case_row(c, &axis_page);
	return mapping->swaps && page->bit & (PAGE_BASE | PAGE_PMD);
}

static int available(const struct bench_case *c, struct error *error)
{
	(void)c;
	return swap_available(error);
}

static int setup(struct pass *pass, struct error *error)
{
	char path[SWAP_PATH_BYTES];
	struct region *region = &pass->region;
	int err = swap_start(path, error);
	/* Nowhere, and then where the kernel brings it back. */
	pass->m->memory_node = -1;
	if (!err)
		err = swap_out(region->start, region->bytes, error);
	/* A THP comes back as base pages, or is mapped by PTEs. */
	region_touch_base_pages(region);
	if (!err && strcmp(case_string(pass->c, &axis_back), "swapoff") == 0)
		err = swap_stop(path, error);
	return err;
}

static struct family swap = {
    .name = "swap",
    .what = "pages swapped out to zram and brought back by a fault or by swapoff, then accessed",
    .axes = {&axis_map, &axis_page, &axis_access, &axis_back, &axis_track},
    .absent_count = "swapin_faults",
    .exists = exists,
    .available = available,
    .setup = setup,
};
BENCH_FAMILY(swap);
