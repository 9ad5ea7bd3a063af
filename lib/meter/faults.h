/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page faults of the calling thread in a range of addresses, told apart by what the processor said of each:
 * the ground truth of this suite. lib/meter/fault_event.h says where that is seen.
 */
#ifndef HINTBENCH_METER_FAULTS_H
#define HINTBENCH_METER_FAULTS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/meter/fault_event.h"

struct faults {
	int fd[FAULT_KINDS];
	int software_fd; /* -1 where the event passes without it */
};

/* Whether faults can be counted here; changes nothing. Returns 0, or -errno with `error`. */
int faults_available(struct error *error);

/*
 * Prepares what faults_open() needs, once for all cases instead of in each. Where that is more than looking,
 * it is a setting (see lib/base/settings.h). Returns 0, or -errno with `error`.
 */
int faults_prepare(struct error *error);

/*
 * Opens a stopped counter of the kernel's software event of page faults, for the calling thread and all
 * addresses: a second count. Returns a file descriptor for tracepoint_read(), or -errno with `error`.
 */
int faults_open_software(struct error *error);

/* Opens the counters, stopped, for [start, start + bytes). Returns 0, or -errno with `error`. */
int faults_open(struct faults *faults, const void *start, size_t bytes, struct error *error);

void faults_start(struct faults *faults);
void faults_stop(struct faults *faults);

/* Reads what was counted since faults_open(). Returns 0, or -errno with `error`. */
int faults_read(const struct faults *faults, uint64_t count[FAULT_KINDS], struct error *error);

void faults_close(struct faults *faults);

#endif
