/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A touch by functions of the kernel, and two kernels' side by side. */
#ifndef HINTBENCH_LAB_PROFILE_FUNCTIONS_H
#define HINTBENCH_LAB_PROFILE_FUNCTIONS_H

#include <stddef.h>

#include "lab/profile/profile.h"
#include "lab/profile/symbols.h"

/* What stands for a program's own instructions, and for an address without a name. */
#define FUNCTION_USER    "(user)"
#define FUNCTION_UNKNOWN "(unknown)"

/* What a touch spent in a function itself, without those that it calls; what the compiler inlined is its own. */
struct function {
	char name[128]; /* plain, see symbol_plain_name(); ends in " (other CPU)" where it ran on another */
	double instructions; /* halves are from a median between two touches */
	double calls;        /* how often its first instruction was executed */
};

/* By name. */
struct functions {
	struct function *items;
	size_t count;
	double instructions; /* all together */
};

/* Adds the median touch up by function; functions_free() frees. Returns 0, or -ENOMEM. */
int functions_of(struct functions *functions, const struct profile_median *median,
                 const struct symbols *symbols);

void functions_free(struct functions *functions);

/* A function in both kernels; all zero in the one that doesn't execute it. */
struct function_row {
	const char *name; /* lives as long as the functions that were joined */
	double base_instructions, new_instructions;
	double base_calls, new_calls;
};

/*
 * Joins two by name, the largest difference first, then the largest function, then by name. The caller frees
 * the result; `count` is its length. NULL where there is no memory.
 */
struct function_row *functions_join(const struct functions *base, const struct functions *new_one,
                                    size_t *count);

#endif
