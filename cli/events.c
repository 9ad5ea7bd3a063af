/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/events.h"

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/table.h"
#include "lib/base/paths.h"

static bool is_metric(const char *name)
{
	return metric_find(name);
}

int cli_events_open(struct cli_events *events, const char *name, struct error *error)
{
	int err = event_set_load(&events->set, name, is_metric, error);
	if (err)
		return err;
	err = event_groups_make(&events->groups, &events->set, error);
	if (err)
		event_set_free(&events->set);
	return err;
}

void cli_events_close(struct cli_events *events)
{
	event_set_free(&events->set);
}

static bool same_reason(const struct reported_event *a, const struct reported_event *b)
{
	return a->reason && b->reason && strcmp(a->reason, b->reason) == 0;
}

void cli_events_report_missing(const char *who, const struct event_report *report)
{
	for (size_t i = 0; report && i < report->event_count; i++) {
		const struct reported_event *event = &report->events[i];
		size_t first = 0;
		while (first < i && !same_reason(&report->events[first], event))
			first++;
		if (!event->reason || first < i)
			continue;
		fprintf(stderr, "%s: event set %s: not counted:", who, report->set);
		for (size_t j = i; j < report->event_count; j++)
			if (same_reason(&report->events[j], event))
				fprintf(stderr, "%s %s", j > i ? "," : "", report->events[j].name);
		fprintf(stderr, ": %s\n", event->reason);
	}
}

/* Whether an event before the one at `index` is missing for the same reason. */
static bool reported(const struct event_groups *plan, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (plan->events[i].group < 0 &&
		    strcmp(plan->events[i].error.text, plan->events[index].error.text) == 0)
			return true;
	return false;
}

/* Which of the plan's reasons it is, from 1 on, in the order in which they first come. */
static int reason_number(const struct event_groups *plan, size_t index)
{
	int number = 0;
	for (size_t i = 0; i < plan->set->event_count; i++) {
		if (plan->events[i].group >= 0)
			continue;
		number += !reported(plan, i);
		if (strcmp(plan->events[i].error.text, plan->events[index].error.text) == 0)
			break;
	}
	return number;
}

/* Reasons are long and mostly the same: they stand below the table. */
static void print_set(const struct cli_events *events, bool first)
{
	const struct event_groups *plan = &events->plan;
	struct table table = {.columns = 4, .align = "llll"};
	printf("%s# %s: %s\n", first ? "" : "\n", events->set.name, events->set.about);
	table_cell(&table, "set");
	table_cell(&table, "name");
	table_cell(&table, "event");
	table_cell(&table, "here");
	for (size_t i = 0; i < events->set.event_count; i++) {
		table_cell(&table, "%s", events->set.name);
		table_cell(&table, "%s", events->set.events[i].name);
		table_cell(&table, "%s", plan->events[i].code);
		if (plan->events[i].group >= 0)
			table_cell(&table, "counted, in pass %d", plan->events[i].group + 1);
		else
			table_cell(&table, "no (%d)", reason_number(plan, i));
	}
	table_print(&table, false, stdout);
	for (size_t i = 0; i < events->set.event_count; i++)
		if (plan->events[i].group < 0 && !reported(plan, i))
			printf("(%d) %s\n", reason_number(plan, i), plan->events[i].error.text);
	for (size_t i = 0; i < events->set.metric_count; i++) {
		const struct event_metric *metric = &events->set.metrics[i];
		struct error error;
		bool counted = event_groups_metric(plan, metric, &error) == 0;
		printf("%s = %s, %s%s%s\n", metric->name, metric->formula, metric->unit,
		       counted ? "" : "; not here: ", counted ? "" : error.text);
	}
}

/* The paths of the sets that are asked for. False, having said so, where there is none. */
static bool find_sets(const char *const *names, size_t name_count, glob_t *found)
{
	char pattern[PATH_MAX + 8];
	*found = (glob_t){.gl_pathc = 0};
	for (size_t i = 0; i < name_count; i++)
		glob(names[i], GLOB_NOCHECK | GLOB_NOMAGIC | (i ? GLOB_APPEND : 0), NULL, found);
	if (name_count > 0)
		return true;
	if (data_path("configs/events", pattern, PATH_MAX) != 0) {
		bad_input("configs/events is missing: is hintbench installed whole?");
		return false;
	}
	strcat(pattern, "/*.ini");
	if (glob(pattern, 0, NULL, found) == 0)
		return true;
	bad_input("there is no event set in configs/events");
	return false;
}

int cli_events_list(const char *const *names, size_t name_count, bool json)
{
}
