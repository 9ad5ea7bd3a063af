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

int cli_events_open(struct cli_events *events, const char *name, struct error *error)
{
	int err = event_set_load(&events->set, name, error);
	if (err)
		return err;
	err = event_groups_make(&events->plan, &events->set, error);
	if (err)
		event_set_free(&events->set);
	return err;
}

void cli_events_close(struct cli_events *events)
{
	event_set_free(&events->set);
}

static const char *reason_of(const json_t *missing, size_t index)
{
	const char *text = json_string_value(json_object_get(json_array_get(missing, index), "reason"));
	return text ? text : "";
}

void cli_events_report_missing(const char *who, const json_t *events)
{
	const json_t *missing = json_object_get(events, "missing");
	const char *set = json_string_value(json_object_get(events, "set"));
	for (size_t i = 0; i < json_array_size(missing); i++) {
		size_t first = 0;
		while (strcmp(reason_of(missing, first), reason_of(missing, i)) != 0)
			first++;
		if (first < i)
			continue;
		fprintf(stderr, "%s: event set %s: not counted:", who, set ? set : "?");
		for (size_t j = i; j < json_array_size(missing); j++) {
			json_t *name = json_object_get(json_array_get(missing, j), "name");
			if (json_is_string(name) && strcmp(reason_of(missing, i), reason_of(missing, j)) == 0)
				fprintf(stderr, "%s %s", j > i ? "," : "", json_string_value(name));
		}
		fprintf(stderr, ": %s\n", reason_of(missing, i));
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

static json_t *set_json(const struct cli_events *events)
{
	json_t *object = event_groups_json(&events->plan);
	json_object_set_new(object, "about", json_string(events->set.about));
	return object;
}

/* Prints a set, or adds it to `sets` where that isn't NULL. Returns an exit status. */
static int list_set(const char *name, json_t *sets, bool first)
{
	struct cli_events events;
	struct error error;
	if (cli_events_open(&events, name, &error) != 0)
		return bad_input("%s", error.text);
	if (sets)
		json_array_append_new(sets, set_json(&events));
	else
		print_set(&events, first);
	cli_events_close(&events);
	return EXIT_DONE;
}

/* A set that is wrong does not keep the others from being listed. */
static int list_all(json_t *sets)
{
	char pattern[PATH_MAX + 8];
	int status = EXIT_DONE;
	glob_t found;
	if (data_path("configs/events", pattern, PATH_MAX) != 0)
		return bad_input("configs/events is missing: is hintbench installed whole?");
	strcat(pattern, "/*.ini");
	if (glob(pattern, 0, NULL, &found) != 0)
		return bad_input("there is no event set in configs/events");
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (list_set(found.gl_pathv[i], sets, i == 0) != EXIT_DONE)
			status = EXIT_BAD_INPUT;
	globfree(&found);
	return status;
}

int cli_events_list(const char *name, bool json)
{
	json_t *sets = json ? json_array() : NULL;
	int status = name ? list_set(name, sets, true) : list_all(sets);
	if (sets && status == EXIT_DONE) {
		json_dumpf(sets, stdout, JSON_INDENT(1));
		putchar('\n');
	}
	json_decref(sets);
	return status;
}
