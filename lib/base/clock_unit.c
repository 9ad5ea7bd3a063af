/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/clock_unit.h"

#include <string.h>

static const char *const names[CLOCK_UNITS] = {
    [CLOCK_NS] = "ns",
    [CLOCK_INSTRUCTIONS] = "instructions",
    [CLOCK_NONE] = "none",
};

const char *clock_unit_name(enum clock_unit unit)
{
	return names[unit];
}

bool clock_unit_find(const char *name, enum clock_unit *unit)
{
	for (int i = 0; i < CLOCK_UNITS; i++) {
		if (strcmp(name, names[i]) != 0)
			continue;
		*unit = i;
		return true;
	}
	return false;
}
