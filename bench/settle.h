/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the work before a touch leaves behind, and the touch then pays for. It repeats in an exact guest, byte for byte, and
 * is yet no property of the kernel: it hangs on when a parent woke up, or on how long a name is. So it is settled right
 * before the accesses:
 *
 * - A processor on which a thread of the case ran keeps its address space while it is idle (lazy TLB, arch/x86/mm/tlb.c):
 *   each entry that is changed then costs a look at that processor, some 100 to 340 instructions a touch. Once another
 *   process has run there, it is over. So the runner, which has an address space of its own, visits all processors.
 * - The counters of /proc/vmstat are kept for each processor and folded at a threshold: they are folded now.
 * - perf's hooks in each context switch stay on for a second after the last counter was closed (perf_sched_work,
 *   kernel/events/core.c): 99 instructions a switch, in a touch that waits for another thread.
 */
#ifndef HINTBENCH_BENCH_SETTLE_H
#define HINTBENCH_BENCH_SETTLE_H

#include <stdbool.h>

#include "lib/base/error.h"

/* A line between the runner (the first end) and the case's process (the second). Returns 0, or -errno with `error`. */
int settle_open(int ends[2], struct error *error);

/*
 * In the case's process: has the runner settle the machine, and waits until it has; without a line (-1) nothing. Returns 0,
 * or -errno with `error`.
 */
int settle_ask(int end, struct error *error);

/* In the runner, when the line has something to read: settles, and answers. False where the other end is closed. */
bool settle_answer(int end);

/* In the runner, between a pass that had counters open and one whose touches wait for another thread. */
void settle_perf(void);

#endif
