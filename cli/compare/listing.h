/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison as three lists, of all metrics: for formats that programs read. */
#ifndef HINTBENCH_CLI_COMPARE_LISTING_H
#define HINTBENCH_CLI_COMPARE_LISTING_H

#include "cli/compare/filter.h"
#include "lib/analysis/comparison.h"

enum listed {
	LISTED_ROW,      /* a figure of a new kernel beside the base's; judged, unless it is context */
	LISTED_UNPAIRED, /* a figure that nothing stands beside */
	LISTED_MISSING,  /* what a kernel has not: a whole case, or one figure of it */
};

struct listing {
	enum listed what;
	size_t kernel; /* 0: the base */
	const struct compared_case *compared;
	const struct compared_figure *figure; /* NULL: the whole case */
	const char *status, *reason;          /* of what is missing; "absent" is a status here */
};

/*
 * Calls `add` with each entry of one of the lists that the filter shows, by cases, in each by kernels. Where only what differs
 * is shown there are rows only.
 */
void list_comparison(const struct filter *filter, enum listed what,
                     void (*add)(void *context, const struct listing *listing), void *context);

/* "count", "latency" or "event", the latter for all that is of an event set. */
const char *listed_kind(const struct compared_figure *figure);

/* The verdict; "none" for context, such as counters of the whole machine. */
const char *listed_verdict(const struct compared_cell *cell);

/* Whether both the base and the kernel are exact. */
bool listed_exact(const struct comparison *comparison, size_t kernel);

#endif
