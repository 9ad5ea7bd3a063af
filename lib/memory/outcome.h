/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of a unit at its hinting fault: forced, and confirmed afterwards. A new outcome is a row in outcome.c.
 */
#ifndef HINTBENCH_MEMORY_OUTCOME_H
#define HINTBENCH_MEMORY_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/memory/region.h"

/* The nodes of a case, by the kernel's numbers. */
struct case_nodes {
	int memory;  /* where the pages start */
	int toucher; /* where the threads that touch them run: another node for an outcome that is far */
	int target;  /* another node than `memory` that has memory, or -1 */
};

struct outcome {
	const char *name; /* as in a case's name */
	const char *what;
	bool far;      /* the memory is on another node than the thread that touches it */
	bool migrates; /* every page must be on the toucher's node afterwards; else all must have stayed */
	bool fails;    /* the kernel must have counted failed migrations; else none */
	/* Whether it can be forced here. NULL: always. */
	int (*available)(struct error *error);
	/* Forces it, on an armed region. NULL: nothing to do. */
	int (*force)(struct region *region, const struct case_nodes *nodes, struct error *error);
};

/* Ends with a row without a name. */
extern const struct outcome outcomes[];

/* What was seen between arming and the end of the accesses. */
struct outcome_seen {
	uint64_t units;
	uint64_t touches;  /* pages that were accessed */
	uint64_t migrated; /* of them, on the toucher's node and not on their first one */
	bool foreign;      /* `migrated` may hold pages of others: the least there is of it */
	uint64_t failures; /* pgmigrate_fail */
};

/* Whether it came about. Returns 0, or -EAGAIN with `error`. */
int outcome_confirm(const struct outcome *outcome, const struct outcome_seen *seen, struct error *error);

#endif
