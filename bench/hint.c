/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hinting faults: the scanner arms memory, the next access pays. */
#include <errno.h>

#include "bench/bench.h"
#include "lib/arm.h"
#include "lib/cpu.h"

static int available(const struct bench_case *c, struct reason *why)
{
	const struct outcome *outcome = case_row(c, &axis_outcome);
	int err = arm_available(why);
	return !err && outcome->available ? outcome->available(why) : err;
}

static int drive(struct pass *pass, struct reason *why)
{
	const struct outcome *outcome = case_row(pass->c, &axis_outcome);
	const uint64_t wanted_pages = pass->region.bytes / BASE_PAGE_BYTES;
	struct arm_report report;
	int err = arm(&report, why);
	if (err)
		return err;
	pass_metric(pass, "armed",
	            report.pages < wanted_pages ? report.pages * pass->region.units / wanted_pages
	                                        : pass->region.units);
	if (report.pages < wanted_pages)
		return because(why, EAGAIN, "the scanner armed %llu of %llu pages in %llu passes",
		               (unsigned long long)report.pages, (unsigned long long)wanted_pages,
		               (unsigned long long)report.scans);
	return outcome->force ? outcome->force(&pass->region, pass->home_node, why) : 0;
}

static int confirm(struct pass *pass, struct reason *why)
{
	const struct outcome_seen seen = {
	    .touches = pass->region.touches,
	    .migrated = pass->migrated,
	    .failures = pass->after.count[PGMIGRATE_FAIL] - pass->before.count[PGMIGRATE_FAIL],
	};
	return outcome_confirm(case_row(pass->c, &axis_outcome), &seen, why);
}

static struct family hint = {
    .name = "hint",
    .what = "hinting faults: memory armed by the scanner, then touched",
    .axes = {&axis_map, &axis_page, &axis_access, &axis_outcome},
    .available = available,
    .drive = drive,
    .confirm = confirm,
};
BENCH_FAMILY(hint);
