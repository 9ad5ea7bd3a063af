/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every write of `hintbench lab run` fails once, as in tests/unit/test_failing_writes.c: with a kernel of a few bytes that sends
 * a whole result, and with one that panics on its way.
 */
#include "tests/support/files.h"
#include "tests/support/run.h"
#include "tests/support/tiny_kernel.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/analysis/result.h"
#include "tests/support/failing_write.h"
#include "tests/support/tiny_result.h"

#define OLD_TEXT "what was there before\n"

#define CONTEXT                                                                                             \
	"{\"schema\": \"hintbench-result/1\", \"context\": "                                                \
	"{\"kernel\":{\"release\":\"1\",\"version\":\"1\",\"cmdline\":"                                     \
	"\"\",\"config_sha256\":null},\"machine\":{\"cpus\":2,\"nodes\":2,\"distances\":[],\"hypervisor\":" \
	"null},"                                                                                            \
	"\"clock\":\"instructions\",\"exact\":true,\"boot_id\":\"b\",\"settings\":{},\"suite\":{"           \
	"\"version\":\"1\",\"config\":\"c\"}}, \"cases\": [\n"
#define CASE(name)                                                                         \
	"  {\"name\":\"" name                                                              \
	"\",\"params\":{},\"status\":\"ok\",\"unit\":\"page\",\"units\":1,\"metrics\":{}," \
	"\"latency\":{}}\n"
#define STREAM CONTEXT CASE("hint/a=1") ", " CASE("hint/a=2")

static struct ran ran;
static char text[1 << 16], kernel[128], out[128], result[160], partial[192];

static int set_up(void **state)
{
	if (set_up_folder(state) != 0)
		return -1;
	snprintf(kernel, sizeof(kernel), "%s", in_folder("k"));
	snprintf(out, sizeof(out), "%s", in_folder("out"));
	snprintf(result, sizeof(result), "%s/k.json", out);
	snprintf(partial, sizeof(partial), "%s" RESULT_PARTIAL, result);
	setenv("TMPDIR", folder, 1);
	return mkdir(out, 0700);
}

static int tear_down(void **state)
{
	unsetenv("TMPDIR");
	return tear_down_folder(state);
}

static bool reads(const char *path, const char *wanted)
{
	FILE *file = fopen(path, "r");
	size_t length = file ? fread(text, 1, sizeof(text) - 1, file) : 0;
	text[length] = '\0';
	if (file)
		fclose(file);
	return file && strcmp(text, wanted) == 0;
}

/* The result of an earlier boot is moved away where this one brought nothing. */
static bool the_old_one_is_there(void)
{
	char moved[192];
	snprintf(moved, sizeof(moved), "%s.old", result);
	return reads(result, OLD_TEXT) || reads(moved, OLD_TEXT);
}

static bool run_failing(struct failing_write *failing)
{
	write_text(result, OLD_TEXT);
	bool failed =
	    run_with_failing_write(&ran, failing,
	                           (const char *const[]){hintbench_program(), "lab", "run", "--kernel",
	                                                 kernel, "-o", out, "--timeout", "60", NULL});
	if (!failed)
		return false;
	if (ran.status != 2)
		fail_msg("status %d after %s (call %zu): %s", ran.status, failing->call, failing->nth,
		         ran.err);
	if (!strstr(ran.err, "hintbench: ") && !strstr(ran.err, "FAILED"))
		fail_msg("nothing is said after %s: '%s'", failing->call, ran.err);
	return true;
}

static void needs_failing_writes(void)
{
	if (!can_fail_writes()) {
		puts("no seccomp notifications here: writes can't be made to fail");
		skip();
	}
}

/* The one that this boot's guest sent. */
static bool the_new_one_is_there(void)
{
	struct error error;
	struct result *loaded = result_load(result, &error);
	bool whole = loaded && loaded->complete && loaded->case_count == 1;
	result_free(loaded);
	return whole;
}

/* The origin beside a result is written when that is there. */
static void result_is_whole_or_the_old_one(void **state)
{
	struct failing_write failing = {.nth = 1, .error_number = ENOSPC, .only = "hintbench"};
	(void)state;
	needs_failing_writes();
	write_tiny_kernel(kernel, "fine\n", tiny_result_stream("hint/a=1"), 1);
	for (; run_failing(&failing); failing.nth++)
		if (!the_old_one_is_there() && !the_new_one_is_there())
			fail_msg("the result is hurt after %s", failing.call);
	assert_int_equal(ran.status, 0);
	assert_true(the_new_one_is_there());
	assert_true(failing.nth > 10);
}

/* What a guest sent is saved, or stays as it came. */
static void what_was_measured_is_not_lost(void **state)
{
	struct failing_write failing = {.nth = 1, .error_number = ENOSPC, .only = "hintbench"};
	(void)state;
	needs_failing_writes();
	write_tiny_kernel(kernel, "[    0.000001] Kernel panic - not syncing: half-way\n", STREAM, 1);
	for (; run_failing(&failing); failing.nth++) {
		bool has_booted = strstr(ran.err, "panicked");
		bool saved =
		    !reads(result, OLD_TEXT) && strstr(text, "hint/a=2") && strstr(text, "\"ended\"");
		if (has_booted && !saved && !reads(partial, STREAM))
			fail_msg("what was measured is lost after %s", failing.call);
	}
	assert_has(ran.err, "what it measured before is in");
}

/* Of the many of what packs a guest, some. QEMU tells nobody of a console that can't be written. */
static void packing_fails_with_a_message(void **state)
{
	struct failing_write failing = {.nth = 1, .error_number = ENOSPC};
	(void)state;
	needs_failing_writes();
	write_tiny_kernel(kernel, "fine\n", tiny_result_stream("hint/a=1"), 1);
	for (; run_failing(&failing) && !strstr(ran.err, "booting"); failing.nth += 1 + failing.nth / 4)
		assert_true(the_old_one_is_there());
	assert_true(failing.nth > 64);
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_folder(result_is_whole_or_the_old_one),
	    in_a_folder(what_was_measured_is_not_lost),
	    in_a_folder(packing_fails_with_a_message),
	};
	return cmocka_run_group_tests_name("failing writes of the lab", tests, NULL, NULL);
}
