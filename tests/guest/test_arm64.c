/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arm64, in exact guests of the two kernels that tests/guest/test_guest.c has on x86. Skipped with the reason where
 * the cross compiler, QEMU, the libraries or the kernels are missing: `make arm64-deps arm64` brings them.
 */
#include "tests/support/cmocka_all.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/arm64_guests.h"
#include "tests/support/files.h"
#include "tests/support/guest.h"
#include "tests/support/run.h"

#define BASE "debian-bookworm-arm64"           /* 6.1, before the change */
#define NEW  "debian-bookworm-backports-arm64" /* 6.12, after it */
#define BOTH "--arch arm64 --kernel debian:bookworm --kernel debian:bookworm-backports"

static struct error missing;
static json_t *base, *new;

static int boot_both(void **state)
{
	(void)state;
	if (set_up_folder(state) != 0)
		return -1;
	if (arm64_is_missing(&missing))
		return 0;
	struct ran *ran = hintbench("lab run -c configs/demo.ini " BOTH " -o %s/first", folder);
	if (ran->status != 0)
		print_error("%s", ran->err);
	base = guest_result("first", BASE);
	new = guest_result("first", NEW);
	return base && new ? 0 : -1;
}

static int clean_up(void **state)
{
	(void)state;
	json_decref(base);
	json_decref(new);
	return tear_down_folder(state);
}

static json_int_t count_of(json_t *c, const char *metric)
{
	json_t *count = json_object_get(json_object_get(json_object_get(c, "metrics"), metric), "count");
	if (!json_is_integer(count))
		fail_msg("%s has no %s", json_string_value(json_object_get(c, "name")), metric);
	return json_integer_value(count);
}

static json_int_t units_of(json_t *c)
{
	return json_integer_value(json_object_get(c, "units"));
}

static bool param_is(json_t *c, const char *key, const char *value)
{
	const char *text = json_string_value(json_object_get(json_object_get(c, "params"), key));
	return text && strcmp(text, value) == 0;
}

/* Calls `look` for every hint case of both kernels. */
static void each_hint_case(void (*look)(json_t *c, bool is_new))
{
	json_t *const results[] = {base, new};
	need_arm64(&missing);
	for (size_t r = 0; r < 2; r++) {
		size_t i, seen = 0;
		json_t *c;
		json_array_foreach (json_object_get(results[r], "cases"), i, c) {
			if (strncmp(json_string_value(json_object_get(c, "name")), "hint/", 5) != 0)
				continue;
			look(c, r == 1);
			seen++;
		}
		assert_int_equal(seen, 20);
	}
}

/* What x86 counts on these kernels, in tests/guest/test_guest.c, is what arm64 does. */
static void look_at_faults(json_t *c, bool is_new)
{
	bool anon = param_is(c, "map", "anon"), file = param_is(c, "map", "file");
	bool migrated = param_is(c, "outcome", "migrate");
	assert_string_equal(json_string_value(json_object_get(c, "status")), "ok");
	assert_int_equal(count_of(c, "armed"), units_of(c));
	assert_int_equal(count_of(c, "hint_faults"), units_of(c));
	assert_int_equal(count_of(c, "other_faults"), 0);
	assert_int_equal(count_of(c, "migrated"), migrated ? units_of(c) : 0);
	json_int_t expected = file || (anon && migrated && is_new) ? units_of(c) : 0;
	if (count_of(c, "write_faults") != expected)
		fail_msg("%s of the %s kernel: %lld write faults, %lld expected",
		         json_string_value(json_object_get(c, "name")), is_new ? "new" : "old",
		         (long long)count_of(c, "write_faults"), (long long)expected);
}

static void faults_are_those_of_x86(void **state)
{
	(void)state;
	each_hint_case(look_at_faults);
}

/*
 * The kernel's own counters know nothing of our probe, and are of the whole machine: what is beyond the case's own are
 * a few pages of the program. pgreuse counts the write faults of PTEs that no copy was made for.
 */
static void look_at_second_count(json_t *c, bool is_new)
{
	const json_int_t foreign = 24;
	(void)is_new;
	assert_in_range(count_of(c, "numa_hint_faults"), count_of(c, "hint_faults"),
	                count_of(c, "hint_faults") + foreign);
	if (param_is(c, "page", "4k") && param_is(c, "map", "anon"))
		assert_in_range(count_of(c, "pgreuse"), count_of(c, "write_faults"),
		                count_of(c, "write_faults") + foreign);
	if (!param_is(c, "map", "anon") || !param_is(c, "outcome", "migrate"))
		return;
	/* An entry that comes back from migration without its write bit is what takes the second fault. */
	assert_int_equal(count_of(c, "restored"), units_of(c));
	assert_int_equal(count_of(c, "restored") - count_of(c, "restored_writable"),
	                 count_of(c, "write_faults"));
}

static void kernels_own_counters_agree(void **state)
{
	(void)state;
	each_hint_case(look_at_second_count);
}

static void result_says_what_it_was_made_on(void **state)
{
	char command[512];
	(void)state;
	need_arm64(&missing);
	json_t *context = json_object_get(base, "context"), *machine = json_object_get(context, "machine");
	assert_string_equal(json_string_value(json_object_get(context, "clock")), "instructions");
	assert_true(json_is_true(json_object_get(context, "exact")));
	assert_string_equal(json_string_value(json_object_get(machine, "hypervisor")), "QEMU");
	assert_non_null(strstr(json_string_value(json_object_get(machine, "cpu")), "MIDR_EL1 0x"));
	snprintf(command, sizeof(command),
	         "/usr/bin/python3 -W ignore -m jsonschema -i %s/first/%s.json results/schema.json", folder,
	         NEW);
	assert_int_equal(system(command), 0);
}

static void two_runs_give_the_same_bytes(void **state)
{
	static const char *const kernels[] = {BASE, NEW};
	char command[512];
	(void)state;
	need_arm64(&missing);
	struct ran *ran = hintbench("lab run -c configs/demo.ini " BOTH " -o %s/second", folder);
	if (ran->status != 0)
		fail_msg("%s", ran->err);
	for (size_t i = 0; i < 2; i++) {
		snprintf(command, sizeof(command), "cmp %s/first/%s.json %s/second/%s.json", folder,
		         kernels[i], folder, kernels[i]);
		assert_int_equal(system(command), 0);
	}
}

/* Runs a shell command in an arm64 guest; returns what it wrote. */
static const char *in_guest(const char *suite, const char *options, const char *command)
{
	struct ran *ran = hintbench("lab exec --arch arm64 --kernel debian:%s %s -o %s/exec -- '%s'", suite,
	                            options, folder, command);
	if (ran->status != 0)
		fail_msg("%s%s", ran->err, ran->out);
	return ran->out;
}

/* tests/guest/test_processor.c: kinds of faults against two other counts; the clock against the counter. */
static void clock_counter_and_counts_agree_in_the_guest(void **state)
{
	static const char *const suites[] = {"bookworm", "bookworm-backports"};
	(void)state;
	need_arm64(&missing);
	for (size_t i = 0; i < 2; i++) {
		const char *out = in_guest(suites[i], "--program build-arm64/tests/guest/test_processor",
		                           "test_processor 2>&1");
		print_message("%s\n%s", suites[i], out);
		assert_has(out, "[       OK ] clock_and_counter_agree_to_the_instruction");
		assert_has_not(out, "SKIPPED");
	}
}

/*
 * A page that is writable, but clean, takes one fault more where the processor doesn't manage the dirty bit,
 * and one of another kind where it doesn't manage the access flag and a migration left the page old.
 */
static void writable_clean_page_costs_a_fault_without_hardware_dirty_bit(void **state)
{
	static const char command[] =
	    "hintbench run -o /tmp/a.json hint/map=anon-clean/page=4k/access=read-write"
	    " track=none share=none outcome=local,migrate 2>&1";
	(void)state;
	need_arm64(&missing);
	const char *out = in_guest("bookworm", "", command);
	assert_has(out, "outcome=local  hint 1  write 0 faults");
	assert_has(out, "outcome=migrate  hint 1  write 0 faults");
	out = in_guest("bookworm", "--cpu cortex-a72", command);
	assert_has(out, "outcome=local  hint 1  write 1 faults");
	assert_has(out, "outcome=migrate  hint 1  write 1  other 1 ");
}

static void killed_run_leaves_a_probe_that_restore_removes(void **state)
{
	(void)state;
	need_arm64(&missing);
	const char *out = in_guest(
	    "bookworm", "",
	    "cd /sys/kernel/tracing; echo p:mine/other do_exit >kprobe_events;"
	    "hintbench run -o /tmp/a.json hint/map=anon >/dev/null 2>&1 & sleep 0.7; kill -9 $!; wait;"
	    "cd /sys/kernel/tracing; echo killed $(grep -c hintbench/page_fault kprobe_events);"
	    "hintbench restore; echo restored $(grep -c hintbench kprobe_events);"
	    "echo others $(grep -c mine/other kprobe_events);"
	    "hintbench run -o /tmp/b.json overhead >/dev/null 2>&1; echo run $? $(grep -c hintbench "
	    "kprobe_events)");
	assert_has(out, "killed 1");
	assert_has(out, "restored 0");
	assert_has(out, "others 1");
	assert_has(out, "run 0 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(faults_are_those_of_x86),
	    cmocka_unit_test(kernels_own_counters_agree),
	    cmocka_unit_test(result_says_what_it_was_made_on),
	    cmocka_unit_test(two_runs_give_the_same_bytes),
	    cmocka_unit_test(clock_counter_and_counts_agree_in_the_guest),
	    cmocka_unit_test(writable_clean_page_costs_a_fault_without_hardware_dirty_bit),
	    cmocka_unit_test(killed_run_leaves_a_probe_that_restore_removes),
	};
	return cmocka_run_group_tests(tests, boot_both, clean_up);
}
