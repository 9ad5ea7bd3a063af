/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A picture: which cases it shows and what its data are. A new one is a file here that defines a struct picture, a
 * script plot/NAME.gp, and a line in `pictures` (plot.c).
 */
#ifndef HINTBENCH_CLI_PLOT_PICTURE_H
#define HINTBENCH_CLI_PLOT_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/plot/choice.h"
#include "lib/analysis/comparison.h"
#include "lib/base/arena.h"

/* What is drawn. */
struct drawing {
	struct arena *arena;
	const struct comparison *comparison;
	const struct compared_case **cases; /* those that were asked for, in the order of the results */
	size_t case_count;
	bool cases_asked;   /* somebody named them: they are shown, also where no kernel differs */
	const char *shared; /* parts of the names that all have */
};

struct picture {
	const char *name;       /* of its files: NAME.dat, NAME.gp, NAME.svg, NAME.png */
	const char *script;     /* plot/SCRIPT.gp, which its own script loads; NULL where that stands alone */
	const char *metrics[4]; /* what its cases are chosen by; NULL after the last. Times need one clock */
	const char *same;       /* what the cases of one line have in common: "faults" */
	const char *nothing;    /* a sentence for when no result has anything to draw; NULL: none */
	/* Whether it has something to draw of a case on a kernel. */
	bool (*has)(const struct drawing *drawing, const struct picture *picture,
	            const struct compared_case *compared, size_t kernel);
	struct choice (*choose)(const struct drawing *drawing, const struct picture *picture);
	/* NAME.dat: what plot/NAME.gp reads. */
	void (*write)(const struct drawing *drawing, const struct picture *picture,
	              const struct choice *choice, FILE *out);
	/* NAME.gp, where it is made and not in plot/. */
	void (*write_script)(const struct picture *picture, FILE *out);
};

extern const struct picture picture_faults, picture_touch, picture_write, picture_where;

/* The picture series-METRIC: the metric over the kernels, in memory of `arena`. */
struct picture picture_series(const char *metric, struct arena *arena);

/* As many lines of bars as a picture has that a person still looks at. */
struct choice choose_bars(const struct drawing *drawing, const struct picture *picture);

/* The case's figure of that name, or NULL; and what it is on a kernel, NULL where it was not measured. */
const struct compared_figure *figure_of(const struct compared_case *compared, const char *metric);
const struct compared_cell *cell_of(const struct compared_case *compared, const char *metric, size_t kernel);

/* Whether the metric is a time, in the clock of its result. */
bool is_time(const char *metric);

/* "instructions (not cycles)", "ns": what times are in. */
const char *clock_title(const struct drawing *drawing);

#endif
