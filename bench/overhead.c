/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the timed loop itself costs: accesses that take no fault. Part of every result. */
#include "bench/bench.h"

static struct family overhead = {
    .name = "overhead",
    .what = "the timed loop on memory that takes no fault: the cost of measuring",
    .axes = {&axis_access},
};
BENCH_FAMILY(overhead);
