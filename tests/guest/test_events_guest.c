/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An event set counted in an exact guest without a PMU: three ways to count faults agree, what is missing is
 * named and nowhere a zero, and runs repeat.
 */
#include "tests/support/cmocka_all.h"

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/files.h"
#include "tests/support/guest.h"
#include "tests/support/run.h"

#define SET "tests/data/events-guest.ini"
#define CASES                                                                    \
	"units=128 track=none hint/map=anon/page=4k/access=write/outcome=local " \
	"hint/map=anon/page=4k/access=read-write/outcome=migrate"
#define RUN "lab run --no-modules --kernel debian:bookworm -o %s/"

static json_t *result;
static char said[1 << 14]; /* on standard error, while it was made */

static int boot(void **state)
{
	(void)state;
	if (set_up_folder(state) != 0)
		return -1;
	struct ran *ran = hintbench(RUN "first --events " SET " " CASES, folder);
	if (ran->status != 0)
		print_error("%s", ran->err);
	snprintf(said, sizeof(said), "%s", ran->err);
	result = guest_result("first", "debian-bookworm");
	return result ? 0 : -1;
}

static int clean_up(void **state)
{
	(void)state;
	json_decref(result);
	return tear_down_folder(state);
}

static json_int_t whole(json_t *c, const char *where, const char *name, const char *value)
{
	json_t *number = json_object_get(json_object_get(json_object_get(c, where), name), value);
	if (!json_is_integer(number))
		fail_msg("%s has no %s of %s", json_string_value(json_object_get(c, "name")), value, name);
	return json_integer_value(number);
}

static json_int_t faults_of(json_t *c)
{
	return whole(c, "metrics", "hint_faults", "count") + whole(c, "metrics", "write_faults", "count") +
	       whole(c, "metrics", "other_faults", "count");
}

static void three_ways_to_count_faults_agree(void **state)
{
	size_t i, faulting = 0;
	json_t *c;
	(void)state;
	json_array_foreach (json_object_get(result, "cases"), i, c) {
		if (strcmp(json_string_value(json_object_get(c, "status")), "ok") != 0 ||
		    strstr(json_string_value(json_object_get(c, "name")), "/track="))
			continue;
		static const char *const events[] = {"page_faults", "minor_faults", "faults_seen"};
		for (size_t e = 0; e < 3; e++) {
			assert_int_equal(whole(c, "events", events[e], "count"), faults_of(c));
			assert_int_equal(whole(c, "events", events[e], "baseline"), 0);
			assert_int_equal(whole(c, "events", events[e], "running_ns"),
			                 whole(c, "events", events[e], "enabled_ns"));
			assert_true(whole(c, "events", events[e], "enabled_ns") > 0);
		}
		faulting += faults_of(c) > 0;
	}
	assert_true(faulting >= 2);
}

static json_t *find(const char *part)
{
	size_t i;
	json_t *c;
	json_array_foreach (json_object_get(result, "cases"), i, c)
		if (strcmp(json_string_value(json_object_get(c, "name")), part) == 0)
			return c;
	fail_msg("no case %s", part);
	return NULL;
}

static double derived(json_t *c, const char *name)
{
	json_t *value = json_object_get(json_object_get(json_object_get(c, "derived"), name), "value");
	return value ? json_number_value(value) : NAN;
}

static void migrations_are_counted_where_pages_migrate(void **state)
{
	json_t *moved = find("hint/map=anon/page=4k/access=read-write/outcome=migrate");
	json_t *stays = find("hint/map=anon/page=4k/access=write/outcome=local");
	(void)state;
	assert_int_equal(whole(moved, "events", "migrations", "count"),
	                 json_integer_value(json_object_get(moved, "units")));
	assert_true(derived(moved, "migrations_per_touch") == 1.0);
	assert_int_equal(whole(stays, "events", "migrations", "count"), 0);
	assert_true(derived(stays, "page_faults_per_fault") == 1.0);
	/* No fault, no quotient. */
	assert_true(isnan(derived(find("overhead/access=write"), "page_faults_per_fault")));
}

static void absent_is_absent(void **state)
{
	json_t *context = json_object_get(json_object_get(result, "context"), "events");
	json_t *missing = json_object_get(context, "missing"), *entry, *c;
	size_t i;
	(void)state;
	assert_int_equal(json_array_size(missing), 2);
	json_array_foreach (missing, i, entry) {
		const char *name = json_string_value(json_object_get(entry, "name"));
		bool tracepoint = strcmp(name, "no_such_tracepoint") == 0;
		assert_true(tracepoint || strcmp(name, "kernel_instructions") == 0);
		assert_has(json_string_value(json_object_get(entry, "reason")),
		           tracepoint ? "no such tracepoint" : "no PMU");
		assert_null(json_object_get(json_object_get(context, "counted"), name));
	}
	json_array_foreach (json_object_get(result, "cases"), i, c) {
		assert_null(json_object_get(json_object_get(c, "events"), "kernel_instructions"));
		assert_null(json_object_get(json_object_get(c, "events"), "no_such_tracepoint"));
		assert_null(json_object_get(json_object_get(c, "derived"), "kernel_instructions_per_fault"));
	}
}

/* How often `part` is in `text`. */
static size_t times(const char *text, const char *part)
{
	size_t count = 0;
	for (; (text = strstr(text, part)); text += strlen(part))
		count++;
	return count;
}

/* By the guest on its console, and by the host on standard error. */
static void missing_events_are_named_once(void **state)
{
	static char console[1 << 18];
	char path[256];
	(void)state;
	snprintf(path, sizeof(path), "%s/first/debian-bookworm.console.log", folder);
	read_and_remove(path, console, sizeof(console));
	const char *const texts[] = {console, said};
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(times(texts[i], "not counted: kernel_instructions: "), 1);
		assert_int_equal(times(texts[i], "not counted: no_such_tracepoint: "), 1);
		assert_int_equal(times(texts[i], "not counted:"), 2);
	}
	assert_has(said, "\ndebian-bookworm: event set events-guest: not counted: kernel_instructions: ");
}

static void runs_repeat_to_the_byte(void **state)
{
	char command[256];
	(void)state;
	struct ran *ran = hintbench(RUN "second --events " SET " " CASES, folder);
	assert_int_equal(ran->status, 0);
	snprintf(command, sizeof(command), "cmp %s/first/debian-bookworm.json %s/second/debian-bookworm.json",
	         folder, folder);
	assert_int_equal(system(command), 0);
}

static void job_file_can_name_the_set(void **state)
{
	char path[256];
	(void)state;
	snprintf(path, sizeof(path), "%s/job.ini", folder);
	FILE *job = fopen(path, "w");
	assert_non_null(job);
	fprintf(job, "[job]\ncases = overhead\nevents = " SET "\n");
	fclose(job);
	struct ran *ran = hintbench(RUN "job -c %s", folder, path);
	assert_int_equal(ran->status, 0);
	json_t *loaded = guest_result("job", "debian-bookworm");
	assert_non_null(loaded);
	json_t *context = json_object_get(loaded, "context");
	assert_true(json_equal(json_object_get(context, "events"),
	                       json_object_get(json_object_get(result, "context"), "events")));
	json_decref(loaded);
}

static void schema_describes_the_result(void **state)
{
	char command[512];
	(void)state;
	snprintf(command, sizeof(command),
	         "python3 -c \"import json, jsonschema; jsonschema.validate(json.load(open("
	         "'%s/first/debian-bookworm.json')), json.load(open('results/schema.json')))\"",
	         folder);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(three_ways_to_count_faults_agree),
	    cmocka_unit_test(migrations_are_counted_where_pages_migrate),
	    cmocka_unit_test(absent_is_absent),
	    cmocka_unit_test(missing_events_are_named_once),
	    cmocka_unit_test(runs_repeat_to_the_byte),
	    cmocka_unit_test(job_file_can_name_the_set),
	    cmocka_unit_test(schema_describes_the_result),
	};
	return cmocka_run_group_tests(tests, boot, clean_up);
}
