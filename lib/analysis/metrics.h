/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The catalogue of metrics: what is measured, by name. A new one is a row in metrics.c, and progress, compare, plot,
 * check and results/schema.json know it from there. A record may have more: the counts of a family that came later,
 * the events and derived figures of an event set.
 */
#ifndef HINTBENCH_ANALYSIS_METRICS_H
#define HINTBENCH_ANALYSIS_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/analysis/record.h"

enum metric_kind {
	METRIC_FAULT,   /* faults of a kind, on the case's own addresses */
	METRIC_OUTCOME, /* what became of the pages and of what tracks them */
	METRIC_LOSS,    /* writes that tracking should have caught */
	METRIC_TIME,    /* one value of a latency, in the result's clock */
	METRIC_MACHINE, /* a counter of the whole machine: foreign pages can be among it */
	METRIC_EVENT,   /* of an event set */
	METRIC_DERIVED, /* what a formula of an event set made of such */
	METRIC_OTHER,   /* a count that is not in the catalogue */
	METRIC_KINDS,
};

enum metric_better { BETTER_LESS, BETTER_MORE, BETTER_NEITHER };

/* Whether tables, progress and pictures show it unless they are asked for others. */
enum metric_shown { SHOWN_ON_REQUEST, SHOWN_WHERE_ANY, SHOWN_ALWAYS };

/* The values of a latency that are metrics. */
enum latency_value {
	LATENCY_P50,
	LATENCY_MEAN,
	LATENCY_MIN,
	LATENCY_P90,
	LATENCY_P99,
	LATENCY_MAX,
	LATENCY_VALUES
};

struct metric {
	const char *name;       /* as in a result, or "touch_p50": the latency and the value */
	const char *short_name; /* in the line of progress; NULL: it is not there */
	const char *what;       /* a sentence */
	enum metric_kind kind;
	enum metric_better better;
	enum metric_shown shown;
	const char *latency;      /* of which METRIC_TIME is a value; else NULL */
	enum latency_value value; /* and which */
};

/* In the order in which they are shown; ends with a row without a name. */
extern const struct metric metrics[];

/* The row of that name, or NULL. */
const struct metric *metric_find(const char *name);

/* "fault", "outcome", "loss", "time", "machine", "event", "derived" or "other". */
const char *metric_kind_name(enum metric_kind kind);

/* Of a time, an event or what is derived from such: the smallest difference that matters, unless told otherwise, in %. */
#define RELEVANT_PERCENT 0.1

/*
 * The smallest difference from `base` that matters in a figure of that kind: half a fault a unit, since a unit takes whole
 * ones; of writes that tracking lost any (0); of what varies `percent` of the base.
 */
double metric_smallest_effect(enum metric_kind kind, double base, double percent);

/* A metric of one case's record. Strings are the record's, or the catalogue's. */
struct figure {
	const char *name;
	const struct metric *metric; /* its row; NULL where the catalogue has none */
	enum metric_kind kind;
	double value; /* counts and events: per unit */
	double count; /* counts and events: in all; else 0 */
	/* "page", "pmd" or "folio": per such; of a time the clock; of a derived figure its own. */
	const char *unit;
};

/* What a figure of that kind is in, for people: "per page", "instructions". */
void figure_unit(const struct figure *figure, char *text, size_t bytes);

/* The metric of a record; false where the record doesn't have it. */
bool figure_find(const struct record *record, const char *name, struct figure *figure);

/*
 * All metrics of a record, those of the catalogue first and in its order. Writes at most `room` of them into
 * `figures` and returns how many there are.
 */
size_t figures_of(const struct record *record, struct figure *figures, size_t room);

#endif
