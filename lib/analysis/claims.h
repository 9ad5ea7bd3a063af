/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims: sentences that people made about the kernel, as data to hold a result against. A file is of inih's
 * form; a section is a claim, and its name is the claim's:
 *
 *   [anon-stays]
 *   says = An anonymous page that stays where it is takes no second fault.
 *   where = commit 6a56ccbc, Linux 6.2
 *   cases = hint/map=anon/page=4k …                       words that choose cases, lib/analysis/selection.h
 *   holds = hint_faults == 1, write_faults == 0           lib/analysis/claim_expr.h
 *
 * All four keys are needed. A line is shorter than 200 bytes; an indented line continues the one above.
 * Lines that begin with # or ; are comments.
 */
#ifndef HINTBENCH_ANALYSIS_CLAIMS_H
#define HINTBENCH_ANALYSIS_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/analysis/claim_expr.h"
#include "lib/analysis/selection.h"
#include "lib/base/error.h"

struct claim {
	char *name, *says, *where;
	const char **words; /* that choose the cases that it speaks of */
	size_t word_count;
	struct claim_expr holds;
};

struct claims {
	char *path;
	struct claim *items;
	size_t count;
};

/*
 * Reads the claims file `name`: a path, or the name of one in configs/claims/ without its ending.
 * claims_free() frees it. Returns 0, or -errno with `error` (no such file, a line that makes no sense, a key
 * that is not known or missing, an expression that can't be parsed).
 */
int claims_load(struct claims *claims, const char *name, struct error *error);
void claims_free(struct claims *claims);

/* Whether a claim speaks of the case. */
bool claim_speaks_of(const struct claim *claim, const struct selectable *selectable);

/* Keeps the claim called `name` alone. Returns 0, or -ENOENT with `error`. */
int claims_keep(struct claims *claims, const char *name, struct error *error);

#endif
