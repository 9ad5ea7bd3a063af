/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two results, or three, in one input, parted by NUL: the base, the new one, and another boot of the base. */
#ifndef HINTBENCH_TESTS_FUZZ_PAIR_H
#define HINTBENCH_TESTS_FUZZ_PAIR_H

#include "lib/analysis/result_set.h"
#include "tests/fuzz/input.h"

/* Files for its parts. Of an input without a second part both are of the first. */
struct pair {
	char specs[2][80]; /* as on a command line */
};

void pair_split(struct pair *pair, const uint8_t *data, size_t size);

/* For result_sets_free(); NULL where one of them is no result. */
struct result_set *pair_load(const uint8_t *data, size_t size);

#endif
