/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every write of every command fails once, each in a run of its own: the command ends with status 2 and a message, and what was
 * there before is there, byte for byte. Until a run has no such write left.
 */
#include "tests/support/cmocka_all.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/analysis/result.h"
#include "tests/support/failing_write.h"
#include "tests/support/files.h"
#include "tests/support/namespaces.h"
#include "tests/support/run.h"

#define BASE     "tests/data/base.json"
#define NEW      "tests/data/new.json"
#define OLD_TEXT "what was there before\n"

static struct ran ran;
static char text[1 << 20], other[1 << 20];
static char self[4096], out_path[128]; /* of in_folder() there are eight at a time */

/* Says which write it was, so that it can be looked at. */
static void assert_told(const struct failing_write *failing)
{
	if (ran.status != 2)
		fail_msg("status %d after %s (call %zu): %s", ran.status, failing->call, failing->nth,
		         ran.err);
	if (!strstr(ran.err, "hintbench: "))
		fail_msg("nothing is said after %s: '%s'", failing->call, ran.err);
}

/* Runs argv until no write is left that could fail. `look` looks what became of the files. Returns how many failed. */
static size_t fail_each(const char *const *argv, void (*look)(const struct failing_write *failing))
{
	struct failing_write failing = {.nth = 1, .error_number = ENOSPC};
	write_text(out_path, OLD_TEXT);
	for (; run_with_failing_write(&ran, &failing, argv); failing.nth++) {
		assert_told(&failing);
		if (look)
			look(&failing);
		failing.error_number = failing.error_number == ENOSPC ? EIO : ENOSPC;
	}
	if (ran.status == 2)
		fail_msg("though all is written: %s", ran.err);
	return failing.nth - 1;
}

#define FAIL_EACH(look, ...) fail_each((const char *const[]){hintbench_program(), __VA_ARGS__, NULL}, look)

static void needs_failing_writes(void)
{
	strcpy(out_path, in_folder("out"));
	if (!can_fail_writes()) {
		puts("no seccomp notifications here: writes can't be made to fail");
		skip();
	}
}

static void the_old_text_is_there(const struct failing_write *failing)
{
	read_text(in_folder("out"), text, sizeof(text));
	if (strcmp(text, OLD_TEXT) != 0)
		fail_msg("the old file is hurt after %s", failing->call);
	assert_int_equal(access(in_folder("out.new"), F_OK), -1);
}

static void written_files_keep_what_they_had(void **state)
{
	static const char *const formats[] = {"text", "md", "csv", "json", "rows"};
	(void)state;
	needs_failing_writes();
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		assert_true(FAIL_EACH(the_old_text_is_there, "compare", "-f", formats[i], "-o", out_path,
		                      BASE, NEW) >= 4);
		read_text(in_folder("out"), text, sizeof(text));
		assert_string_not_equal(text, OLD_TEXT);
	}
	assert_true(FAIL_EACH(the_old_text_is_there, "report", "-o", out_path, BASE, NEW) >= 4);
}

static void lost_standard_output_is_told(void **state)
{
	(void)state;
	needs_failing_writes();
	assert_true(FAIL_EACH(NULL, "compare", BASE, NEW) >= 1);
	assert_true(FAIL_EACH(NULL, "compare", "-f", "json", BASE, NEW) >= 1);
	assert_true(FAIL_EACH(NULL, "list", "--json") >= 1);
	assert_true(FAIL_EACH(NULL, "list", "--metrics") >= 1);
	assert_true(FAIL_EACH(NULL, "doctor") >= 1);
	assert_true(FAIL_EACH(NULL, "lab", "list") >= 1);
	assert_true(FAIL_EACH(NULL, "check", "--claims", "tests/data/claims.ini",
	                      "tests/data/claims-base.json", "tests/data/claims-new.json") >= 1);
}

/* The writer of results, in a process of its own: this program again. */
static int write_result(const char *path)
{
	struct error error = {0};
	struct result_writer *writer;
	struct result *result = result_load(BASE, &error);
	int err = result ? 0 : -EINVAL;
	if (!err)
		err = result_open(&writer, (const char *const[]){path}, 1, &result->context, result->events,
		                  &error);
	if (!err) {
		for (size_t i = 0; !err && i < result->case_count; i++)
			err = result_append(writer, &result->cases[i], &error);
		int closing = result_close(writer, err ? error.text : NULL, err ? NULL : &error);
		err = err ? err : closing;
	}
	result_free(result);
	if (err)
		fprintf(stderr, "hintbench: %s\n", error.text);
	return err ? 2 : 0;
}

static void there_is_a_whole_result(void)
{
	struct error error = {0};
	struct result *result = result_load(out_path, &error);
	if (!result)
		fail_msg("%s", error.text);
	assert_true(result->complete);
	result_free(result);
}

/* Nothing else is said to be there that isn't: what was lost may be the line on progress. */
static void the_old_text_or_a_whole_result_is_there(const struct failing_write *failing)
{
	read_text(out_path, text, sizeof(text));
	if (strstr(failing->call, "spawned.out") && strcmp(text, OLD_TEXT) != 0) {
		there_is_a_whole_result();
		write_text(out_path, OLD_TEXT);
	}
	the_old_text_is_there(failing);
}

static void a_result_is_whole_or_the_old_one(void **state)
{
	(void)state;
	needs_failing_writes();
	assert_true(fail_each((const char *const[]){self, "write", out_path, NULL}, the_old_text_is_there) >=
	            6);
	there_is_a_whole_result();
}

/* The same, of the program, where it can run. */
static void a_run_ends_with_a_message(void **state)
{
	(void)state;
	needs_failing_writes();
	run_hintbench(&ran, "run", "-o", out_path, "units=8", "overhead");
	if (ran.status != 0) {
		print_message("%s", ran.err);
		skip();
	}
	assert_true(FAIL_EACH(the_old_text_or_a_whole_result_is_there, "run", "-o", out_path, "units=8",
	                      "overhead") >= 6);
	there_is_a_whole_result();
}

/* --- pictures: a folder of files --- */

static char pictures[256], first[256], second[256];

static void copy_folder(const char *from, const char *to)
{
	char command[1024];
	snprintf(command, sizeof(command), "rm -rf '%s' && cp -r '%s' '%s'", to, from, to);
	assert_int_equal(system(command), 0);
}

/* The bytes of a file; false where there is none. */
static bool slurp(const char *where, const char *name, char *into, size_t *length)
{
	char path[1024];
	snprintf(path, sizeof(path), "%s/%s", where, name);
	FILE *file = fopen(path, "r");
	*length = file ? fread(into, 1, sizeof(text), file) : 0;
	if (file)
		fclose(file);
	return file;
}

static bool is_as_in(const char *where, const char *name)
{
	size_t now, then;
	return slurp(pictures, name, text, &now) && slurp(where, name, other, &then) && now == then &&
	       memcmp(text, other, now) == 0;
}

/* Every picture, its data and its script are whole: the old ones, or where all were drawn the new ones. */
static void each_file_is_old_or_new(const struct failing_write *failing)
{
	DIR *dir = opendir(pictures);
	struct dirent *entry;
	size_t count = 0;
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (strspn(entry->d_name, ".") == strlen(entry->d_name))
			continue;
		count++;
		if (!is_as_in(first, entry->d_name) && !is_as_in(second, entry->d_name))
			fail_msg("%s is hurt after %s", entry->d_name, failing->call);
	}
	closedir(dir);
	assert_true(count >= 8);
	copy_folder(first, pictures);
}

static void old_pictures_stay_whole(void **state)
{
	(void)state;
	needs_failing_writes();
	strcpy(pictures, in_folder("pictures"));
	strcpy(first, in_folder("first"));
	strcpy(second, in_folder("second"));
	run_hintbench(&ran, "plot", "-o", second, NEW);
	assert_int_equal(ran.status, 0);
	run_hintbench(&ran, "plot", "-o", first, BASE);
	if (ran.status != 0)
		fail_msg("%s", ran.err);
	copy_folder(first, pictures);
	assert_true(FAIL_EACH(each_file_is_old_or_new, "plot", "-o", pictures, NEW) >= 16);
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, set_up_folder, tear_down_folder)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    in_a_folder(written_files_keep_what_they_had), in_a_folder(lost_standard_output_is_told),
	    in_a_folder(a_result_is_whole_or_the_old_one), in_a_folder(a_run_ends_with_a_message),
	    in_a_folder(old_pictures_stay_whole),
	};
	if (argc == 3 && strcmp(argv[1], "write") == 0)
		return write_result(argv[2]);
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return 1;
	enter_private_run();
	return cmocka_run_group_tests_name("failing writes", tests, NULL, NULL);
}
