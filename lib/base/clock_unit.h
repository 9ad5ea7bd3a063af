/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HINTBENCH_BASE_CLOCK_UNIT_H
#define HINTBENCH_BASE_CLOCK_UNIT_H

#include <stdbool.h>

/* What latencies are in; never mixed, always shown. */
enum clock_unit {
	CLOCK_NS,           /* real time */
	CLOCK_INSTRUCTIONS, /* of an emulator that counts them, exactly */
	CLOCK_NONE,         /* an emulator whose time means nothing: there are no latencies */
	CLOCK_UNITS,
};

/* "ns", "instructions" or "none", as in the result file. */
const char *clock_unit_name(enum clock_unit unit);

/* The unit of that name, into `unit`; false where there is none. */
bool clock_unit_find(const char *name, enum clock_unit *unit);

#endif
