/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A case's record, from what its passes measured. */
#ifndef HINTBENCH_BENCH_CASE_RECORD_H
#define HINTBENCH_BENCH_CASE_RECORD_H

#include "bench/bench.h"
#include "lib/analysis/record.h"
#include "lib/base/arena.h"
#include "lib/meter/clock.h"

/* The record of a case that can't run here because of `error`. All of a record is of the arena. */
struct record *case_record_skip(struct arena *arena, const struct bench_case *c, const struct error *error);

/* The record of a case from its two passes; `timed` is all zero where that pass wasn't made. */
struct record *case_record_make(struct arena *arena, const struct bench_case *c,
                                const struct measurement *counted, const struct measurement *timed,
                                const struct clock *clock);

/* Gives the record the status and the reason of a further pass that failed. */
void case_record_spoil(struct arena *arena, struct record *record, const struct measurement *failed);

#endif
