/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One side of a comparison: the results of one kernel, from one boot or several. */
#ifndef HINTBENCH_ANALYSIS_RESULT_SET_H
#define HINTBENCH_ANALYSIS_RESULT_SET_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"

struct side {
	char *spec;       /* as it was given: "a.json" or "a.json,b.json" */
	char *label;      /* what people call this kernel; unlike the labels of the other sides */
	size_t boots;     /* at least 1 */
	char **paths;     /* a file a boot */
	json_t **results; /* the file of each boot */
	json_t **records; /* for each boot: case name to record */
};

/*
 * Loads the files of `spec`, joined by commas; all must be of the same kernel and clock, and of different
 * boots unless they are exact. Returns 0, or -errno with `error` and nothing to free.
 */
int side_load(struct side *side, const char *spec, struct error *error);

void side_free(struct side *side);

/*
 * Loads `count` specs and makes their labels differ. Returns an array for sides_free(), or NULL with `error`.
 */
struct side *sides_load(char *const *specs, size_t count, struct error *error);
void sides_free(struct side *sides, size_t count);

/* The context of the first boot: what all boots of a side share. */
json_t *side_context(const struct side *side);

/* "ns", "instructions" or "none". */
const char *side_clock(const struct side *side);

/* Whether a run of the same kernel gives the same bytes. */
bool side_exact(const struct side *side);

/* The record of a case in a boot, whatever its status, or NULL. Borrowed. */
json_t *side_record(const struct side *side, size_t boot, const char *case_name);

/* The same, NULL also where its status is not ok. */
json_t *side_ok_record(const struct side *side, size_t boot, const char *case_name);

/* The first record that is ok, else the first there is, else NULL. */
json_t *side_best_record(const struct side *side, const char *case_name);

/* The names of all cases of all sides, in the order in which they first appear. A new reference. */
json_t *sides_case_names(const struct side *sides, size_t count);

/* Samples of one latency in all boots, put together: ascending values and how often each came. */
struct side_samples {
	double *values;
	uint64_t *counts;
	size_t length;
};

/*
 * Gathers the distribution of latency `access` ("touch", "write") of a case. False where there is none, or
 * memory ran out; else free with side_samples_free().
 */
bool side_samples(const struct side *side, const char *case_name, const char *access,
                  struct side_samples *samples);
void side_samples_free(struct side_samples *samples);

#endif
