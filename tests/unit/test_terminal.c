/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nothing that somebody sent steers the terminal: escape sequences in names of files and in results, claims, jobs and event sets
 * reach neither standard output nor standard error, of any command.
 */
#include "tests/support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/files.h"
#include "tests/support/run.h"

/* CSI as ESC [ and as one character, a title, a bell, a return, and one byte that is no UTF-8. */
#define HOSTILE "a\033[31m\302\2332J\033]0;x\007\r\010\377z"

#define BASE "tests/data/base.json"
#define NEW  "tests/data/new.json"

static struct ran ran;

static void assert_harmless(const char *text)
{
	for (const char *at = text; *at; at++)
		if ((unsigned char)*at < ' ' && *at != '\n')
			fail_msg("the byte %d in:\n%s", *at, text);
	assert_has_not(text, "\302\233");
	assert_has_not(text, "\377");
}

/* Runs it; says something, and nothing that steers a terminal. */
static void look_at(const char *const *argv)
{
	run_argv(&ran, argv);
	assert_true(ran.status < 1000);
	assert_true(*ran.out || *ran.err);
	assert_harmless(ran.out);
	assert_harmless(ran.err);
}

#define LOOK_AT(...) look_at((const char *const[]){hintbench_program(), __VA_ARGS__, NULL})

/* A path with a hostile name, of a file with this text. */
static const char *hostile_file(const char *ending, const char *text)
{
	char name[64];
	snprintf(name, sizeof(name), HOSTILE "%s", ending);
	const char *path = in_folder(name);
	write_text(path, text);
	return path;
}

static const char *copy_of(const char *from)
{
	static char text[1 << 20];
	read_text(from, text, sizeof(text));
	return hostile_file(".json", text);
}

static void names_of_files_are_cleaned(void **state)
{
	static const char *const formats[] = {"text", "md", "csv", "json", "rows"};
	(void)state;
	const char *result = copy_of(BASE), *absent = in_folder(HOSTILE),
	           *broken = hostile_file(".broken", "{\"" HOSTILE);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		LOOK_AT("compare", "-f", formats[i], result, NEW);
	LOOK_AT("compare", result, absent);
	LOOK_AT("compare", result, broken);
	LOOK_AT("compare", "-o", in_folder("no/" HOSTILE), result, NEW);
	LOOK_AT("report", "-o", in_folder("no/" HOSTILE), result, NEW);
	LOOK_AT("report", "-o", in_folder("page"), "--origin", absent, result, NEW);
	LOOK_AT("plot", "-o", in_folder("no/" HOSTILE), result);
	LOOK_AT("plot", "-o", in_folder("pictures"), "-m", HOSTILE, result);
	LOOK_AT("check", "--claims", "tests/data/claims.ini", result);
	LOOK_AT("check", "--claims", absent, result);
	LOOK_AT("run", "-c", absent);
	LOOK_AT("run", HOSTILE);
	LOOK_AT("list", HOSTILE);
	LOOK_AT("list", "--events", HOSTILE);
	LOOK_AT(HOSTILE);
	LOOK_AT("lab", HOSTILE);
	LOOK_AT("lab", "run", "--kernel", absent);
	LOOK_AT("lab", "run", "--kernel", broken);
	LOOK_AT("lab", "fetch", HOSTILE);
	LOOK_AT("lab", "build", "--source", absent);
}

/* What machines say of themselves is cleaned by the reader. */
static void results_are_cleaned(void **state)
{
	static const char *const formats[] = {"text", "md", "csv", "json", "rows"};
	static char text[1 << 20], hostile[1 << 20];
	(void)state;
	read_text(BASE, text, sizeof(text));
	char *version = strstr(text, "\"version\":\"");
	assert_non_null(version);
	version += strlen("\"version\":\"");
	snprintf(hostile, sizeof(hostile), "%.*s\\u001b[31m\\u009b2J\\r%s", (int)(version - text), text,
	         version);
	write_text(in_folder("result.json"), hostile);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		LOOK_AT("compare", "-f", formats[i], in_folder("result.json"), NEW);
		assert_int_equal(ran.status, 0);
	}
	LOOK_AT("check", "-v", "--claims", "tests/data/claims.ini", in_folder("result.json"));
	LOOK_AT("plot", "-o", in_folder("pictures"), in_folder("result.json"));
	assert_int_equal(ran.status, 0);
}

/* The reader takes none of them; see test_result.c for each field. */
static void results_are_refused_with_a_clean_message(void **state)
{
	static const char *const texts[] = {
	    "{\"" HOSTILE "\": 1}",
	    "{\"schema\": \"hintbench-result/1\", \"\\u001b[31m\": 1, \"\\u001b[31m\": 2}",
	    "{\"schema\": \"\\u001b[31m\\u009b2J\"}",
	    "{\"complete\": true, \"cases\": [\n{\"name\": \"\\u001b[31m\"}]}",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_text(in_folder("result.json"), texts[i]);
		LOOK_AT("compare", in_folder("result.json"), BASE);
		assert_int_equal(ran.status, 2);
		LOOK_AT("check", "--claims", "tests/data/claims.ini", in_folder("result.json"));
		assert_int_equal(ran.status, 2);
	}
}

static void claims_jobs_and_sets_are_cleaned(void **state)
{
	(void)state;
	const char *claims = hostile_file(".claims", "[x]\nsays = " HOSTILE "\nwhere = " HOSTILE
	                                             "\ncases = hint\nholds = write_faults == 77\n");
	LOOK_AT("check", "-v", "--claims", claims, BASE);
	assert_has(ran.out, "# x: a?[31m");
	LOOK_AT("check", "--claims", hostile_file(".bad", "[x]\n" HOSTILE " = 1\n"), BASE);
	LOOK_AT("check", "--claims",
	        hostile_file(".bad", "[x]\nsays = a\nwhere = b\ncases = c\nholds = " HOSTILE "\n"), BASE);
	LOOK_AT("run", "-c", hostile_file(".job", "[" HOSTILE "]\n" HOSTILE " = " HOSTILE "\n"));
	LOOK_AT("list", "--events", hostile_file(".events", "[" HOSTILE "]\n" HOSTILE " = " HOSTILE "\n"));
	char event_set[1024];
	snprintf(event_set, sizeof(event_set),
	         "[set]\nabout = %s\n[events]\ntasks = perf::TASK-CLOCK\n"
	         "[metric x]\nabout = %s\nformula = tasks\nunit = %s\n",
	         HOSTILE, HOSTILE, HOSTILE);
	LOOK_AT("list", "--events", hostile_file(".set", event_set));
	assert_has(ran.out, ": a?[31m");
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, set_up_folder, tear_down_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_folder(names_of_files_are_cleaned),
	    in_a_folder(results_are_cleaned),
	    in_a_folder(results_are_refused_with_a_clean_message),
	    in_a_folder(claims_jobs_and_sets_are_cleaned),
	};
	return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}
