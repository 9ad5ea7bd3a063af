/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest sends back: a result and its end marker. */
#include <assert.h>
#include <string.h>

#include "lab/guests/marker.h"
#include "lib/analysis/result.h"
#include "tests/fuzz/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct error error = {0};
	struct marker marker;
	bool ended = marker_find(text, size, &marker) == 0;
	if (ended) {
		assert(marker.body_bytes < size);
		check_printed(marker.full, strlen(marker.full));
		if (marker_check(text, &marker, &error) != 0)
			check_error(&error);
	}
	result_free(result_salvage(text, ended ? marker.body_bytes : size, "input", "it hung", &error));
	return 0;
}
