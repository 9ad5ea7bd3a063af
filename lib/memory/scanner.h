/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arming: having the kernel mark memory PROT_NONE for NUMA balancing. */
#ifndef HINTBENCH_MEMORY_SCANNER_H
#define HINTBENCH_MEMORY_SCANNER_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"

/* Whether this kernel has NUMA balancing that can be switched. Returns 0, or -errno with `error`. */
int scanner_available(struct error *error);

/*
 * Whether its scanner can be hurried and its passes counted (CONFIG_SCHED_DEBUG, debugfs). Returns 0, or -ENOENT with
 * `error`: then arming takes seconds, and that all was scanned can only be told from what the scanner marked.
 */
int scanner_tunable(struct error *error);

/*
 * Sets the scanner's knobs, where there are some: as soon and as often as it goes. To be called before the
 * process that is measured is forked, since a process takes its first scan period at fork
 * (kernel/sched/fair.c, init_numa_balancing()). Changes settings. Returns 0, or -errno with `error`.
 */
int scanner_prepare(struct error *error);

struct scan_report {
	/* 4K pages that the scanner marked while it ran; 10 to 20 of them are the program's own */
	uint64_t pages;
	/* passes over the whole address space, of which the first may have begun in its middle */
	uint64_t scans;
	double seconds; /* of the guest's or the machine's time */
};

/*
 * Runs the scanner until it has passed over this process's whole address space at least once, so that what
 * can be armed is armed; spins in user mode meanwhile, since only a running task is scanned. Another thread
 * must be alive: the scanner passes by pages on the own node of a process with one thread. NUMA balancing is
 * off afterwards, and entries stay armed. Where the kernel doesn't count passes (report->scans stays 0), it
 * runs until `pages` or more were marked and no more come, or its time is over. Returns 0, or -errno with
 * `error`: -ETIME where the scanner didn't get round in time.
 */
int scanner_arm(uint64_t pages, struct scan_report *report, struct error *error);

#endif
