/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page faults of the calling thread in a range of addresses, counted by the tracepoint
 * exceptions:page_fault_user and told apart by the processor's error code: the ground truth of this suite.
 */
#ifndef HINTBENCH_FAULTS_H
#define HINTBENCH_FAULTS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/reason.h"

enum fault_kind {
	FAULT_HINT,          /* the entry was not present: PROT_NONE, as long as the page was resident */
	FAULT_WRITE_PROTECT, /* the entry was present and read-only */
	FAULT_OTHER,
	FAULT_KINDS,
};

struct faults {
	int fd[FAULT_KINDS];
};

/* Whether faults can be counted here. Returns 0, or -errno with `why`. */
int faults_available(struct reason *why);

/* Opens the counters, stopped, for [start, start + bytes). Returns 0, or -errno with `why`. */
int faults_open(struct faults *faults, const void *start, size_t bytes, struct reason *why);

void faults_start(struct faults *faults);
void faults_stop(struct faults *faults);

/* Reads what was counted since faults_open(). Returns 0, or -errno with `why`. */
int faults_read(const struct faults *faults, uint64_t count[FAULT_KINDS], struct reason *why);

void faults_close(struct faults *faults);

#endif
