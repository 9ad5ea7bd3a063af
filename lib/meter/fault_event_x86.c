/* SPDX-License-Identifier: GPL-2.0-or-later */
/* x86-64: a tracepoint with the error code that the processor pushed. */
#ifdef __x86_64__
#include <stdio.h>

#include "lib/meter/fault_event.h"
#include "lib/meter/tracepoint.h"

/* Bits of the error code at exceptions:page_fault_user (Intel SDM vol. 3A, 4.7). */
enum {
	FAULT_PRESENT = 1 << 0,
	FAULT_WRITE = 1 << 1,
	FAULT_USER = 1 << 2,
};

const char fault_event_what[] = "exceptions:page_fault_user";

int fault_event_available(struct error *error)
{
	return tracepoint_available(fault_event_what, error);
}

/* Numbers, not names: the filter language knows no symbols of the processor's error code. */
int fault_event_get(struct fault_event *event, struct error *error)
{
	const int read = FAULT_USER, write = FAULT_USER | FAULT_WRITE;
	const int write_protect = FAULT_USER | FAULT_WRITE | FAULT_PRESENT;
	const size_t bytes = sizeof(event->filter[0]);
	(void)error;
	event->name = fault_event_what;
	event->by_software_event = false;
	snprintf(event->filter[FAULT_HINT], bytes, "(error_code == %d || error_code == %d)", read, write);
	snprintf(event->filter[FAULT_WRITE_PROTECT], bytes, "error_code == %d", write_protect);
	snprintf(event->filter[FAULT_OTHER], bytes,
	         "error_code != %d && error_code != %d && error_code != %d", read, write, write_protect);
	return 0;
}
#endif
