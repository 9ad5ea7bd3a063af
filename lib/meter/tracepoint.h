/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A counter of a tracepoint: perf_event, with the name resolved by libpfm4 and a filter on its fields. */
#ifndef HINTBENCH_METER_TRACEPOINT_H
#define HINTBENCH_METER_TRACEPOINT_H

#include <stdint.h>

#include "lib/base/error.h"

/*
 * Whether the tracepoint `name` ("exceptions:page_fault_user") can be counted here. Returns 0, or -errno with `error`.
 */
int tracepoint_available(const char *name, struct error *error);

/*
 * Opens a stopped counter of the calling thread's hits of `name` that pass `filter` (the kernel's filter language,
 * Documentation/trace/events.rst, section 5; NULL: all). Returns a file descriptor, or -errno with `error`.
 */
int tracepoint_open(const char *name, const char *filter, struct error *error);

void tracepoint_start(int fd);
void tracepoint_stop(int fd);

/* Reads the count. Returns 0, or -errno with `error`. */
int tracepoint_read(int fd, uint64_t *count, struct error *error);

#endif
