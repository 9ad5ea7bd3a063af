/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench list --json`: what it lists, on standard output. */
#ifndef HINTBENCH_CLI_LIST_JSON_H
#define HINTBENCH_CLI_LIST_JSON_H

#include <stddef.h>

#include "bench/bench.h"
#include "lib/analysis/metrics.h"
#include "lib/analysis/result.h"

struct listed_case {
	const struct bench_case *c;
	const char *reason; /* why it can't run here; NULL: it can */
};

struct listed_set {
	const struct event_report *report;
	const char *about;
};

void list_json_cases(const struct listed_case *cases, size_t count);
void list_json_sets(const struct listed_set *sets, size_t count);

/* The catalogue. */
void list_json_metrics(void);

/* "less", "more" or "neither". */
const char *list_better(enum metric_better better);

#endif
