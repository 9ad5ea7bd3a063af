/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The set neoverse, counted by the PMU of an arm64 guest: by libpfm4's names, the same twice, and held
 * against the clock of another pass; what QEMU's PMU lacks is named and nowhere a zero. Skipped with the
 * reason where tests/guest/test_arm64.c is.
 */
#include "tests/support/cmocka_all.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/meter/event_set.h"
#include "tests/support/arm64_guests.h"
#include "tests/support/files.h"
#include "tests/support/guest.h"
#include "tests/support/run.h"

#define NAME  "debian-bookworm-arm64"
#define RUN   "lab run --kernel debian:bookworm:arm64 --no-modules --events neoverse"
#define CASES "track=none share=none outcome=local,skip,refused,migrate hint/map=anon/page=4k"

static struct error missing;
static struct event_set set;
static json_t *result;
static char said[1 << 14]; /* on standard error, while it was made */

static int boot(void **state)
{
	struct error error = {""};
	(void)state;
	if (set_up_folder(state) != 0)
		return -1;
	if (event_set_load(&set, "configs/events/neoverse.ini", NULL, &error) != 0) {
		print_error("%s\n", error.text);
		return -1;
	}
	if (arm64_is_missing(&missing))
		return 0;
	struct ran *ran = hintbench(RUN " -o %s/first " CASES, folder);
	if (ran->status != 0)
		print_error("%s", ran->err);
	snprintf(said, sizeof(said), "%s", ran->err);
	result = guest_result("first", NAME);
	return result ? 0 : -1;
}

static int clean_up(void **state)
{
	(void)state;
	json_decref(result);
	event_set_free(&set);
	return tear_down_folder(state);
}

static json_t *cases(void)
{
	return json_object_get(result, "cases");
}

static const char *name_of(json_t *c)
{
	return json_string_value(json_object_get(c, "name"));
}

static json_t *events_context(void)
{
	return json_object_get(json_object_get(result, "context"), "events");
}

static json_int_t whole(json_t *c, const char *event, const char *value)
{
	json_t *number = json_object_get(json_object_get(json_object_get(c, "events"), event), value);
	if (!json_is_integer(number))
		fail_msg("%s has no %s of %s", name_of(c), value, event);
	return json_integer_value(number);
}

/* What all samples of a case's latencies add up to, and how many they are. */
static json_int_t clock_of(json_t *c, json_int_t *touches)
{
	const char *kind;
	json_t *latency, *sample;
	size_t i;
	json_int_t sum = 0;
	*touches = 0;
	json_object_foreach (json_object_get(c, "latency"), kind, latency)
		json_array_foreach (json_object_get(latency, "distribution"), i, sample) {
			json_int_t often = json_integer_value(json_array_get(sample, 1));
			sum += (json_int_t)json_number_value(json_array_get(sample, 0)) * often;
			*touches += often;
		}
	return sum;
}

static void events_are_counted_by_libpfm4_names(void **state)
{
	static const char *const wanted[][2] = {
	    {"user_instructions", "arm_n1::INST_RETIRED:u"},
	    {"kernel_instructions", "arm_n1::INST_RETIRED:k"},
	    {"user_cycles", "arm_n1::CPU_CYCLES:u"},
	    {"kernel_cycles", "arm_n1::CPU_CYCLES:k"},
	    {"page_faults", "perf::PAGE-FAULTS"},
	};
	size_t i;
	json_t *c;
	(void)state;
	need_arm64(&missing);
	json_t *counted = json_object_get(events_context(), "counted");
	for (size_t e = 0; e < sizeof(wanted) / sizeof(wanted[0]); e++) {
		const char *event =
		    json_string_value(json_object_get(json_object_get(counted, wanted[e][0]), "event"));
		assert_string_equal(event ? event : "", wanted[e][1]);
	}
	assert_int_equal(json_array_size(cases()), 10);
	json_array_foreach (cases(), i, c) {
		assert_string_equal(json_string_value(json_object_get(c, "status")), "ok");
		for (size_t e = 0; e < 4; e++) {
			assert_true(whole(c, wanted[e][0], "count") > 0);
			assert_int_equal(whole(c, wanted[e][0], "running_ns"),
			                 whole(c, wanted[e][0], "enabled_ns"));
		}
	}
}

/*
 * A touch's ticks are what the kernel runs for its faults, and what a touch without a fault takes between two
 * reads of the clock, which the cases `overhead` tell. So both together say what the kernel ran, and the
 * counter says it too, where what it counts without faults is taken off.
 */
static json_int_t counter_over_clock(json_t *c, json_int_t overhead)
{
	json_int_t touches, clock = clock_of(c, &touches);
	return whole(c, "kernel_instructions", "count") - whole(c, "kernel_instructions", "baseline") -
	       (clock - touches * overhead);
}

/* What a touch without a fault takes by the clock, which is the same for each. */
static json_int_t overhead(void)
{
	size_t i;
	json_t *c;
	json_array_foreach (cases(), i, c)
		if (strcmp(name_of(c), "overhead/access=write") == 0) {
			json_int_t touches, clock = clock_of(c, &touches);
			assert_true(touches > 0);
			assert_int_equal(clock % touches, 0);
			return clock / touches;
		}
	fail_msg("no case overhead/access=write");
	return 0;
}

/*
 * Two passes, each with its own timer ticks (some 3000 instructions) and its own luck with the kernel's
 * caches of free pages; where neither differs, only what switching the counters takes does, by some ten
 * instructions. One instruction a touch more or less would be 1024.
 */
static void counter_and_clock_agree(void **state)
{
	enum { SWITCHING = 64 };
	size_t i, faulting = 0, exact = 0;
	json_t *c;
	(void)state;
	need_arm64(&missing);
	const json_int_t between_reads = overhead();
	json_array_foreach (cases(), i, c) {
		if (strncmp(name_of(c), "hint/", 5) != 0)
			continue;
		json_int_t kernel = whole(c, "kernel_instructions", "count");
		json_int_t over = counter_over_clock(c, between_reads);
		print_message("%s: %lld in the kernel, the clock tells %lld less\n", name_of(c),
		              (long long)kernel, (long long)over);
		assert_true(llabs(over) * 20 < kernel);
		exact += llabs(over) <= SWITCHING;
		faulting++;
	}
	assert_int_equal(faulting, 8);
	assert_true(exact >= 3);
}

/* The loop is the same with and without faults, so user mode has nothing to add but an access that is made again. */
static void user_mode_is_the_loop_alone(void **state)
{
	size_t i;
	json_t *c;
	(void)state;
	need_arm64(&missing);
	json_array_foreach (cases(), i, c) {
		json_int_t touches;
		clock_of(c, &touches);
		assert_in_range(whole(c, "user_instructions", "count") / touches, overhead(), 30);
		assert_in_range(whole(c, "user_instructions", "count"),
		                whole(c, "user_instructions", "baseline"),
		                whole(c, "user_instructions", "baseline") + 2 * touches);
	}
}

static void derived_figures_tell_the_share_of_the_fault_path(void **state)
{
	size_t i;
	json_t *c;
	(void)state;
	need_arm64(&missing);
	json_array_foreach (cases(), i, c) {
		double kernel = (double)(whole(c, "kernel_instructions", "count") -
		                         whole(c, "kernel_instructions", "baseline"));
		double all = kernel + (double)whole(c, "user_instructions", "count");
		double share = json_number_value(
		    json_object_get(json_object_get(json_object_get(c, "derived"), "fault_share"), "value"));
		assert_true(share > kernel / all - 1e-9 && share < kernel / all + 1e-9);
		if (strncmp(name_of(c), "hint/", 5) == 0)
			assert_true(share > 0.9 && share < 1);
		else
			assert_true(share > -0.1 && share < 0.1);
	}
}

static bool is_missing(const char *name)
{
	size_t i;
	json_t *entry;
	json_array_foreach (json_object_get(events_context(), "missing"), i, entry)
		if (strcmp(json_string_value(json_object_get(entry, "name")), name) == 0) {
			assert_true(strlen(json_string_value(json_object_get(entry, "reason"))) > 10);
			return true;
		}
	return false;
}

/* An event that no case has anything of is one that is not counted. */
static void what_the_pmu_lacks_is_missing_and_never_a_zero(void **state)
{
	(void)state;
	need_arm64(&missing);
	assert_true(is_missing("remote_accesses"));
	assert_true(is_missing("kernel_backend_stalls"));
	for (size_t e = 0; e < set.event_count; e++) {
		const char *event = set.events[e].name;
		bool absent = is_missing(event);
		json_int_t sum = 0;
		size_t i;
		json_t *c;
		assert_int_equal(json_object_get(json_object_get(events_context(), "counted"), event) == NULL,
		                 absent);
		json_array_foreach (cases(), i, c) {
			if (absent)
				assert_null(json_object_get(json_object_get(c, "events"), event));
			else
				sum += whole(c, event, "count");
		}
		if (!absent && sum == 0)
			fail_msg("%s is counted, and always 0", event);
	}
}

/* Each event that is missing stands on the host's standard error once, with the kernel's name before it. */
static void missing_events_are_named_once(void **state)
{
	json_t *entry;
	size_t i;
	(void)state;
	need_arm64(&missing);
	assert_has(said, NAME ": event set neoverse: not counted: ");
	json_array_foreach (json_object_get(events_context(), "missing"), i, entry) {
		const char *name = json_string_value(json_object_get(entry, "name"));
		const char *at = strstr(said, name);
		assert_non_null(at);
		assert_null(strstr(at + 1, name));
	}
}

static void runs_repeat_to_the_byte(void **state)
{
	char command[256];
	(void)state;
	need_arm64(&missing);
	struct ran *ran = hintbench(RUN " -o %s/second " CASES, folder);
	assert_int_equal(ran->status, 0);
	snprintf(command, sizeof(command), "cmp %s/first/" NAME ".json %s/second/" NAME ".json", folder,
	         folder);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(events_are_counted_by_libpfm4_names),
	    cmocka_unit_test(counter_and_clock_agree),
	    cmocka_unit_test(user_mode_is_the_loop_alone),
	    cmocka_unit_test(derived_figures_tell_the_share_of_the_fault_path),
	    cmocka_unit_test(what_the_pmu_lacks_is_missing_and_never_a_zero),
	    cmocka_unit_test(missing_events_are_named_once),
	    cmocka_unit_test(runs_repeat_to_the_byte),
	};
	return cmocka_run_group_tests(tests, boot, clean_up);
}
