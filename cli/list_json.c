/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/list_json.h"

#include <jansson.h>
#include <stdio.h>

static void print(json_t *list)
{
	json_dumpf(list, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(list);
}

static json_t *case_json(const struct listed_case *listed)
{
	const struct bench_case *c = listed->c;
	const struct page_kind *page = case_row(c, &axis_page);
	json_t *params = json_object();
	for (size_t i = 0; i < c->param_count; i++)
		json_object_set_new(params, c->params[i].key, json_string(c->params[i].value));
	json_t *object = json_pack("{s:s, s:s, s:o, s:s, s:I, s:b}", "name", c->name, "family",
	                           c->family->name, "params", params, "unit", page->unit, "units",
	                           (json_int_t)page->units, "available", !listed->reason);
	if (listed->reason)
		json_object_set_new(object, "reason", json_string(listed->reason));
	return object;
}

void list_json_cases(const struct listed_case *cases, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, case_json(&cases[i]));
	print(list);
}

static void set_text(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, json_string(text));
}

/* The events of a set: those that are counted by name, those that are missing in a list. */
static void set_events(json_t *object, const struct event_report *report)
{
	json_t *counted = json_object(), *missing = json_array();
	for (size_t i = 0; i < report->event_count; i++) {
		const struct reported_event *event = &report->events[i];
		if (event->pass)
			json_object_set_new(
			    counted, event->name,
			    json_pack("{s:s, s:i}", "event", event->event, "pass", event->pass));
		else
			json_array_append_new(missing,
			                      json_pack("{s:s, s:s, s:s}", "name", event->name, "event",
			                                event->event, "reason", event->reason));
	}
	json_object_set_new(object, "counted", counted);
	json_object_set_new(object, "missing", missing);
}

static json_t *set_json(const struct listed_set *listed)
{
	json_t *object = json_object(), *derived = json_object();
	set_text(object, "set", listed->report->set);
	set_text(object, "about", listed->about);
	set_events(object, listed->report);
	for (size_t i = 0; i < listed->report->metric_count; i++) {
		const struct reported_metric *metric = &listed->report->metrics[i];
		json_t *entry = json_object();
		set_text(entry, "formula", metric->formula);
		set_text(entry, "unit", metric->unit);
		set_text(entry, "about", metric->about);
		set_text(entry, "missing", metric->missing);
		json_object_set_new(derived, metric->name, entry);
	}
	json_object_set_new(object, "metrics", derived);
	return object;
}

void list_json_sets(const struct listed_set *sets, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, set_json(&sets[i]));
	print(list);
}

void list_json_metrics(void)
{
	json_t *list = json_array();
	for (const struct metric *metric = metrics; metric->name; metric++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "name", metric->name, "kind",
		                                      metric_kind_name(metric->kind), "better",
		                                      list_better(metric->better), "what", metric->what));
	print(list);
}
