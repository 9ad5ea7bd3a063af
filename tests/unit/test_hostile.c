/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results that somebody changed, given to the commands. What the reader says of each field is in test_result.c; here is that no
 * command goes on with one as if nothing were the matter, and that no difference is hidden.
 */
#include "tests/support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/lab/profile_view.h"
#include "tests/support/files.h"
#include "tests/support/run.h"

#define BASE "tests/data/base.json"

static struct ran ran;
static char whole[1 << 20], changed[1 << 20];

/* BASE with the first `from` replaced, in `name` of the test's folder. */
static const char *with(const char *name, const char *from, const char *to)
{
	read_text(BASE, whole, sizeof(whole));
	char *at = strstr(whole, from);
	if (!at)
		fail_msg("there is no %s", from);
	snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from));
	const char *path = in_folder(name);
	write_text(path, changed);
	return path;
}

static void assert_refused(const char *what)
{
	if (ran.status != 2)
		fail_msg("%s: status %d\n%s", what, ran.status, ran.err);
	assert_has(ran.err, "hintbench: ");
}

/* Each was taken for a result once, with status 0. */
static void changed_results_are_refused(void **state)
{
	static const struct {
		const char *from, *to;
	} changes[] = {
	    {"hintbench-result/1\"", "hintbench-result/4294967297\""},
	    {"hintbench-result/1\"", "hintbench-result/1junk\""},
	    {", \"complete\": true", ""},
	    {"\"units\":64", "\"units\":64,\"units\":64"},
	    {"\"touch\":{\"clock\":\"instructions\"", "\"touch\":{\"clock\":\"ns\""},
	    {"\"hint_faults\":{\"count\":64,", "\"hint_faults\":{\"count\":63,"},
	    {"\"hint_faults\":{\"count\":64,\"per_unit\":1.0}",
	     "\"hint_faults\":{\"count\":-64,\"per_unit\":-1.0}"},
	    {"\"min\":2080", "\"min\":\"2080\""},
	    {"\"min\":2080", "\"min\":NaN"},
	    {"\"n\":64", "\"n\":18446744073709551616"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		const char *path = with("changed.json", changes[i].from, changes[i].to);
		run_hintbench(&ran, "compare", path, BASE);
		assert_refused(changes[i].to);
		assert_has_not(ran.err, "cut short");
	}
}

static void endless_files_are_refused(void **state)
{
	(void)state;
	run_hintbench(&ran, "compare", "/dev/zero", BASE);
	assert_refused("/dev/zero");
}

/* Compares two results that differ in one figure alone. Each way to end but 0 tells it. */
static void assert_not_hidden(const char *figure, const char *other)
{
	char a[256], b[256], base[2048], new[2048];
	snprintf(base, sizeof(base), "\"derived\":{%s},\"units\":64", figure);
	snprintf(new, sizeof(new), "\"derived\":{%s},\"units\":64", other);
	snprintf(a, sizeof(a), "%s", with("a.json", "\"units\":64", base));
	snprintf(b, sizeof(b), "%s", with("b.json", "\"units\":64", new));
	run_hintbench(&ran, "compare", "--fail-on", "different", a, b);
	if (ran.status != 1 && ran.status != 2)
		fail_msg("status %d for %s\n%s", ran.status, other, ran.err);
}

/* A row that could not be made as JSON was left out: here, of a number whose difference has no end. */
static void large_differences_are_not_hidden(void **state)
{
	(void)state;
	assert_not_hidden("\"d\":{\"value\":1e307,\"unit\":\"of 1\"}",
	                  "\"d\":{\"value\":-1e307,\"unit\":\"of 1\"}");
}

/* And of a unit that was cut inside a character. */
static void long_units_hide_nothing(void **state)
{
	(void)state;
	for (size_t characters = 20; characters < 250; characters += 23) {
		char unit[512] = "", one[1024], two[1024];
		for (size_t i = 0; i < characters; i++)
			strcat(unit, "\303\251");
		snprintf(one, sizeof(one), "\"d\":{\"value\":1.0,\"unit\":\"%s\"}", unit);
		snprintf(two, sizeof(two), "\"d\":{\"value\":2.0,\"unit\":\"%s\"}", unit);
		assert_not_hidden(one, two);
	}
}

static void assert_shown(const char *reason)
{
	char status[8192];
	snprintf(status, sizeof(status), "\"status\":\"skip\",\"reason\":\"%s\"", reason);
	run_hintbench(&ran, "compare", with("reason.json", "\"status\":\"ok\"", status), BASE);
	assert_int_equal(ran.status, 0);
	assert_has(ran.out, reason);
}

/* Reasons of every length are shown whole; cut inside a character they were used after they were freed. */
static void long_reasons_are_shown(void **state)
{
	(void)state;
	for (size_t length = 300; length < 4000; length *= 2) {
		char reason[4096] = "x";
		while (strlen(reason) < length)
			strcat(reason, "\303\251");
		assert_shown(reason);
		assert_shown(reason + 1);
	}
}

/* The lines of a picture's data are bars; a version of several lines once made some. */
static void lines_of_a_version_are_no_bars(void **state)
{
	(void)state;
	const char *path =
	    with("forged.json", "\"version\":\"#1", "\"version\":\"#1\\n9 \\\"forged\\\" page hint 7 7\\n");
	run_hintbench(&ran, "plot", "-o", in_folder("pictures"), path);
	assert_int_equal(ran.status, 0);
	read_text(in_folder("pictures/faults.dat"), changed, sizeof(changed));
	assert_has(changed, "forged");
	assert_has_not(changed, "\n9 \"forged\"");
}

/* A number beyond a long long is no integer of C. */
static void profiles_hold_large_figures(void **state)
{
	(void)state;
	struct function function = {.name = "f", .instructions = 1e30, .calls = -1e30};
	struct profile_view view = {
	    .case_name = "hint",
	    .latency = "touch",
	    .subject_count = 1,
	    .subjects = {{.kernel = "k", .release = "r", .touches = 1, .functions = {&function, 1, 1e300}}}};
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	assert_int_equal(profile_print_json(&view, 1, out), 0);
	profile_print(&view, true, false, out);
	fclose(out);
	assert_has(text, "1e300");
	assert_has(text, "-1e30");
	free(text);
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, set_up_folder, tear_down_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_folder(changed_results_are_refused),      in_a_folder(endless_files_are_refused),
	    in_a_folder(large_differences_are_not_hidden), in_a_folder(long_units_hide_nothing),
	    in_a_folder(long_reasons_are_shown),           in_a_folder(lines_of_a_version_are_no_bars),
	    cmocka_unit_test(profiles_hold_large_figures),
	};
	return cmocka_run_group_tests_name("hostile results", tests, NULL, NULL);
}
