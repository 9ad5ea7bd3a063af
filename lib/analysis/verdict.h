/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Same, different or unclear: what the boots of two kernels let one say. The boot is the sample, and a difference counts
 * against what the same kernel does to itself (docs/statistics.md):
 *
 * - *different*: the boots say it by more than chance, and its size, the Hodges-Lehmann estimate of the shift (1963), is
 *   beyond the floor, which is what the base's boots show against each other, or what was measured for it elsewhere.
 * - *same*: all boots are equal, or the interval of the shift lies within the floor or within the smallest effect that
 *   matters: equivalence (Schuirmann 1987), not a missing proof.
 * - *unclear*: neither, and why.
 * - *relevant*: different, by the smallest effect that matters or more.
 *
 * More than chance is what the exact Mann-Whitney test (1947) says, whatever the shape of the noise, corrected for the number
 * of figures that are judged together (Benjamini and Hochberg 1995): where nothing differs, anything is called different in
 * one of twenty comparisons at most. Figures that all boots agree on need no test and do not count. The others are corrected
 * in two groups, with half of the 5 % each: those whose boots, whichever kernel they are of, lie in two clusters far apart
 * (stats_two_clusters()), and the rest. The group does not depend on whose the boots are, so that it favours nothing; but few
 * boots that are clearly apart, as all are in a quiet guest, need not outweigh hundreds of figures that are all noise.
 *
 * - Of counts also the counts themselves are evidence, where every boot of one kernel is on the same side of every boot of
 *   the other, by the smallest effect at least: a unit takes a whole number of faults of a kind, so each unit is a sample
 *   (Przyborowski and Wilenski 1940).
 * - The floor is the median difference of two boots of the base; in exact results, whose boots differ only by what was
 *   perturbed on purpose, the largest. There boots of the same seeds that are equal are the same, and of single boots
 *   equality decides.
 */
#ifndef HINTBENCH_ANALYSIS_VERDICT_H
#define HINTBENCH_ANALYSIS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/analysis/stats.h"

#define VERDICT_ALPHA 0.05

enum verdict { VERDICT_SAME, VERDICT_DIFFERENT, VERDICT_UNCLEAR };

/* "same", "different" or "unclear". */
const char *verdict_name(enum verdict verdict);

/* A figure on one kernel. */
struct boot_values {
	size_t boots;         /* at least 1 */
	const double *values; /* a value a boot */
	double events;        /* for counts: how many in all boots, */
	double units;         /* and over how many units */
};

/* A figure on two kernels, and what is known of it beside. */
struct judged_figure {
	struct boot_values base, new;
	bool exact;       /* both kernels' results are */
	bool paired;      /* value i of both is from one seed */
	bool counted;     /* whole events of units */
	bool by_equality; /* exact results: one equals the other or not, whatever a kernel's boots show */
	double floor;     /* that was measured elsewhere; 0: none */
	double effect;    /* the smallest difference that matters; 0: any does */
};

struct judgement {
	enum verdict verdict;
	bool relevant;
	double shift; /* new against base */
	bool has_interval;
	struct stats_interval interval; /* of the shift, 95 %; of few exact boots all differences */
	double floor;                   /* NAN where one boot of the base shows none */
	double p;                       /* of the test; NAN where there was none */
	double resolution;   /* the smallest difference that could have been seen; NAN where none could */
	const char *reason;  /* why it is unclear, NULL where it is not */
	size_t boots_needed; /* of each kernel would tell, about; 0: not known, or it is not unclear */
};

/* Judges figures that are looked at together, into a judgement each. */
void verdicts_judge(const struct judged_figure *figures, size_t count, struct judgement *judgements);

#endif
