/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Same, different or unclear: what the boots of two kernels let one say.
 *
 * - Exact results carry no noise: equality decides.
 * - Counts on hardware: a unit takes a whole number of faults of a kind, so two kernels that treat it differently are
 *   a whole fault a unit apart, while a stray access or a page that was not armed moves a few units. Hence
 *   "different" only where the rates are half a fault a unit apart or more *and* their 95 % intervals (Poisson, by
 *   Byar) do not overlap; "same" where the rates are equal; else "unclear".
 * - Times: the boot is the unit of noise, so samples of one boot cannot tell kernels apart. The medians of the boots
 *   are compared with the exact Mann-Whitney U test at alpha 0.05: "different" below it, "unclear" above it, since no
 *   difference seen is not sameness shown, and where there are so few boots that even the clearest difference would
 *   stay above it; "same" only where all boots are equal.
 */
#ifndef HINTBENCH_ANALYSIS_VERDICT_H
#define HINTBENCH_ANALYSIS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#define VERDICT_ALPHA 0.05

enum verdict { VERDICT_SAME, VERDICT_DIFFERENT, VERDICT_UNCLEAR };

/* One metric of one case on one kernel. */
struct boot_values {
	size_t boots;   /* at least 1 */
	double *values; /* a value a boot */
	double events;  /* for counts: how many in all boots, */
	double units;   /* and over how many units */
};

struct judgement {
	enum verdict verdict;
	double p;           /* of the test; NAN where there was none */
	const char *reason; /* why it is unclear, NULL where it is not */
};

/* "same", "different" or "unclear". */
const char *verdict_name(enum verdict verdict);

struct judgement judge_exact(const struct boot_values *base, const struct boot_values *new);
struct judgement judge_counts(const struct boot_values *base, const struct boot_values *new);
struct judgement judge_times(const struct boot_values *base, const struct boot_values *new);

#endif
