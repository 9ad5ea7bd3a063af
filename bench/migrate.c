/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Migration that a program asks for: whether the first write afterwards takes a write-protect fault. */
#include <errno.h>

#include "bench/bench.h"
#include "lib/memory/placement.h"

struct how {
	const char *name;
	int (*move)(void *start, size_t bytes, size_t stride_bytes, int from, int to, struct error *error);
};

static const struct how ways[] = {
    {"move_pages", placement_move_pages},
    {"migrate_pages", placement_migrate_pages},
    {"mbind", placement_mbind},
    {0},
};
static const struct axis axis_how = AXIS("how", ways);

static bool exists(const struct bench_case *c)
{
	const struct page_kind *page = case_row(c, &axis_page);
	const struct sharing *sharing = case_row(c, &axis_share);
	const struct track *track = case_row(c, &axis_track);
	/* The three calls differ in which pages they choose, not in how they move one. */
	bool plain = !sharing->forks && !track->start && page->bit & (PAGE_BASE | PAGE_PMD);
	if (page->shape_armed || sharing->after_arming || (sharing->forks && track->start))
		return false;
	return plain || case_row(c, &axis_how) == &ways[0];
}

static int setup(struct pass *pass, struct error *error)
{
	const struct how *how = case_row(pass->c, &axis_how);
	const struct region *region = &pass->region;
	struct placement_census census;
	int err = how->move(region->start, region->bytes, region->touch_bytes, pass->nodes.memory,
	                    pass->nodes.target, error);
	if (!err)
		err = placement_count(region->start, region->bytes, region->touch_bytes, pass->nodes.target,
		                      &census, error);
	if (!err && census.on_node != region->touches)
		err = error_set(error, EAGAIN, "%zu of %zu pages moved", census.on_node, region->touches);
	if (!err)
		pass->m->memory_node = pass->nodes.target;
	return err;
}

static struct family migrate = {
    .name = "migrate",
    .what = "pages moved to another node by a system call, then accessed",
    .axes = {&axis_map, &axis_page, &axis_how, &axis_share, &axis_track},
    .two_nodes = true,
    .exists = exists,
    .setup = setup,
};
BENCH_FAMILY(migrate);
