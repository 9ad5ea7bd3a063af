/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of a comparison agree on, and what the reader must know because they do not. */
#ifndef HINTBENCH_ANALYSIS_COMPARISON_NOTES_H
#define HINTBENCH_ANALYSIS_COMPARISON_NOTES_H

#include <jansson.h>
#include <stddef.h>

#include "lib/analysis/result_set.h"

/*
 * An object with what is the same in all files of all sides: "settings", "machine", "suite". A new reference.
 */
json_t *common_context(const struct side *sides, size_t count);

/*
 * An array of sentences: clocks that differ, results that are not exact beside exact ones, runs that ended
 * early, settings, machines and configs that differ, cases of other sizes or parameters. A new reference.
 */
json_t *difference_notes(const struct side *sides, size_t count);

#endif
