/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How page faults can be counted on this processor, and told apart: an event that passes once a fault, with
 * the address and what the processor said of the fault. A file for each processor: lib/meter/fault_event_*.c.
 */
#ifndef HINTBENCH_METER_FAULT_EVENT_H
#define HINTBENCH_METER_FAULT_EVENT_H

#include <stdbool.h>

#include "lib/base/error.h"

enum fault_kind {
	FAULT_HINT,          /* the entry was not present: PROT_NONE, as long as the page was resident */
	FAULT_WRITE_PROTECT, /* the entry was present and read-only */
	FAULT_OTHER,
	FAULT_KINDS,
};

struct fault_event {
	const char *name; /* of a tracepoint that has a field `address` */
	/*
	 * Which of them are of each kind, in the kernel's filter language; to be joined with && to more. Each
	 * fault of a user program is of exactly one kind.
	 */
	char filter[FAULT_KINDS][256];
	bool by_software_event; /* it only passes while a counter of PERF_COUNT_SW_PAGE_FAULTS is open */
};

/* What is counted, for people. */
extern const char fault_event_what[];

/* Whether there is such an event, or can be made. Changes nothing. Returns 0, or -errno with `error`. */
int fault_event_available(struct error *error);

/*
 * Finds the event, or makes it: that is a setting (see lib/base/settings.h) on processors for which the kernel has
 * none. Returns 0, or -errno with `error`.
 */
int fault_event_get(struct fault_event *event, struct error *error);

#endif
