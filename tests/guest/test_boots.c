/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots of a kernel: what the host calls things does not get into them, and a seed does, each time in the same way.
 * The kernel that does not repeat itself is made up; the others are Debian's 6.1.
 */
#include "tests/support/files.h"
#include "tests/support/run.h"
#include "tests/support/tiny_kernel.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/tiny_result.h"

#define KERNEL "debian:bookworm"
#define STAYS  "hint/map=anon/page=4k/access=write/outcome=local"
#define MOVES  "hint/map=anon/page=thp/access=write/outcome=migrate"

static struct ran ran;

static void skip_without_kernel(void)
{
	run_lab(&ran, "list");
	if (strstr(ran.out, KERNEL " "))
		return;
	print_message(KERNEL " is not fetched\n");
	skip();
}

static void run_guests(const char *output, const char *const *words)
{
	const char *argv[32] = {hintbench_program(), "lab", "run", "-o", output};
	size_t count = 5;
	while (*words)
		argv[count++] = *words++;
	run_argv(&ran, argv);
	if (ran.status != 0)
		fail_msg("%s", ran.err);
}

#define run_guests_with(output, ...) run_guests(output, (const char *const[]){__VA_ARGS__, NULL})

static json_t *result_of(const char *name)
{
	json_error_t error;
	json_t *result = json_load_file(in_folder(name), 0, &error);
	if (!result)
		fail_msg("%s: %s", name, error.text);
	return result;
}

/* Takes out what the host wrote into a result, and checks that it did. */
static void take_out(json_t *result, const char *object, const char *key, const char *expected)
{
	json_t *from = json_object_get(json_object_get(result, "context"), object);
	assert_string_equal(json_string_value(json_object_get(from, key)), expected);
	json_object_del(from, key);
}

/* Names, words and file names of other lengths: what was measured, to the last tick, and the guest's log are the same. */
static void names_of_the_host_do_not_get_in(void **state)
{
	static char one_log[65536], other_log[65536];
	(void)state;
	skip_without_kernel();
	write_text(in_folder("j.ini"), "[a]\ncases = " STAYS "$ " MOVES "$\nunits = 4\n");
	write_text(in_folder("a-job-with-a-longer-name.ini"),
	           "# Another text.\n[one]\ncases = " STAYS "$\nunits = 4\n[two]\ncases = " MOVES
	           "$\nunits = 4\n");
	run_guests_with(in_folder("a"), "-c", in_folder("j.ini"), "--kernel", KERNEL ",name=k");
	run_guests_with(in_folder("b"), "-c", in_folder("a-job-with-a-longer-name.ini"), "--kernel",
	                KERNEL ",name=a-kernel-with-a-longer-name", "--kernel", KERNEL ",name=and-another");
	json_t *one = result_of("a/k.json"), *other = result_of("b/a-kernel-with-a-longer-name.json");
	take_out(one, "kernel", "name", "k");
	take_out(one, "suite", "config", "-c j.ini");
	take_out(other, "kernel", "name", "a-kernel-with-a-longer-name");
	take_out(other, "suite", "config", "-c a-job-with-a-longer-name.ini");
	assert_true(json_equal(one, other));
	json_decref(one);
	json_decref(other);
	read_text(in_folder("a/k.console.log"), one_log, sizeof(one_log));
	read_text(in_folder("b/a-kernel-with-a-longer-name.console.log"), other_log, sizeof(other_log));
	assert_string_equal(one_log, other_log);
}

static const json_t *case_of(const json_t *result, const char *name)
{
	size_t i;
	json_t *c;
	json_array_foreach (json_object_get(result, "cases"), i, c)
		if (strcmp(json_string_value(json_object_get(c, "name")), name) == 0)
			return c;
	fail_msg("no case %s", name);
	return NULL;
}

static void assert_same_count(const json_t *one, const json_t *other, const char *metric)
{
	const json_t *a = json_object_get(json_object_get(one, "metrics"), metric);
	const json_t *b = json_object_get(json_object_get(other, "metrics"), metric);
	assert_non_null(a);
	assert_true(json_equal(json_object_get(a, "count"), json_object_get(b, "count")));
}

/* What was counted of the case's own memory. */
static void assert_same_faults(const json_t *one, const json_t *other)
{
	size_t i;
	json_t *c;
	static const char *const names[] = {STAYS, MOVES};
	assert_int_equal(json_array_size(json_object_get(one, "cases")),
	                 json_array_size(json_object_get(other, "cases")));
	json_array_foreach (json_object_get(one, "cases"), i, c) {
		const json_t *same = case_of(other, json_string_value(json_object_get(c, "name")));
		assert_true(json_equal(json_object_get(c, "status"), json_object_get(same, "status")));
	}
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const json_t *a = case_of(one, names[i]), *b = case_of(other, names[i]);
		assert_same_count(a, b, "hint_faults");
		assert_same_count(a, b, "write_faults");
		assert_same_count(a, b, "migrated");
	}
}

static json_int_t seed_of(const json_t *result)
{
	return json_integer_value(
	    json_object_get(json_object_get(json_object_get(result, "context"), "boot"), "seed"));
}

static const char *boot_id_of(const json_t *result)
{
	return json_string_value(json_object_get(json_object_get(result, "context"), "boot_id"));
}

static void seed_changes_the_boot_and_not_what_happens(void **state)
{
	(void)state;
	skip_without_kernel();
	run_guests_with(in_folder("out"), "--kernel", KERNEL ",name=k", "--boots", "2", STAYS "$", MOVES "$");
	json_t *one = result_of("out/k/boot-1.json"), *two = result_of("out/k/boot-2.json");
	assert_int_equal(seed_of(one), 1);
	assert_int_equal(seed_of(two), 2);
	assert_string_not_equal(boot_id_of(one), boot_id_of(two));
	assert_same_faults(one, two);
	json_decref(one);
	json_decref(two);
	assert_int_equal(access(in_folder("out/k.json"), F_OK), -1);
	assert_int_equal(access(in_folder("out/k/boot-1.console.log"), R_OK), 0);
	assert_int_equal(access(in_folder("out/k.origin"), R_OK), 0);
}

/* Also one that is named otherwise, and with the kernel somewhere else in memory than without a seed. */
static void same_seed_gives_the_same_bytes(void **state)
{
	(void)state;
	skip_without_kernel();
	run_guests_with(in_folder("out"), "--kernel", KERNEL ",name=k", "--kernel", KERNEL ",name=other",
	                "--seed", "3", "--verify", STAYS "$", MOVES "$");
	assert_has_not(ran.err, "differ");
	assert_int_equal(access(in_folder("out/k/boot-3.json.again"), F_OK), -1);
	json_t *one = result_of("out/k/boot-3.json"), *other = result_of("out/other/boot-3.json");
	assert_true(json_is_true(json_object_get(json_object_get(one, "context"), "exact")));
	take_out(one, "kernel", "name", "k");
	take_out(other, "kernel", "name", "other");
	assert_true(json_equal(one, other));
	assert_null(strstr(json_string_value(json_object_get(
	                       json_object_get(json_object_get(one, "context"), "kernel"), "cmdline")),
	                   "nokaslr"));
	json_decref(one);
	json_decref(other);
}

/* A QEMU that boots another kernel each time stands for a kernel that does not repeat itself. */
static void let_qemu_take_turns(void)
{
	char script[1024], path[4096];
	write_tiny_kernel(in_folder("k"), "", "", 1);
	write_tiny_kernel(in_folder("k0"), "fine\n", tiny_result_stream("hint/a=1"), 1);
	write_tiny_kernel(in_folder("k1"), "fine\n", tiny_result_stream("hint/a=2"), 1);
	snprintf(script, sizeof(script),
	         "#!/bin/bash\nPATH=${PATH#*:}\necho >>%1$s/count\nwords=()\n"
	         "for word; do [ \"$word\" != %1$s/k ] || word=%1$s/k$(($(wc -l <%1$s/count) %% 2)); "
	         "words+=(\"$word\"); done\n"
	         "exec qemu-system-x86_64 \"${words[@]}\"\n",
	         folder);
	mkdir(in_folder("bin"), 0700);
	write_text(in_folder("bin/qemu-system-x86_64"), script);
	chmod(in_folder("bin/qemu-system-x86_64"), 0700);
	snprintf(path, sizeof(path), "%s:%s", in_folder("bin"), getenv("PATH"));
	setenv("PATH", path, 1);
}

static void kernel_that_does_not_repeat_itself_is_marked(void **state)
{
	static char text[65536];
	char *before = strdup(getenv("PATH"));
	(void)state;
	let_qemu_take_turns();
	run_lab(&ran, "run", "--kernel", in_folder("k"), "-o", in_folder("out"), "--boots", "2", "--verify",
	        "-j", "1");
	setenv("PATH", before, 1);
	free(before);
	assert_string_equal(ran.status ? ran.err : "", "");
	assert_has(ran.err, "k: two boots of one seed differ");
	for (int seed = 1; seed <= 2; seed++) {
		char name[64];
		snprintf(name, sizeof(name), "out/k/boot-%d.json", seed);
		read_text(in_folder(name), text, sizeof(text));
		assert_has(text, "\"exact\":false");
	}
	/* To look at what differs. */
	assert_int_equal(access(in_folder("out/k/boot-1.json.again"), R_OK), 0);
}

/* Boots of an earlier run are no boots of this one. */
static void boots_that_are_not_of_this_run_are_moved_away(void **state)
{
	(void)state;
	write_tiny_kernel(in_folder("k"), "fine\n", tiny_result_stream("hint/a=1"), 1);
	run_lab(&ran, "run", "--kernel", in_folder("k"), "-o", in_folder("out"), "--boots", "3");
	assert_int_equal(ran.status, 0);
	run_lab(&ran, "run", "--kernel", in_folder("k"), "-o", in_folder("out"), "--seed", "4");
	assert_int_equal(ran.status, 0);
	assert_int_equal(access(in_folder("out/k/boot-3.json"), F_OK), 0);
	assert_int_equal(access(in_folder("out/k/boot-4.json"), F_OK), 0);
	run_lab(&ran, "run", "--kernel", in_folder("k"), "-o", in_folder("out"), "--boots", "2");
	assert_int_equal(ran.status, 0);
	assert_int_equal(access(in_folder("out/k/boot-2.json"), F_OK), 0);
	assert_int_equal(access(in_folder("out/k/boot-3.json"), F_OK), -1);
	assert_int_equal(access(in_folder("out/k/boot-4.json.old"), F_OK), 0);
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, set_up_folder, tear_down_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_folder(names_of_the_host_do_not_get_in),
	    in_a_folder(seed_changes_the_boot_and_not_what_happens),
	    in_a_folder(same_seed_gives_the_same_bytes),
	    in_a_folder(kernel_that_does_not_repeat_itself_is_marked),
	    in_a_folder(boots_that_are_not_of_this_run_are_moved_away),
	};
	return cmocka_run_group_tests_name("boots", tests, NULL, NULL);
}
