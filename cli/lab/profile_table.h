/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How `hintbench lab profile` shows what it found. */
#ifndef HINTBENCH_CLI_LAB_PROFILE_TABLE_H
#define HINTBENCH_CLI_LAB_PROFILE_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lab/profile/functions.h"

#define PROFILE_SCHEMA "hintbench-profile/1"

/* One latency of a case on one kernel, or on two. Strings are borrowed. */
struct profile_view {
	const char *case_name;
	const char *latency; /* "touch" or "write" */
	size_t sides;        /* 1, or 2: the base and the new one */
	struct profile_side {
		const char *kernel, *release;
		size_t touches; /* of which `median` is the median */
		struct profile_median median;
		struct functions functions;
	} side[2];
};

/* Prints a table by function. Without `all`, functions that are the same on both kernels become one line. */
void profile_print(const struct profile_view *view, bool all, bool markdown, FILE *out);

/* The same with every function, as an object; NULL where there is no memory. */
json_t *profile_json(const struct profile_view *view);

#endif
