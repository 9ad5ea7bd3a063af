/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Event sets on the command line. */
#ifndef HINTBENCH_CLI_EVENTS_H
#define HINTBENCH_CLI_EVENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/analysis/result.h"
#include "lib/meter/event_groups.h"

/* A set and how it is counted here. */
struct cli_events {
	struct event_set set;
	struct event_groups groups;
};

/* Loads and tries the set `name`. Returns 0, or -errno with `error` and nothing to free. */
int cli_events_open(struct cli_events *events, const char *name, struct error *error);
void cli_events_close(struct cli_events *events);

/*
 * Names on standard error what could not be counted, once, those of one reason together, each line beginning
 * with `who`. NULL: nothing to name.
 */
void cli_events_report_missing(const char *who, const struct event_report *report);

/*
 * `list --events`: each event of the named sets (none named: of all in configs/events), and whether it can be counted
 * here. Returns an exit status.
 */
int cli_events_list(const char *const *names, size_t name_count, bool json);

#endif
