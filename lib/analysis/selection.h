/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Choosing cases by words, the same in every command. A word is
 *   hint, hint/map=anon    the first parts of a case's name
 *   hint/…/page=*          a glob over the whole name (fnmatch)
 *   hint/map=anon/…=local$ exactly this case: a $ at the end
 *   page=4k,thp            cases that have one of these values on that key, also where the name leaves it out
 * Of names one must fit, of key=value words all. No word fits every case.
 */
#ifndef HINTBENCH_ANALYSIS_SELECTION_H
#define HINTBENCH_ANALYSIS_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/analysis/record.h"
#include "lib/base/error.h"

/* What can be chosen: a case by its name and all its parameters. */
struct selectable {
	const char *name;
	const struct parameter *params;
	size_t param_count;
};

struct selectable selectable_of(const struct record *record);

/* Whether a case's name fits a word that chooses by name. */
bool selection_name_fits(const char *name, const char *word);

/* Whether the words choose the case. */
bool selection_fits(const struct selectable *selectable, const char *const *words, size_t word_count);

/*
 * Checks that each word means something among `known`: that a name fits a case, that a key and each of its values are
 * there. Returns 0, or -errno with `error`, which names what there is.
 */
int selection_check(const struct selectable *known, size_t known_count, const char *const *words,
                    size_t word_count, struct error *error);

#endif
