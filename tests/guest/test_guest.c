/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the suite measures, measured: real kernels before and after the change of Linux 6.2, in exact guests. What is
 * expected here is what these two kernels are known to do; the code that measures knows nothing of it.
 */
#include "tests/support/cmocka_all.h"

#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/files.h"
#include "tests/support/guest.h"
#include "tests/support/run.h"

#define BASE    "debian-bookworm"           /* 6.1, before the change */
#define NEW     "debian-bookworm-backports" /* 6.12, after it */
#define KERNELS "--kernel debian:bookworm --kernel debian:bookworm-backports"

static json_t *base, *new;

/* One run of the demo's cases on both kernels, which most tests look at. */
static int boot_both(void **state)
{
	(void)state;
	if (set_up_folder(state) != 0)
		return -1;
	struct ran *ran = hintbench("lab run -c configs/demo.ini %s -o %s/first", KERNELS, folder);
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

static json_t *find_case(json_t *result, const char *name)
{
	size_t i;
	json_t *c;
	json_array_foreach (json_object_get(result, "cases"), i, c)
		if (strcmp(json_string_value(json_object_get(c, "name")), name) == 0)
			return c;
	fail_msg("the result has no case %s", name);
	return NULL;
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

static const char *param(json_t *c, const char *key)
{
	const char *value = json_string_value(json_object_get(json_object_get(c, "params"), key));
	return value ? value : "";
}

static bool is_hint(json_t *c)
{
	return strncmp(json_string_value(json_object_get(c, "name")), "hint/", 5) == 0;
}

/* Calls `look` for every case of family hint of both kernels. */
static void each_hint_case(void (*look)(json_t *c, bool is_new))
{
	json_t *const results[] = {base, new};
	for (size_t r = 0; r < 2; r++) {
		size_t i, seen = 0;
		json_t *c;
		json_array_foreach (json_object_get(results[r], "cases"), i, c) {
			if (!is_hint(c))
				continue;
			look(c, r == 1);
			seen++;
		}
		assert_int_equal(seen, 20);
	}
}

static void look_at_arming(json_t *c, bool is_new)
{
	(void)is_new;
	assert_string_equal(json_string_value(json_object_get(c, "status")), "ok");
	assert_true(units_of(c) >= (strcmp(param(c, "page"), "4k") == 0 ? 1024 : 4));
	assert_int_equal(count_of(c, "armed"), units_of(c));
	assert_int_equal(count_of(c, "hint_faults"), units_of(c));
	assert_int_equal(count_of(c, "other_faults"), 0);
	assert_int_equal(count_of(c, "migrated"),
	                 strcmp(param(c, "outcome"), "migrate") == 0 ? units_of(c) : 0);
	assert_true(json_real_value(json_object_get(json_object_get(c, "arming"), "seconds")) < 0.3);
}

static void every_unit_is_armed_quickly_and_touched(void **state)
{
	(void)state;
	each_hint_case(look_at_arming);
}

static void look_at_write_faults(json_t *c, bool is_new)
{
	bool anon = strcmp(param(c, "map"), "anon") == 0, file = strcmp(param(c, "map"), "file") == 0;
	bool migrated = strcmp(param(c, "outcome"), "migrate") == 0;
	json_int_t expected = file || (anon && migrated && is_new) ? units_of(c) : 0;
	if (count_of(c, "write_faults") != expected)
		fail_msg("%s of the %s kernel: %lld write faults, %lld expected",
		         json_string_value(json_object_get(c, "name")), is_new ? "new" : "old",
		         (long long)count_of(c, "write_faults"), (long long)expected);
}

static void second_fault_comes_with_the_change_and_only_after_migration(void **state)
{
	(void)state;
	each_hint_case(look_at_write_faults);
}

static void timed_loop_costs_ten_instructions_at_most(void **state)
{
	static const char *const names[] = {"overhead/access=write", "overhead/access=read-write"};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		json_t *latency = json_object_get(find_case(new, names[i]), "latency");
		json_t *touch = json_object_get(latency, "touch");
		assert_string_equal(json_string_value(json_object_get(touch, "clock")), "instructions");
		assert_true(json_number_value(json_object_get(touch, "p50")) <= 10);
		assert_true(json_number_value(json_object_get(touch, "p50")) > 0);
	}
}

static void results_fit_the_schema(void **state)
{
	static const char *const kernels[] = {BASE, NEW};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char command[512];
		snprintf(command, sizeof(command),
		         "/usr/bin/python3 -W ignore -m jsonschema -i %s/first/%s.json results/schema.json",
		         folder, kernels[i]);
		assert_int_equal(system(command), 0);
	}
}

static void context_says_what_it_is(void **state)
{
	(void)state;
	json_t *context = json_object_get(base, "context");
	assert_string_equal(json_string_value(json_object_get(context, "clock")), "instructions");
	assert_true(json_is_true(json_object_get(context, "exact")));
	json_t *machine = json_object_get(context, "machine");
	assert_int_equal(json_integer_value(json_object_get(machine, "nodes")), 2);
	assert_string_equal(json_string_value(json_object_get(machine, "hypervisor")), "TCGTCGTCGTCG");
	assert_true(json_is_string(json_object_get(json_object_get(context, "kernel"), "config_sha256")));
}

static pid_t start_load(void)
{
	pid_t pid = fork();
	if (pid == 0)
		for (;;)
			;
	return pid;
}

static bool same_bytes(const char *first, const char *second)
{
	char command[512];
	snprintf(command, sizeof(command), "cmp %s/%s %s/%s", folder, first, folder, second);
	return system(command) == 0;
}

/* On every processor of the host somebody else is busy the second time. */
static void two_runs_give_the_same_bytes_on_a_busy_host_too(void **state)
{
	pid_t load[64];
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	(void)state;
	cpus = cpus > 64 ? 64 : cpus;
	for (long i = 0; i < cpus; i++)
		load[i] = start_load();
	struct ran *ran = hintbench("lab run -c configs/demo.ini %s -o %s/second", KERNELS, folder);
	for (long i = 0; i < cpus; i++)
		kill(load[i], SIGKILL);
	if (ran->status != 0)
		fail_msg("%s", ran->err);
	assert_true(same_bytes("first/" BASE ".json", "second/" BASE ".json"));
	assert_true(same_bytes("first/" NEW ".json", "second/" NEW ".json"));
}

static void compare_shows_the_difference_in_full(void **state)
{
	(void)state;
	struct ran *ran =
	    hintbench("compare %s/first/" BASE ".json %s/first/" NEW ".json --format json", folder, folder);
	assert_int_equal(ran->status, 0);
	json_t *document = json_loads(ran->out, 0, NULL), *row;
	size_t i, found = 0;
	json_array_foreach (json_object_get(document, "rows"), i, row) {
		if (strcmp(json_string_value(json_object_get(row, "case")),
		           "hint/map=anon/page=4k/access=write/outcome=migrate") != 0 ||
		    strcmp(json_string_value(json_object_get(row, "metric")), "write_faults") != 0)
			continue;
		found++;
		assert_string_equal(json_string_value(json_object_get(row, "verdict")), "different");
		assert_true(json_number_value(json_object_get(row, "delta")) == 1.0);
	}
	assert_int_equal(found, 1);
	json_decref(document);
}

/* Runs a shell command in a guest of the new kernel; returns what it wrote. */
static const char *in_guest(const char *command)
{
	struct ran *ran = hintbench(
	    "lab exec --modules --kernel debian:bookworm-backports -o %s/exec -- '%s'", folder, command);
	if (ran->status == 2)
		fail_msg("%s", ran->err);
	return ran->out;
}

/* A seed shuffles the cases, and changes what else must not matter. */
static void order_does_not_matter(void **state)
{
	static const char *const metrics[] = {"hint_faults", "write_faults", "other_faults", "migrated"};
	(void)state;
	struct ran *ran = hintbench(
	    "lab run -c configs/demo.ini --kernel debian:bookworm-backports --seed 7 -o %s/shuffled", folder);
	if (ran->status != 0)
		fail_msg("%s", ran->err);
	json_t *shuffled = guest_result("shuffled", NEW "/boot-7"), *c;
	size_t i;
	assert_non_null(shuffled);
	json_t *first = json_array_get(json_object_get(shuffled, "cases"), 0);
	assert_string_not_equal(json_string_value(json_object_get(first, "name")),
	                        "overhead/access=read-write");
	json_array_foreach (json_object_get(new, "cases"), i, c) {
		json_t *other = find_case(shuffled, json_string_value(json_object_get(c, "name")));
		for (size_t m = 0; m < 4; m++)
			assert_int_equal(count_of(c, metrics[m]), count_of(other, metrics[m]));
	}
	json_decref(shuffled);
}

/* Of a guest's shell: the number of the guardian's process. Its busybox finds processes by the program's name alone. */
#define GUARDIAN "guardian() { grep -lx hintbench-guard /proc/[0-9]*/comm | cut -d/ -f3; };"

static void killed_run_leaves_settings_that_restore_puts_back(void **state)
{
	(void)state;
	const char *out =
	    in_guest(GUARDIAN "cd /sys/kernel/debug/sched/numa_balancing; echo before $(cat scan_size_mb);"
	                      "hintbench run -o /tmp/a.json hint/map=anon >/dev/null 2>&1 & sleep 0.5;"
	                      "kill -9 $(guardian) && kill -9 $!; wait; echo killed $(cat scan_size_mb);"
	                      "hintbench doctor | grep -c \"hintbench restore\"; hintbench restore;"
	                      "echo after $(cat scan_size_mb); ls /tmp");
	assert_non_null(strstr(out, "before 256"));
	assert_non_null(strstr(out, "killed 16"));
	assert_non_null(strstr(out, "after 256"));
	/* What was measured before is in the file that did not get its name. */
	assert_non_null(strstr(out, "a.json.partial"));
}

static void guardian_of_a_killed_run_puts_settings_back(void **state)
{
	(void)state;
	const char *out =
	    in_guest(GUARDIAN "cd /sys/kernel/debug/sched/numa_balancing;"
	                      "hintbench run -o /tmp/a.json hint/map=anon >/dev/null 2>&1 & sleep 0.5;"
	                      "echo guardians $(guardian | wc -l) during $(cat scan_size_mb);"
	                      "kill -9 $!; wait; while [ \"$(guardian)\" ]; do sleep 0.1; done;"
	                      "echo after $(cat scan_size_mb); hintbench restore");
	assert_has(out, "guardians 1 during 16");
	assert_has(out, "after 256");
	assert_has(out, "0 settings put back");
}

static void settings_are_as_before_after_a_run_and_after_an_interrupted_one(void **state)
{
	(void)state;
	const char *out = in_guest(
	    "look() { cat /sys/kernel/debug/sched/numa_balancing/* /proc/sys/kernel/numa_balancing"
	    " /proc/sys/vm/min_free_kbytes /sys/kernel/mm/transparent_hugepage/*enabled "
	    "/sys/kernel/mm/ksm/run"
	    " /sys/kernel/mm/transparent_hugepage/hugepages-*/enabled /proc/sys/vm/nr_hugepages /proc/swaps"
	    " /sys/fs/cgroup/cgroup.subtree_control; ls -d /sys/fs/cgroup/*/; }; look >/tmp/before 2>&1;"
	    "hintbench run -o /tmp/a.json hint/map=anon/page=thp/access=write map=ksm,anon,hugetlb-private"
	    " arm/map=ksm arm/map=hugetlb-private swap/map=anon/page=4k/access=write/back=fault"
	    " arm/map=anon/page=64k >/dev/null 2>&1;"
	    "look >/tmp/after 2>&1; cmp /tmp/before /tmp/after && echo run: same;"
	    "hintbench run -o /tmp/b.json hint >/dev/null 2>&1 & sleep 1; kill -INT $!; wait $!; echo status "
	    "$?;"
	    "look >/tmp/after 2>&1; cmp /tmp/before /tmp/after && echo interrupted: same;"
	    "grep -o \"interrupted by signal 2\" /tmp/b.json; grep -c params /tmp/b.json");
	assert_non_null(strstr(out, "run: same"));
	assert_non_null(strstr(out, "status 130"));
	assert_non_null(strstr(out, "interrupted: same"));
	assert_non_null(strstr(out, "interrupted by signal 2"));
}

static void one_node_runs_what_it_can_and_skips_the_rest(void **state)
{
	(void)state;
	const char *out = in_guest("echo 0 >/sys/devices/system/cpu/cpu1/online; hintbench run -o /tmp/a.json"
	                           " hint/map=anon/page=4k/access=write outcome=local,migrate share=none "
	                           "track=none; echo status $?");
	assert_non_null(strstr(out, "ok           hint/map=anon/page=4k/access=write/outcome=local"));
	assert_non_null(strstr(
	    out, "skip         hint/map=anon/page=4k/access=write/outcome=migrate: needs 2 NUMA nodes"));
	assert_non_null(strstr(out, "status 0"));
}

static void full_disk_is_told_and_what_was_measured_stays(void **state)
{
	(void)state;
	const char *out = in_guest(
	    "mkdir /tmp/small; mount -t tmpfs -o size=4k tmpfs /tmp/small;"
	    "hintbench run -o /tmp/small/a.json hint/map=anon/page=4k 2>&1; echo status $?; ls /tmp/small;"
	    "cat /proc/sys/kernel/numa_balancing");
	assert_non_null(strstr(out, "no space left"));
	assert_non_null(strstr(out, "status 2"));
	assert_non_null(strstr(out, "a.json.partial"));
}

/*
 * tests/guest/test_processor.c: kinds of faults against two other counts. TCG's x86 has no counter of
 * instructions to hold the clock against.
 */
static void faults_agree_with_a_second_count_in_the_guest(void **state)
{
	const char *binary = getenv("HINTBENCH"), *slash = binary ? strrchr(binary, '/') : NULL;
	(void)state;
	struct ran *ran = hintbench(
	    "lab exec --kernel debian:bookworm --program %.*s/tests/guest/test_processor -o %s/exec -- "
	    "'test_processor 2>&1'",
	    slash ? (int)(slash - binary) : 5, slash ? binary : "build", folder);
	if (ran->status != 0)
		fail_msg("%s%s", ran->err, ran->out);
	assert_has(ran->out, "[       OK ] kinds_of_faults_are_told_apart_and_a_second_count_agrees");
	assert_has(ran->out, "[       OK ] first_write_is_one_fault");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_unit_is_armed_quickly_and_touched),
	    cmocka_unit_test(second_fault_comes_with_the_change_and_only_after_migration),
	    cmocka_unit_test(timed_loop_costs_ten_instructions_at_most),
	    cmocka_unit_test(results_fit_the_schema),
	    cmocka_unit_test(context_says_what_it_is),
	    cmocka_unit_test(compare_shows_the_difference_in_full),
	    cmocka_unit_test(two_runs_give_the_same_bytes_on_a_busy_host_too),
	    cmocka_unit_test(order_does_not_matter),
	    cmocka_unit_test(faults_agree_with_a_second_count_in_the_guest),
	    cmocka_unit_test(killed_run_leaves_settings_that_restore_puts_back),
	    cmocka_unit_test(guardian_of_a_killed_run_puts_settings_back),
	    cmocka_unit_test(settings_are_as_before_after_a_run_and_after_an_interrupted_one),
	    cmocka_unit_test(one_node_runs_what_it_can_and_skips_the_rest),
	    cmocka_unit_test(full_disk_is_told_and_what_was_measured_stays),
	};
	return cmocka_run_group_tests(tests, boot_both, clean_up);
}
