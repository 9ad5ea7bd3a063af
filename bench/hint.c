/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hinting faults: the scanner arms memory, the next access pays. */
#include <string.h>

#include "bench/bench.h"

/* On these every outcome is asked for; on the others, which take the same ways through the kernel, the usual two. */
static const char *const all_outcomes[] = {"anon", "shmem", "file", "64k", "thp", "thp-pte", NULL};

static bool is_in(const char *name, const char *const *list)
{
	while (*list && strcmp(*list, name) != 0)
		list++;
	return *list;
}

static bool exists(const struct bench_case *c)
{
	const struct mapping *mapping = case_row(c, &axis_map);
	const struct page_kind *page = case_row(c, &axis_page);
	const struct outcome *outcome = case_row(c, &axis_outcome);
	const struct sharing *sharing = case_row(c, &axis_share);
	const struct track *track = case_row(c, &axis_track);
	if (mapping->unscanned || (sharing->forks && track->start))
		return false;
	/* Nothing is left to migrate when the PMD was split after arming. */
	if (page->shape_armed && outcome->far)
		return false;
	if (!outcome->far || outcome->migrates)
		return true;
	return !sharing->forks && !track->start && is_in(mapping->name, all_outcomes) &&
	       (page->bit == PAGE_BASE || is_in(page->name, all_outcomes));
}

static int available(const struct bench_case *c, struct error *error)
{
	(void)c;
	return scanner_available(error);
}

static int setup(struct pass *pass, struct error *error)
{
	const struct outcome *outcome = case_row(pass->c, &axis_outcome);
	int err = pass_arm(pass, error);
	if (!err)
		err = pass_armed_all(pass, error);
	return !err && outcome->force ? outcome->force(&pass->region, &pass->nodes, error) : err;
}

static int confirm(struct pass *pass, struct error *error)
{
	const struct outcome_seen seen = {
	    .units = pass->region.units,
	    .touches = pass->region.touches,
	    .migrated = pass->migrated,
	    .foreign = pass->migrated_foreign,
	    .failures = vmstat_growth(&pass->before, &pass->after, "pgmigrate_fail"),
	};
	return outcome_confirm(case_row(pass->c, &axis_outcome), &seen, error);
}

static struct family hint = {
    .name = "hint",
    .what = "hinting faults: memory armed by the scanner, then touched",
    .axes = {&axis_map, &axis_page, &axis_access, &axis_outcome, &axis_share, &axis_track},
    .exists = exists,
    .available = available,
    .setup = setup,
    .confirm = confirm,
};
BENCH_FAMILY(hint);
