/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/events.h"

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/case_events.h"
#include "cli/command.h"
#include "cli/escape.h"
#include "cli/list_json.h"
#include "cli/table.h"
#include "lib/analysis/metrics.h"
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
		print_plain(who, stderr);
		fputs(": event set ", stderr);
		print_plain(report->set, stderr);
		for (size_t j = i; j < report->event_count; j++) {
			if (!same_reason(&report->events[j], event))
				continue;
			fputs(j > i ? ", " : ": not counted: ", stderr);
			print_plain(report->events[j].name, stderr);
		}
		print_line(stderr, ": %s", event->reason);
	}
}

/* Whether an event before the one at `index` is missing for the same reason. */
static bool reported(const struct event_groups *groups, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (groups->events[i].group < 0 &&
		    strcmp(groups->events[i].error.text, groups->events[index].error.text) == 0)
			return true;
	return false;
}

/* Which of the groups' reasons it is, from 1 on, in the order in which they first come. */
static int reason_number(const struct event_groups *groups, size_t index)
{
	int number = 0;
	for (size_t i = 0; i < groups->set->event_count; i++) {
		if (groups->events[i].group >= 0)
			continue;
		number += !reported(groups, i);
		if (strcmp(groups->events[i].error.text, groups->events[index].error.text) == 0)
			break;
	}
	return number;
}

/* Reasons are long and mostly the same: they stand below the table. */
static void print_set(const struct cli_events *events, bool first)
{
	const struct event_groups *groups = &events->groups;
	struct table table = {.columns = 4, .align = "llll"};
	fputs(first ? "" : "\n", stdout);
	print_line(stdout, "# %s: %s", events->set.name, events->set.about);
	table_cell(&table, "set");
	table_cell(&table, "name");
	table_cell(&table, "event");
	table_cell(&table, "here");
	for (size_t i = 0; i < events->set.event_count; i++) {
		table_cell(&table, "%s", events->set.name);
		table_cell(&table, "%s", events->set.events[i].name);
		table_cell(&table, "%s", groups->events[i].code);
		if (groups->events[i].group >= 0)
			table_cell(&table, "counted, in pass %d", groups->events[i].group + 1);
		else
			table_cell(&table, "no (%d)", reason_number(groups, i));
	}
	table_print(&table, false, stdout);
	for (size_t i = 0; i < events->set.event_count; i++)
		if (groups->events[i].group < 0 && !reported(groups, i))
			print_line(stdout, "(%d) %s", reason_number(groups, i), groups->events[i].error.text);
	for (size_t i = 0; i < events->set.metric_count; i++) {
		const struct event_metric *metric = &events->set.metrics[i];
		struct error error;
		bool counted = event_groups_metric(groups, metric, &error) == 0;
		print_line(stdout, "%s = %s, %s%s%s", metric->name, metric->formula, metric->unit,
		           counted ? "" : "; not here: ", counted ? "" : error.text);
	}
}

/* A set that is wrong does not keep the others from being listed. */
static int list_sets(const char *const *names, size_t count, bool json)
{
	int status = EXIT_DONE;
	struct arena *arena = arena_new();
	struct listed_set *listed = arena_alloc(arena, count * sizeof(*listed));
	for (size_t i = 0; i < count; i++) {
		struct cli_events events;
		struct error error;
		if (cli_events_open(&events, names[i], &error) != 0) {
			status = bad_input("%s", error.text);
			continue;
		}
		listed[i].report = case_events_report(arena, &events.groups);
		listed[i].about = arena_copy(arena, events.set.about);
		if (!json)
			print_set(&events, i == 0);
		cli_events_close(&events);
	}
	if (json && status == EXIT_DONE)
		list_json_sets(listed, count);
	arena_free(arena);
	return status;
}

int cli_events_list(const char *const *names, size_t name_count, bool json)
{
	char pattern[PATH_MAX + 8];
	glob_t found;
	if (name_count > 0)
		return list_sets(names, name_count, json);
	if (data_path("configs/events", pattern, PATH_MAX) != 0)
		return bad_input("configs/events is missing: is hintbench installed whole?");
	strcat(pattern, "/*.ini");
	if (glob(pattern, 0, NULL, &found) != 0)
		return bad_input("there is no event set in configs/events");
	int status = list_sets((const char *const *)found.gl_pathv, found.gl_pathc, json);
	globfree(&found);
	return status;
}
