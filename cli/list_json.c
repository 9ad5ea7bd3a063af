/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/list_json.h"

#include <jansson.h>
#include <stdio.h>

#include "lib/analysis/context_json.h"

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

void list_json_sets(const struct listed_set *sets, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) {
		json_t *object = event_report_json(sets[i].report);
		put_text(&object, "about", sets[i].about);
		json_array_append_new(list, object);
	}
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
