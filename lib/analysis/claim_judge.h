/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Holds one claim against what was measured. The rule is strict: a claim holds only where at least one of its
 * cases was measured, every measured one keeps it, and none is inconclusive, failed, absent or without the
 * figure. One term that a case breaks breaks the claim, whatever else could not be measured. What a kernel
 * can't do (status "skip") is left out, and counted.
 */
#ifndef HINTBENCH_ANALYSIS_CLAIM_JUDGE_H
#define HINTBENCH_ANALYSIS_CLAIM_JUDGE_H

#include <jansson.h>
#include <stddef.h>

#include "lib/analysis/claim_expr.h"
#include "lib/analysis/result_set.h"
#include "lib/base/error.h"

enum claim_state {
	CLAIM_HOLDS,
	CLAIM_BROKEN,
	CLAIM_UNDECIDED, /* not measured well enough to say: never taken as holding */
};

struct claim_finding {
	enum claim_state state;
	size_t measured, broken; /* cases; a broken one counts as measured */
	size_t skipped;          /* cases that the kernel can't do */
	size_t unmeasured;       /* cases that should have been measured and were not */
	char figures[512];       /* "hint_faults 1, write_faults 0 to 16"; empty where nothing was measured */
	struct error skip;       /* of the first case that is skipped: its name, status and reason */
	struct error gap;        /* of the first case that is unmeasured */
	json_t *breaches;        /* strings: for each term that a case broke, the case and its figures */
};

/*
 * Judges `expr` on the cases called `names` (an array of strings). `base` is the base, or the only kernel
 * there is; `new` is NULL unless the claim is on two. With several boots each must keep the claim. Returns
 * 0, or -ENOMEM; claim_finding_free() frees the verdict.
 */
int claim_judge(const struct claim_expr *expr, const json_t *names, const struct side *base,
                const struct side *new, struct claim_finding *verdict);
void claim_finding_free(struct claim_finding *verdict);

#endif
