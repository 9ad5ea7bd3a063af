/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far a kernel's figures differ from its own where nothing that matters is changed, such as the layout of its code:
 * measured once, for later comparisons. The file is JSON:
 *
 *   {"schema": "hintbench-floor/1", "floors": [
 *     {"case": "hint/map=anon/…", "metric": "touch_p50", "unit": "instructions", "floor": 3}, …]}
 *
 * with `unit` as `hintbench compare` tells it. Other fields are ignored.
 */
#ifndef HINTBENCH_ANALYSIS_FLOORS_H
#define HINTBENCH_ANALYSIS_FLOORS_H

#include <stddef.h>

#include "lib/base/error.h"

struct floors;

/* Reads such a file. For floors_free(); NULL with `error`. */
struct floors *floors_load(const char *path, struct error *error);
void floors_free(struct floors *floors); /* NULL is nothing to free */

/* The floor of a figure; 0 where the file has none in that unit. */
double floors_find(const struct floors *floors, const char *case_name, const char *metric, const char *unit);

#endif
