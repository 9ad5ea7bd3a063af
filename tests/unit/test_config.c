/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Job files: what is read, what is refused, and that a message says where. */
#include "tests/support/files.h"
#include "tests/support/run.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "bench/job_file.h"
#include "bench/plan_file.h"
#include "lib/base/paths.h"
#include "lib/base/version.h"

#define D "tests/data/"

static struct job_file config;
static struct error error;

static int free_config(void **state)
{
	(void)state;
	job_file_free(&config);
	return config.jobs || config.job_count ? -1 : 0;
}

static void load(const char *path)
{
	if (job_file_load(&config, path, &error) != 0)
		fail_msg("%s", error.text);
}

/* Checks the words of a job, NULL after the last. */
static void assert_words(const struct job *job, const char *const *words)
{
	size_t count = 0;
	for (; words[count]; count++) {
		assert_true(count < job->word_count);
		assert_string_equal(job->words[count], words[count]);
	}
	assert_int_equal(job->word_count, count);
}

static void jobs_and_their_words_are_read(void **state)
{
	(void)state;
	load(D "config-good.ini");
	assert_int_equal(config.job_count, 2);
	assert_string_equal(config.jobs[0].name, "local");
	assert_words(&config.jobs[0],
	             (const char *const[]){"hint/map=anon/page=4k/*", "hint/map=shmem", "overhead", "fork",
	                                   "outcome=local", "units=16", NULL});
	assert_string_equal(config.jobs[1].name, "swapped out");
	assert_words(&config.jobs[1], (const char *const[]){"swap", "swap/map=anon", "map=anon,shmem", NULL});
}

static void refuse(const char *path, int err, const char *message)
{
	error = (struct error){""};
	assert_int_equal(job_file_load(&config, path, &error), err);
	assert_has(error.text, message);
	assert_null(config.jobs);
	assert_int_equal(config.job_count, 0);
}

static void errors_say_the_file_and_the_line(void **state)
{
	(void)state;
	refuse(D "config-no-section.ini", -EINVAL, D "config-no-section.ini:2: ");
	refuse(D "config-no-value.ini", -EINVAL, D "config-no-value.ini:7: ");
	refuse(D "config-cut-section.ini", -EINVAL, D "config-cut-section.ini:3: ");
	refuse(D "config-empty.ini", -EINVAL, D "config-empty.ini: no [job]");
	refuse("/dev/null", -EINVAL, "/dev/null: no [job]");
	refuse(D "config-missing.ini", -ENOENT, D "config-missing.ini");
	refuse("no-such-name", -ENOENT, "no-such-name");
	refuse("", -ENOENT, "''");
}

static void folder_is_no_job_file(void **state)
{
	(void)state;
	error = (struct error){""};
	assert_true(job_file_load(&config, "tests", &error) < 0);
	assert_has(error.text, "tests");
}

/* To its end, or not at all: half of what was asked for would pass for the whole. */
static void long_line_is_not_cut(void **state)
{
	(void)state;
	int err = job_file_load(&config, D "config-long-line.ini", &error);
	if (err) {
		assert_int_equal(err, -EINVAL);
		assert_has(error.text, "config-long-line.ini:3: ");
		return;
	}
	assert_int_equal(config.job_count, 1);
	assert_int_equal(config.jobs[0].word_count, 13);
	assert_string_equal(config.jobs[0].words[11], "hint/map=anon/page=4k/access=write/outcome=fail-late");
	assert_string_equal(config.jobs[0].words[12], "fork");
}

/* inih keeps 49 bytes: two jobs whose names begin alike would be one. */
static void long_names_are_refused(void **state)
{
	(void)state;
	char text[256];
	const char *path = in_folder("long.ini");
	snprintf(text, sizeof(text), "[short]\nunits = 1\n\n[%049d]\n# nothing\nunits = 2\n", 0);
	write_text(path, text);
	refuse(path, -EINVAL, "long.ini:4: the name of a section is longer than 48 bytes");
	snprintf(text, sizeof(text), "[%060d]\nunits = 2\n", 0);
	write_text(path, text);
	refuse(path, -EINVAL, "long.ini:1: the name of a section");
	snprintf(text, sizeof(text), "[short]\n%060d = 2\n", 0);
	write_text(path, text);
	refuse(path, -EINVAL, "long.ini:2: the name of a key");
	snprintf(text, sizeof(text), "[%048d]\nunits = 2\n", 0);
	write_text(path, text);
	load(path);
	assert_int_equal(strlen(config.jobs[0].name), 48);
}

/* Writes a job with so many patterns, a line each. */
static const char *job_of(int patterns)
{
	const char *path = in_folder("many.ini");
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "[many]\n");
	for (int i = 0; i < patterns; i++)
		fprintf(file, "cases = hint\n");
	assert_int_equal(fclose(file), 0);
	return path;
}

static void job_has_room_for_many_words(void **state)
{
	(void)state;
	load(job_of(JOB_WORDS_MAX));
	assert_int_equal(config.jobs[0].word_count, JOB_WORDS_MAX);
	job_file_free(&config);
	refuse(job_of(JOB_WORDS_MAX + 1), -EINVAL, "many.ini:258: ");
}

static void there_may_be_many_jobs(void **state)
{
	(void)state;
	const char *path = in_folder("jobs.ini");
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	for (int i = 0; i < 100; i++)
		fprintf(file, "[job %d]\nunits = %d\n", i, i + 1);
	assert_int_equal(fclose(file), 0);
	load(path);
	assert_int_equal(config.job_count, 100);
	assert_string_equal(config.jobs[99].name, "job 99");
	assert_string_equal(config.jobs[99].words[0], "units=100");
}

static void file_from_another_system_is_read(void **state)
{
	(void)state;
	const char *path = in_folder("dos.ini");
	write_text(path, "\xef\xbb\xbf[dos]\r\ncases = hint\r\nunits = 4\r\n");
	load(path);
	assert_words(&config.jobs[0], (const char *const[]){"hint", "units=4", NULL});
}

static int plan_file(const char *path)
{
	struct case_list all;
	struct plan plan;
	load(path);
	assert_int_equal(cases_all(&all), 0);
	int err = plan_make(&plan, &all, NULL, 0, &config, &error);
	plan_free(&plan);
	cases_free(&all);
	job_file_free(&config);
	return err;
}

static void unknown_words_are_named_with_their_job(void **state)
{
	(void)state;
	static const struct {
		const char *path, *job, *word;
	} wrong[] = {
	    {D "config-unknown-case.ini", "[typo]", "'hint/map=ano'"},
	    {D "config-unknown-key.ini", "[typo]", "'mpa'"},
	    {D "config-unknown-value.ini", "[typo]", "'anno'"},
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(plan_file(wrong[i].path), -EINVAL);
		assert_has(error.text, wrong[i].job);
		assert_has(error.text, wrong[i].word);
	}
	assert_int_equal(plan_file(D "config-good.ini"), 0);
}

/* A file of one length, whatever is in it, which has the cases and their units in their order. */
static void plan_is_read_back(void **state)
{
	(void)state;
	static char *none[] = {NULL}, *some[] = {"overhead", "units=8", NULL};
	static char text[PLAN_FILE_BYTES + 1];
	struct case_list all;
	struct plan every, few, again;
	assert_int_equal(cases_all(&all), 0);
	assert_int_equal(plan_make(&every, &all, none, 0, NULL, &error), 0);
	assert_int_equal(plan_make(&few, &all, some, 2, NULL, &error), 0);
	plan_shuffle(&every, 1);
	assert_int_equal(plan_write(&every, in_folder("every"), &error), 0);
	assert_int_equal(plan_write(&few, in_folder("few"), &error), 0);
	assert_int_equal(read_text(in_folder("every"), text, sizeof(text)), PLAN_FILE_BYTES);
	assert_int_equal(read_text(in_folder("few"), text, sizeof(text)), PLAN_FILE_BYTES);
	assert_int_equal(plan_read(&again, &all, in_folder("every"), &error), 0);
	assert_int_equal(again.count, all.count);
	assert_memory_equal(again.items, every.items, all.count * sizeof(*every.items));
	plan_free(&again);
	assert_int_equal(plan_read(&again, &all, in_folder("few"), &error), 0);
	assert_int_equal(again.count, few.count);
	assert_int_equal(again.items[0].units, 8);
	plan_free(&again);
	plan_free(&few);
	plan_free(&every);
	cases_free(&all);
}

static void what_is_no_plan_is_refused(void **state)
{
	(void)state;
	struct case_list all;
	struct plan plan;
	static const char *const wrong[] = {"0 hint/map=ano\n", "overhead/access=write\n", "4\n"};
	assert_int_equal(cases_all(&all), 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		write_text(in_folder("plan"), wrong[i]);
		assert_int_equal(plan_read(&plan, &all, in_folder("plan"), &error), -EINVAL);
		assert_has(error.text, "is no case with its units before it");
	}
	assert_int_equal(plan_read(&plan, &all, in_folder("missing"), &error), -ENOENT);
	cases_free(&all);
}

/* Every job file that comes with the program can be run. */
static void job_files_of_the_program_are_sound(void **state)
{
	(void)state;
	glob_t files;
	if (glob("configs/*.ini", 0, NULL, &files) != 0) {
		print_message("no files in configs/\n");
		skip();
	}
	for (size_t i = 0; i < files.gl_pathc; i++)
		if (plan_file(files.gl_pathv[i]) != 0)
			fail_msg("%s: %s", files.gl_pathv[i], error.text);
	globfree(&files);
}

static void data_that_is_missing_is_told(void **state)
{
	(void)state;
	char path[PATH_MAX];
	assert_int_equal(data_path("configs/no-such.ini", path, sizeof(path)), -ENOENT);
	assert_in_range(strlen(hintbench_version), 1, 100);
}

#define test(name) cmocka_unit_test_teardown(name, free_config)

static int tear_down(void **state)
{
	return free_config(state) || tear_down_folder(state);
}

#define in_a_folder(name) cmocka_unit_test_setup_teardown(name, set_up_folder, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    test(jobs_and_their_words_are_read),
	    test(errors_say_the_file_and_the_line),
	    test(folder_is_no_job_file),
	    test(long_line_is_not_cut),
	    in_a_folder(long_names_are_refused),
	    in_a_folder(job_has_room_for_many_words),
	    in_a_folder(there_may_be_many_jobs),
	    in_a_folder(file_from_another_system_is_read),
	    test(unknown_words_are_named_with_their_job),
	    test(job_files_of_the_program_are_sound),
	    in_a_folder(plan_is_read_back),
	    in_a_folder(what_is_no_plan_is_refused),
	    test(data_that_is_missing_is_told),
	};
	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
