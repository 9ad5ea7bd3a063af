/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of event sets. */
#include <assert.h>
#include <string.h>

#include "lib/analysis/metrics.h"
#include "lib/meter/event_set.h"
#include "tests/fuzz/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error = {0};
	struct event_set set;
	char code[256];
	if (event_set_load(&set, input_file(0, data, size), NULL, &error) != 0) {
		check_error(&error);
		return 0;
	}
	for (size_t i = 0; i < set.event_count; i++) {
		event_set_code(&set.events[i], set.pmu_count ? set.pmus[0] : NULL, code, sizeof(code));
		assert(event_set_index(&set, set.events[i].name, NULL) == (int)i);
	}
	event_set_free(&set);
	return 0;
}
