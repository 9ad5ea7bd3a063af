/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The results of one kernel, from one boot or several: what is compared. */
#ifndef HINTBENCH_ANALYSIS_RESULT_SET_H
#define HINTBENCH_ANALYSIS_RESULT_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/analysis/result.h"
#include "lib/base/error.h"

struct result_set {
	char *spec;              /* as it was given: "a.json", "a.json,b.json" or a folder of them */
	char *label;             /* what people call this kernel; unlike the labels of the other sets */
	size_t boots;            /* at least 1 */
	struct result **results; /* one of each boot */
};

/*
 * Loads the files of each of `count` specs, and makes the labels differ. A spec is a file, a folder, of which every .json is
 * a boot, or several of these with commas between them. The boots of a set must be of the same kernel, clock, machine and
 * program, and of different seeds, or where they have none of different boots unless they are exact. Returns an array for
 * result_sets_free(), or NULL with `error`.
 */
struct result_set *result_sets_load(char *const *specs, size_t count, struct error *error);
void result_sets_free(struct result_set *sets, size_t count);

/* The context of the first boot: what all boots of a set share. */
const struct context *result_set_context(const struct result_set *set);
enum clock_unit result_set_clock(const struct result_set *set);

/* Whether a run of the same kernel gives the same bytes: all boots say so. */
bool result_set_exact(const struct result_set *set);

/* The record of a case in a boot, whatever its status; NULL where the file doesn't have it. */
const struct record *result_set_record(const struct result_set *set, size_t boot, const char *case_name);

/* The first record that is ok, else the first there is, else NULL. */
const struct record *result_set_best_record(const struct result_set *set, const char *case_name);

/*
 * The names of all cases of all sets, in the order in which they first appear, and how many. The array is to be freed, the
 * strings are the results'. NULL where memory ran out.
 */
const char **result_sets_case_names(const struct result_set *sets, size_t count, size_t *name_count);

/* The distribution of a latency over all boots, put together. */
struct samples {
	struct latency_bin *bins; /* ascending */
	size_t bin_count;
};

/*
 * Gathers latency `name` ("touch", "write") of a case from the boots in which it is ok. False where there is none; else
 * free with samples_free().
 */
bool result_set_samples(const struct result_set *set, const char *case_name, const char *name,
                        struct samples *samples);
void samples_free(struct samples *samples);

#endif
