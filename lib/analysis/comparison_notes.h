/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of a comparison agree on, and what the reader must know because they do not. */
#ifndef HINTBENCH_ANALYSIS_COMPARISON_NOTES_H
#define HINTBENCH_ANALYSIS_COMPARISON_NOTES_H

#include "lib/analysis/comparison.h"

/*
 * Fills `common` and `notes` of a comparison, whose sets are there: clocks that differ, results that are not exact
 * beside exact ones, runs that ended early, settings, machines and configs that differ, cases of other sizes or
 * parameters.
 */
void comparison_notes(struct comparison *comparison);

#endif
