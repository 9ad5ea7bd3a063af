/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/cmocka_all.h"

#include <jansson.h>
#include <string.h>

#include "lib/analysis/metrics.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static struct count counts[] = {
    {"queue_max", 64, 1}, {"write_faults", 128, 2}, {"touch_p99", 64, 1}, {"hint_faults", 64, 1}};
static struct latency latencies[] = {
    {.name = "touch",
     .clock = CLOCK_INSTRUCTIONS,
     .min = 1,
     .p50 = 2,
     .p90 = 3,
     .p99 = 4,
     .max = 5,
     .mean = 2.5},
    {.name = "unheard", .clock = CLOCK_INSTRUCTIONS, .p50 = 7},
};
static struct event_count events[] = {{.name = "cycles", .count = 6400, .per_unit = 100},
                                      {.name = "write_faults", .count = 1, .per_unit = 0.1}};
static struct derived derived[] = {{"ipc", 0.5, "instructions per cycle"}, {"cycles", 1, "none"}};
static const struct record record = {
    .name = "hint/map=anon",
    .unit = "pmd",
    .units = 64,
    .counts = counts,
    .count_count = LENGTH(counts),
    .latencies = latencies,
    .latency_count = LENGTH(latencies),
    .events = events,
    .event_count = LENGTH(events),
    .derived = derived,
    .derived_count = LENGTH(derived),
};

static bool is_count(const struct metric *metric)
{
	return metric->kind != METRIC_TIME;
}

/* A new metric is a row; `make schema` puts it into the schema. */
static void the_schema_has_every_count(void **state)
{
	(void)state;
	json_t *schema = json_load_file("results/schema.json", 0, NULL);
	const char *const path[] = {"definitions", "case", "properties", "metrics", "properties"};
	json_t *properties = schema;
	for (size_t i = 0; i < LENGTH(path); i++)
		properties = json_object_get(properties, path[i]);
	size_t rows = 0;
	for (const struct metric *metric = metrics; metric->name; metric++) {
		json_t *property = json_object_get(properties, metric->name);
		if (!is_count(metric))
			continue;
		rows++;
		if (!property)
			fail_msg("results/schema.json has no %s: type `make schema`", metric->name);
		assert_string_equal(json_string_value(json_object_get(property, "$ref")),
		                    "#/definitions/metric");
		assert_string_equal(json_string_value(json_object_get(property, "description")),
		                    metric->what);
	}
	assert_int_equal(json_object_size(properties), rows);
	json_decref(schema);
}

static void rows_are_whole_and_names_are_there_once(void **state)
{
	(void)state;
	for (const struct metric *metric = metrics; metric->name; metric++) {
		assert_ptr_equal(metric_find(metric->name), metric);
		assert_in_range(strlen(metric->what), 5, 100);
		assert_int_equal(!metric->latency, is_count(metric));
		/* What the line of progress has, tables have too. */
		assert_int_equal(metric->short_name != NULL, metric->shown != SHOWN_ON_REQUEST);
		assert_string_not_equal(metric_kind_name(metric->kind), "other");
	}
	assert_null(metric_find("touch"));
	assert_null(metric_find("unheard_p50"));
	assert_int_equal(metric_find("swapin_faults")->shown, SHOWN_ALWAYS);
}

static void expect(const char *name, enum metric_kind kind, double value, const char *unit)
{
	struct figure figure;
	char text[64];
	assert_true(figure_find(&record, name, &figure));
	assert_string_equal(figure.name, name);
	assert_int_equal(figure.kind, kind);
	assert_true(figure.value == value);
	figure_unit(&figure, text, sizeof(text));
	assert_string_equal(text, unit);
	bool in_catalogue = kind != METRIC_OTHER && kind != METRIC_EVENT && kind != METRIC_DERIVED;
	assert_ptr_equal(figure.metric, in_catalogue ? metric_find(name) : NULL);
}

static void figures_have_kind_and_unit(void **state)
{
	(void)state;
	struct figure figure;
	expect("hint_faults", METRIC_FAULT, 1, "per pmd");
	expect("write_faults", METRIC_FAULT, 2, "per pmd"); /* not the event of that name */
	expect("touch_p50", METRIC_TIME, 2, "instructions");
	expect("touch_mean", METRIC_TIME, 2.5, "instructions");
	expect("touch_max", METRIC_TIME, 5, "instructions");
	expect("cycles", METRIC_EVENT, 100, "per pmd");
	expect("ipc", METRIC_DERIVED, 0.5, "instructions per cycle");
	/* Counts, whatever their names end in. */
	expect("queue_max", METRIC_OTHER, 1, "per pmd");
	expect("touch_p99", METRIC_OTHER, 1, "per pmd");
	assert_false(figure_find(&record, "other_faults", &figure));
	assert_false(figure_find(&record, "write_p50", &figure));
	assert_false(figure_find(&record, "unheard_p50", &figure));
	assert_true(figure_find(&record, "hint_faults", &figure) && figure.count == 64);
}

static void figures_are_in_the_catalogues_order_and_there_once(void **state)
{
	(void)state;
	static const char *const wanted[] = {"hint_faults", "write_faults", "touch_p50", "touch_mean",
	                                     "touch_min",   "touch_p90",    "touch_p99", "touch_max",
	                                     "queue_max",   "cycles",       "ipc"};
	struct figure figures[2 * LENGTH(wanted)];
	assert_int_equal(figures_of(&record, NULL, 0), LENGTH(wanted));
	assert_int_equal(figures_of(&record, figures, LENGTH(figures)), LENGTH(wanted));
	for (size_t i = 0; i < LENGTH(wanted); i++)
		assert_string_equal(figures[i].name, wanted[i]);
	const struct record empty = {.unit = "page"};
	assert_int_equal(figures_of(&empty, figures, LENGTH(figures)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_schema_has_every_count),
	    cmocka_unit_test(rows_are_whole_and_names_are_there_once),
	    cmocka_unit_test(figures_have_kind_and_unit),
	    cmocka_unit_test(figures_are_in_the_catalogues_order_and_there_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
