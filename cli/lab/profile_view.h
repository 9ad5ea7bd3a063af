/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How `hintbench lab profile` shows what it found. */
#ifndef HINTBENCH_CLI_LAB_PROFILE_VIEW_H
#define HINTBENCH_CLI_LAB_PROFILE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lab/profile/functions.h"

#define PROFILE_SCHEMA "hintbench-profile/1"

/* One latency of a case on one kernel, or on two. Strings are borrowed. */
struct profile_view {
	const char *case_name;
	const char *latency;  /* "touch" or "write" */
	size_t subject_count; /* 1, or 2: the base and the new one */
	struct profile_subject {
		const char *kernel, *release;
		size_t touches; /* of which `median` is the median */
		struct profile_median median;
		struct functions functions;
	} subjects[2];
};

/* Prints a table by function. Without `all`, functions that are the same on both kernels become one line. */
void profile_print(const struct profile_view *view, bool all, bool markdown, FILE *out);

/* Prints every function of the case's views as JSON, of schema PROFILE_SCHEMA. Returns 0, or -ENOMEM. */
int profile_print_json(const struct profile_view *views, size_t view_count, FILE *out);

#endif
