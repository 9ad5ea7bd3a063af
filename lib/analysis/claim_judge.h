/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Holds one claim against what was measured. The rule is strict: a claim holds only where at least one of its
 * cases was measured, every measured one keeps it, and none is inconclusive, failed, absent or without the
 * figure. One term that a case breaks breaks the claim, whatever else could not be measured. What a kernel
 * can't do (status "skip") is left out, and counted.
 */
#ifndef HINTBENCH_ANALYSIS_CLAIM_JUDGE_H
#define HINTBENCH_ANALYSIS_CLAIM_JUDGE_H

#include <stddef.h>

#include "lib/analysis/claim_expr.h"
#include "lib/analysis/result_set.h"
#include "lib/base/arena.h"

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
	const char *figures;     /* "hint_faults 1, write_faults 0 to 16"; empty where nothing was measured */
	const char *skip;      /* of the first case that is skipped: its name, status and reason; else NULL */
	const char *gap;       /* of the first case that is unmeasured; else NULL */
	const char **breaches; /* for each term that a case broke, the case and its figures */
	size_t breach_count;
};

/*
 * Judges `expr` on the cases called `names`. `base` is the base, or the only kernel there is; `new` is NULL unless
 * the claim is on two. With several boots each must keep the claim. The finding's texts are in memory of `arena`.
 */
void claim_judge(const struct claim_expr *expr, const char *const *names, size_t name_count,
                 const struct result_set *base, const struct result_set *new, struct arena *arena,
                 struct claim_finding *finding);

#endif
