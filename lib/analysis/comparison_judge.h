/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each figure of a comparison is against the base. */
#ifndef HINTBENCH_ANALYSIS_COMPARISON_JUDGE_H
#define HINTBENCH_ANALYSIS_COMPARISON_JUDGE_H

#include "lib/analysis/comparison.h"

/* Fills what cells are against the base, where all have been measured. `rules` may be NULL. */
void comparison_judge(struct comparison *comparison, const struct comparison_rules *rules);

#endif
