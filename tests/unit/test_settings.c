/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings are always put back, whatever ends the run. The settings here are files in a temporary folder. */
#include "tests/support/lab_spawn.h"

#include <signal.h>
#include <sys/swap.h>

#include "lib/base/error.h"
#include "lib/base/settings.h"
#include "lib/base/textfile.h"
#include "tests/support/private_run.h"

static bool has_run;

/* A setting of the test's own that reads `text` and a newline. */
static const char *setting(const char *name, const char *text)
{
	const char *path = in_folder(name);
	char line[4096];
	snprintf(line, sizeof(line), "%s\n", text);
	write_text(path, line);
	return path;
}

static void assert_reads(const char *path, const char *text)
{
	char now[4096];
	assert_true(textfile_read(path, now, sizeof(now)) >= 0);
	assert_string_equal(now, text);
}

static void must(int err, const struct error *error)
{
	if (err)
		fail_msg("%d: %s", err, error->text);
}

static void open_journal(void)
{
	struct error error;
	must(settings_open(NULL, &error), &error);
}

static void change(const char *path, const char *value)
{
	struct error error;
	must(settings_write(path, value, &error), &error);
	assert_reads(path, value);
}

static int set_up(void **state)
{
	if (set_up_folder(state) != 0)
		return -1;
	if (!has_run) {
		print_message("%s\n", NO_RUN_OF_ITS_OWN);
		return 0;
	}
	open_journal();
	return 0;
}

static int tear_down(void **state)
{
	if (has_run) {
		settings_close(NULL);
		unlink(JOURNAL);
	}
	return tear_down_folder(state);
}

#define needs_journal()         \
	do {                    \
		(void)state;    \
		if (!has_run)   \
			skip(); \
	} while (0)

static void closing_puts_everything_back(void **state)
{
	needs_journal();
	const char *a = setting("a", "0"), *b = setting("b", "7");
	change(a, "1");
	change(b, "8");
	struct error error;
	must(settings_close(&error), &error);
	assert_reads(a, "0");
	assert_reads(b, "7");
	assert_int_equal(access(JOURNAL, F_OK), -1);
}

/* The other way round, the value of the middle would be left. */
static void last_change_is_undone_first(void **state)
{
	needs_journal();
	const char *a = setting("a", "0");
	size_t mark = settings_mark();
	change(a, "1");
	change(a, "2");
	change(a, "3");
	struct error error;
	must(settings_undo_to(mark, &error), &error);
	assert_reads(a, "0");
	assert_int_equal(settings_mark(), mark);
}

static void marks_nest(void **state)
{
	needs_journal();
	struct error error;
	const char *a = setting("a", "0"), *b = setting("b", "0");
	size_t outer = settings_mark();
	change(a, "1");
	size_t inner = settings_mark();
	change(a, "2");
	change(b, "1");
	must(settings_undo_to(inner, &error), &error);
	assert_reads(a, "1");
	assert_reads(b, "0");
	change(b, "2");
	must(settings_undo_to(outer, &error), &error);
	assert_reads(a, "0");
	assert_reads(b, "0");
}

/* A mark that was undone already is nothing to come back to. */
static void inner_mark_is_gone_with_the_outer(void **state)
{
	needs_journal();
	struct error error;
	const char *a = setting("a", "0");
	size_t outer = settings_mark();
	change(a, "1");
	size_t inner = settings_mark();
	must(settings_undo_to(outer, &error), &error);
	must(settings_undo_to(inner, &error), &error);
	change(a, "1");
	must(settings_close(&error), &error);
	assert_reads(a, "0");
}

static void equal_value_is_no_change(void **state)
{
	needs_journal();
	const char *a = setting("a", "60000");
	size_t mark = settings_mark();
	change(a, "60000");
	assert_int_equal(settings_mark(), mark);
}

static void choice_in_brackets_is_the_value(void **state)
{
	needs_journal();
	struct error error;
	char now[64];
	const char *a = setting("a", "always [madvise] never");
	size_t mark = settings_mark();
	must(settings_write(a, "madvise", &error), &error);
	assert_int_equal(settings_mark(), mark);
	must(settings_write(a, "never", &error), &error);
	must(settings_undo_to(mark, &error), &error);
	textfile_read(a, now, sizeof(now));
	assert_memory_equal(now, "madvise", 7);
}

/* /proc/sys/kernel/printk is such a setting. */
static void value_of_several_words_is_kept_whole(void **state)
{
	needs_journal();
	struct error error;
	const char *a = setting("a", "4\t4\t1\t7");
	change(a, "7\t4\t1\t7");
	must(settings_undo_to(0, &error), &error);
	assert_reads(a, "4\t4\t1\t7");
}

static void value_of_two_lines_is_refused(void **state)
{
	needs_journal();
	struct error error;
	const char *a = setting("a", "0\n1");
	assert_int_equal(settings_write(a, "2", &error), -EINVAL);
	assert_contains(error.text, a);
	assert_reads(a, "0\n1");
	assert_int_equal(settings_mark(), 0);
}

static void missing_setting_is_named(void **state)
{
	needs_journal();
	struct error error;
	const char *a = in_folder("missing");
	assert_int_equal(settings_write(a, "1", &error), -ENOENT);
	assert_contains(error.text, a);
	assert_int_equal(access(a, F_OK), -1);
	assert_int_equal(settings_mark(), 0);
}

static void failed_change_leaves_nothing_to_undo(void **state)
{
	needs_journal();
	struct error error;
	assert_true(settings_write("/proc/version", "1", &error) < 0);
	assert_contains(error.text, "/proc/version");
	must(settings_undo_to(0, &error), &error);
}

static void nothing_changes_without_a_journal(void **state)
{
	(void)state;
	struct error error;
	const char *a = setting("a", "0");
	settings_close(NULL);
	assert_int_equal(settings_write(a, "1", &error), -EBADF);
	assert_reads(a, "0");
	assert_int_equal(settings_undo_with_rmdir(folder, &error), -EBADF);
	assert_int_equal(settings_mark(), 0);
	assert_int_equal(settings_undo_to(0, &error), 0);
	assert_int_equal(settings_close(&error), 0);
}

static void folders_are_removed_innermost_first(void **state)
{
	needs_journal();
	struct error error;
	const char *outer = in_folder("outer"), *inner = in_folder("outer/inner");
	must(settings_undo_with_rmdir(outer, &error), &error);
	assert_int_equal(mkdir(outer, 0700), 0);
	must(settings_undo_with_rmdir(inner, &error), &error);
	assert_int_equal(mkdir(inner, 0700), 0);
	must(settings_undo_to(0, &error), &error);
	assert_int_equal(access(outer, F_OK), -1);
}

static void announced_write_is_made(void **state)
{
	needs_journal();
	struct error error;
	const char *a = setting("a", "0");
	must(settings_undo_with_write(a, "1", &error), &error);
	assert_reads(a, "0");
	must(settings_undo_to(0, &error), &error);
	assert_reads(a, "1");
}

/* It was journalled before swapon(), which then failed. */
static void swap_that_is_not_in_use_needs_no_undoing(void **state)
{
	needs_journal();
	struct error error;
	const char *a = setting("a", "no swap");
	if (swapoff(a) != 0 && errno == EPERM) {
		print_message("no right to swapoff()\n");
		skip();
	}
	must(settings_undo_with_swapoff(a, &error), &error);
	must(settings_undo_to(0, &error), &error);
}

static void setting_that_is_gone_needs_no_undoing(void **state)
{
	needs_journal();
	struct error error;
	const char *a = setting("a", "0"), *b = setting("b", "0");
	change(a, "1");
	change(b, "1");
	unlink(b);
	must(settings_close(&error), &error);
	assert_reads(a, "0");
	assert_int_equal(access(b, F_OK), -1);
}

/* A folder in a setting's place can't be written, even by root. */
static void block(const char *path, const char *aside)
{
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void unblock(const char *path, const char *aside)
{
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rename(aside, path), 0);
}

static void all_is_tried_after_a_failure(void **state)
{
	needs_journal();
	struct error error;
	const char *a = setting("a", "0"), *b = setting("b", "0"), *c = setting("c", "0");
	change(a, "1");
	change(b, "1");
	change(c, "1");
	block(b, in_folder("aside"));
	assert_int_equal(settings_undo_to(0, &error), -EISDIR);
	assert_contains(error.text, b);
	assert_reads(a, "0");
	assert_reads(c, "0");
}

static void what_could_not_be_undone_is_tried_again(void **state)
{
	needs_journal();
	struct error error;
	size_t restored = 0;
	const char *a = setting("a", "0"), *b = setting("b", "0");
	change(a, "1");
	change(b, "1");
	block(a, in_folder("aside"));
	assert_int_equal(settings_close(&error), -EISDIR);
	assert_contains(error.text, a);
	assert_true(settings_left_behind());
	unblock(a, in_folder("aside"));
	must(settings_open(&restored, &error), &error);
	assert_int_equal(restored, 1);
	assert_reads(a, "0");
	assert_reads(b, "0");
}

static void end_by_sigkill(void)
{
	kill(getpid(), SIGKILL);
}

static void assert_was_killed(pid_t pid)
{
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void parent_undoes_what_a_killed_child_changed(void **state)
{
	needs_journal();
	struct error error;
	const char *a = setting("a", "0"), *b = setting("b", "0");
	change(a, "1");
	size_t mark = settings_mark();
	pid_t pid = fork();
	if (pid == 0) {
		settings_write(a, "2", NULL);
		settings_write(b, "2", NULL);
		end_by_sigkill();
	}
	assert_was_killed(pid);
	assert_reads(a, "2");
	assert_reads(b, "2");
	must(settings_undo_to(mark, &error), &error);
	assert_reads(a, "1");
	assert_reads(b, "0");
}

/* A run that changes two settings and is killed. */
static void leave_behind(const char *a, const char *b)
{
	pid_t pid = fork();
	if (pid == 0) {
		if (settings_open(NULL, NULL) != 0)
			_exit(1);
		settings_write(a, "1", NULL);
		settings_write(b, "1", NULL);
		end_by_sigkill();
	}
	assert_was_killed(pid);
	assert_reads(a, "1");
	assert_reads(b, "1");
}

static void next_run_puts_back_what_a_killed_one_left(void **state)
{
	needs_journal();
	struct error error;
	size_t restored = 0;
	const char *a = setting("a", "0"), *b = setting("b", "0");
	must(settings_close(&error), &error);
	assert_false(settings_left_behind());
	leave_behind(a, b);
	assert_true(settings_left_behind());
	must(settings_open(&restored, &error), &error);
	assert_int_equal(restored, 2);
	assert_reads(a, "0");
	assert_reads(b, "0");
	assert_false(settings_left_behind());
	assert_int_equal(settings_mark(), 0);
}

static void second_run_is_refused(void **state)
{
	needs_journal();
	int status;
	const char *a = setting("a", "0");
	change(a, "1");
	assert_false(settings_left_behind());
	pid_t pid = fork();
	if (pid == 0) {
		struct error error;
		int err = settings_open(NULL, &error);
		_exit(err == -EBUSY && strstr(error.text, "another hintbench") ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_reads(a, "1");
}

static void write_journal(const char *format, const char *path)
{
	char text[512];
	settings_close(NULL);
	snprintf(text, sizeof(text), format, path);
	write_text(JOURNAL, text);
}

/* Such a line stands for a change that wasn't made: it comes from a full /run. */
static void torn_line_is_not_obeyed(void **state)
{
	needs_journal();
	const char *a = setting("a", "10");
	write_journal("write\t%s\t95", a);
	settings_open(NULL, NULL);
	assert_reads(a, "10");
}

static void nonsense_in_the_journal_is_told(void **state)
{
	needs_journal();
	struct error error;
	const char *a = setting("a", "1");
	write_journal("write\t%s\t0\nnonsense\n", a);
	assert_int_equal(settings_open(NULL, &error), -EINVAL);
	assert_contains(error.text, "nonsense");
	assert_reads(a, "0");
}

/* Nor does the caller hold its lock. */
static void failed_opening_can_be_repeated(void **state)
{
	needs_journal();
	struct error error;
	const char *a = setting("a", "1");
	write_journal("write\t%s\t0\n", a);
	block(a, in_folder("aside"));
	assert_int_equal(settings_open(NULL, &error), -EISDIR);
	assert_contains(error.text, a);
	unblock(a, in_folder("aside"));
	must(settings_open(NULL, &error), &error);
	assert_reads(a, "0");
}

static void text_of_a_file_is_read(void **state)
{
	(void)state;
	char text[8];
	assert_int_equal(textfile_read(setting("a", "abc"), text, sizeof(text)), 3);
	assert_string_equal(text, "abc");
	assert_int_equal(textfile_read(setting("a", ""), text, sizeof(text)), 0);
	assert_string_equal(text, "");
	assert_int_equal(textfile_read(setting("a", "abc\n"), text, sizeof(text)), 4);
	assert_string_equal(text, "abc\n");
	assert_int_equal(textfile_read(setting("a", "longer than that"), text, sizeof(text)), 7);
	assert_string_equal(text, "longer ");
	assert_int_equal(textfile_read(in_folder("missing"), text, sizeof(text)), -ENOENT);
	assert_string_equal(text, "");
	assert_int_equal(textfile_read(folder, text, sizeof(text)), -EISDIR);
}

static void text_is_written_to_what_exists(void **state)
{
	(void)state;
	const char *a = setting("a", "0");
	assert_int_equal(textfile_write(a, "1"), 0);
	assert_reads(a, "1");
	assert_int_equal(textfile_write(in_folder("missing"), "1"), -ENOENT);
	assert_int_equal(access(in_folder("missing"), F_OK), -1);
	assert_int_equal(textfile_write("/dev/full", "1"), -ENOSPC);
}

static void reason_holds_a_sentence(void **state)
{
	(void)state;
	struct error error;
	char longer[2 * ERROR_BYTES];
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(error_set(&error, ENODEV, "needs %d nodes", 2), -ENODEV);
	assert_string_equal(error.text, "needs 2 nodes");
	assert_int_equal(error_set_errno(&error, ENOENT, "cannot read %s", "x"), -ENOENT);
	assert_string_equal(error.text, "cannot read x: No such file or directory");
	assert_int_equal(error_set_errno(&error, EIO, "%s", longer), -EIO);
	assert_int_equal(strlen(error.text), ERROR_BYTES - 1);
	assert_int_equal(error_set(NULL, EIO, "unheard"), -EIO);
	assert_int_equal(error_set_errno(NULL, EIO, "unheard"), -EIO);
}

#define journalled(test)  cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, set_up_folder, tear_down_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_folder(nothing_changes_without_a_journal),
	    journalled(closing_puts_everything_back),
	    journalled(last_change_is_undone_first),
	    journalled(marks_nest),
	    journalled(inner_mark_is_gone_with_the_outer),
	    journalled(equal_value_is_no_change),
	    journalled(choice_in_brackets_is_the_value),
	    journalled(value_of_several_words_is_kept_whole),
	    journalled(value_of_two_lines_is_refused),
	    journalled(missing_setting_is_named),
	    journalled(failed_change_leaves_nothing_to_undo),
	    journalled(folders_are_removed_innermost_first),
	    journalled(announced_write_is_made),
	    journalled(swap_that_is_not_in_use_needs_no_undoing),
	    journalled(setting_that_is_gone_needs_no_undoing),
	    journalled(all_is_tried_after_a_failure),
	    journalled(what_could_not_be_undone_is_tried_again),
	    journalled(parent_undoes_what_a_killed_child_changed),
	    journalled(next_run_puts_back_what_a_killed_one_left),
	    journalled(second_run_is_refused),
	    journalled(torn_line_is_not_obeyed),
	    journalled(nonsense_in_the_journal_is_told),
	    journalled(failed_opening_can_be_repeated),
	    in_a_folder(text_of_a_file_is_read),
	    in_a_folder(text_is_written_to_what_exists),
	    in_a_folder(reason_holds_a_sentence),
	};
	has_run = enter_private_run();
	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
