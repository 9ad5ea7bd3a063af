/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/record.h"

#include <string.h>

static const char *const status_names[CASE_STATUSES] = {
    [CASE_OK] = "ok",
    [CASE_SKIP] = "skip",
    [CASE_INCONCLUSIVE] = "inconclusive",
    [CASE_FAIL] = "fail",
};

const char *case_status_name(enum case_status status)
{
	return status_names[status];
}

bool case_status_find(const char *name, enum case_status *status)
{
	for (int i = 0; i < CASE_STATUSES; i++) {
		if (strcmp(name, status_names[i]) != 0)
			continue;
		*status = i;
		return true;
	}
	return false;
}

/* The element of an array whose name is `wanted`, or NULL. */
#define FIND_BY_NAME(array, length, wanted)                         \
	do {                                                        \
		for (size_t i = 0; i < (length); i++)               \
			if (strcmp((array)[i].name, (wanted)) == 0) \
				return &(array)[i];                 \
		return NULL;                                        \
	} while (0)

const struct count *record_count(const struct record *record, const char *name)
{
	FIND_BY_NAME(record->counts, record->count_count, name);
}

const struct latency *record_latency(const struct record *record, const char *name)
{
	FIND_BY_NAME(record->latencies, record->latency_count, name);
}

const struct event_count *record_event(const struct record *record, const char *name)
{
	FIND_BY_NAME(record->events, record->event_count, name);
}

const struct derived *record_derived(const struct record *record, const char *name)
{
	FIND_BY_NAME(record->derived, record->derived_count, name);
}
