/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of cases, "family/key=value/…", made short for a table or a picture. */
#ifndef HINTBENCH_ANALYSIS_CASE_NAME_H
#define HINTBENCH_ANALYSIS_CASE_NAME_H

#include <stddef.h>

/*
 * The "key=value" parts that all names have, with blanks between them; empty where there are fewer than two names or
 * nothing is shared. To be freed; NULL where memory ran out.
 */
char *case_name_shared(const char *const *names, size_t count);

/* `name` without the parts in `shared` (of case_name_shared()). To be freed; NULL where memory ran out. */
char *case_name_short(const char *name, const char *shared);

#endif
