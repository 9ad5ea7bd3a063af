/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A case's record, as results/schema.json describes it. */
#ifndef HINTBENCH_BENCH_CASE_RECORD_H
#define HINTBENCH_BENCH_CASE_RECORD_H

#include <jansson.h>

#include "bench/bench.h"
#include "lib/meter/clock.h"

/* The record of a case that can't run here because of `error`. A new reference, NULL where memory ran out. */
json_t *record_skip(const struct bench_case *c, const struct error *error);

/* The record of a case from its two passes; `timed` is all zero where that pass wasn't made. Likewise. */
json_t *record_make(const struct bench_case *c, const struct measurement *counted,
                    const struct measurement *timed, const struct clock *clock);

/* Gives the record the status and the reason of a further pass that failed. */
void record_spoil(json_t *record, const struct measurement *failed);

#endif
