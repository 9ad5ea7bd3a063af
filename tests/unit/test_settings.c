/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings are always put back, whatever ends the run. The settings here are files in a temporary folder. */
#include "tests/support/cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/error.h"
#include "lib/base/settings.h"
#include "lib/base/textfile.h"
#include "tests/support/files.h"
#include "tests/support/namespaces.h"
#include "tests/support/run.h"

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
	size_t mark = settings_mark();
	assert_int_equal(settings_write(a, "2", &error), -EINVAL);
	assert_has(error.text, a);
	assert_reads(a, "0\n1");
	assert_int_equal(settings_mark(), mark);
}

/* Cut, it would be put back cut. */
static void value_that_is_too_long_is_refused(void **state)
{
	needs_journal();
	struct error error;
	char text[4000];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	const char *a = setting("a", text);
	assert_int_equal(settings_write(a, "2", &error), -EINVAL);
	assert_has(error.text, a);
	assert_reads(a, text);
}

/* Such a path would make an entry of its own, or mean another file to who puts it back. */
static void path_that_forges_an_entry_is_refused(void **state)
{
	needs_journal();
	struct error error;
	const char *names[] = {"a\t0\nwrite\tb", "a\tb", "a\nb"};
	size_t mark = settings_mark();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *path = setting(names[i], "0");
		assert_int_equal(settings_write(path, "1", &error), -EINVAL);
		assert_reads(path, "0");
		assert_int_equal(settings_undo_with_rmdir(path, &error), -EINVAL);
		assert_int_equal(settings_undo_with_swapoff(path, &error), -EINVAL);
	}
	assert_int_equal(settings_undo_with_write("a", "1", &error), -EINVAL);
	assert_int_equal(settings_mark(), mark);
}

static void missing_setting_is_named(void **state)
{
	needs_journal();
	struct error error;
	const char *a = in_folder("missing");
	size_t mark = settings_mark();
	assert_int_equal(settings_write(a, "1", &error), -ENOENT);
	assert_has(error.text, a);
	assert_int_equal(access(a, F_OK), -1);
	assert_int_equal(settings_mark(), mark);
}

static void failed_change_leaves_nothing_to_undo(void **state)
{
	needs_journal();
	struct error error;
	assert_true(settings_write("/proc/version", "1", &error) < 0);
	assert_has(error.text, "/proc/version");
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

/* As a cgroup is while a process in it that was killed has not ended yet. Here it is a mount point. */
static void busy_folder_is_tried_again(void **state)
{
	needs_journal();
	struct error error;
	int status;
	const char *busy = in_folder("busy");
	must(settings_undo_with_rmdir(busy, &error), &error);
	assert_int_equal(mkdir(busy, 0700), 0);
	if (mount("hintbench-test", busy, "tmpfs", 0, NULL) != 0) {
		print_message("no right to mount\n");
		skip();
	}
	pid_t pid = fork();
	if (pid == 0) {
		poll(NULL, 0, 100);
		_exit(umount(busy) == 0 ? 0 : 1);
	}
	must(settings_undo_to(0, &error), &error);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(access(busy, F_OK), -1);
}

/* A file of a disk is not made shorter, and reads "12" then; of nr_hugepages the kernel may keep more than it was told. */
static void value_that_does_not_come_back_is_told(void **state)
{
	needs_journal();
	struct error error;
	const char *a = setting("a", "1");
	change(a, "22");
	assert_int_equal(settings_undo_to(0, &error), -EBUSY);
	assert_has(error.text, a);
	write_text(a, "1");
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
	assert_has(error.text, b);
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
	assert_has(error.text, a);
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

/* The guardian of a run that has ended is done when it holds the lock no more. */
static void wait_for_the_guardian(void)
{
	int fd = open(JOURNAL, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	assert_int_equal(flock(fd, LOCK_EX), 0);
	close(fd);
}

/* A run that was killed when it had changed two settings, and its guardian with it. */
static void leave_behind(const char *a, const char *b)
{
	char entries[512];
	write_text(a, "1\n");
	write_text(b, "1\n");
	snprintf(entries, sizeof(entries), "write\t%s\t0\nwrite\t%s\t0\n", a, b);
	write_journal_of_this_boot(entries);
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
}

/* A run of its own process, that ends by `signal` when it has changed `path`. */
static void run_that_ends_by(int end_signal, const char *path)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
		signal(end_signal, SIG_DFL);
		if (settings_open(NULL, NULL) != 0 || settings_write(path, "1", NULL) != 0)
			_exit(1);
		kill(getpid(), end_signal);
		_exit(2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), end_signal);
}

static void guardian_puts_back_whatever_ends_the_run(void **state)
{
	static const int signals[] = {SIGKILL, SIGHUP, SIGPIPE, SIGQUIT, SIGUSR1, SIGALRM, SIGTERM, SIGINT};
	needs_journal();
	settings_close(NULL);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		const char *a = setting("a", "0");
		run_that_ends_by(signals[i], a);
		wait_for_the_guardian();
		assert_reads(a, "0");
		assert_int_equal(access(JOURNAL, F_OK), -1);
	}
}

/* What they still change is put back too. */
static void guardian_waits_for_the_processes_of_the_run(void **state)
{
	needs_journal();
	const char *a = setting("a", "0"), *b = setting("b", "0");
	int go[2], status;
	char byte = 0;
	settings_close(NULL);
	assert_int_equal(pipe2(go, O_CLOEXEC), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(go[1]);
		if (settings_open(NULL, NULL) != 0)
			_exit(1);
		settings_write(a, "1", NULL);
		if (fork() == 0) {
			if (read(go[0], &byte, 1) == 1)
				settings_write(b, "1", NULL);
			_exit(0);
		}
		end_by_sigkill();
	}
	close(go[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_reads(a, "1");
	assert_int_equal(write(go[1], &byte, 1), 1);
	close(go[1]);
	wait_for_the_guardian();
	assert_reads(a, "0");
	assert_reads(b, "0");
}

/* Changes and puts back until it is killed, by itself and by a process of its own. */
static void __attribute__((noreturn)) change_for_ever(const char *a, const char *b, const char *c)
{
	if (settings_open(NULL, NULL) != 0)
		_exit(1);
	settings_write(a, "1", NULL);
	for (;;) {
		size_t mark = settings_mark();
		settings_write(b, "1", NULL);
		pid_t pid = fork();
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			settings_write(b, "2", NULL);
			settings_write(c, "1", NULL);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
		settings_undo_to(mark, NULL);
	}
}

static void kill_at_any_moment_leaves_nothing_changed(void **state)
{
	needs_journal();
	const char *a = setting("a", "0"), *b = setting("b", "0"), *c = setting("c", "0");
	unsigned seed = 1;
	settings_close(NULL);
	for (int i = 0; i < 100; i++) {
		pid_t pid = fork();
		if (pid == 0)
			change_for_ever(a, b, c);
		nanosleep(&(struct timespec){.tv_nsec = rand_r(&seed) % (5 * 1000 * 1000)}, NULL);
		kill(pid, SIGKILL);
		assert_was_killed(pid);
		wait_for_the_guardian();
		assert_reads(a, "0");
		assert_reads(b, "0");
		assert_reads(c, "0");
		assert_false(settings_left_behind());
	}
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

/* Whether process `pid` has the journal open. */
static bool has_journal_open(pid_t pid)
{
	char path[64], target[64];
	for (int fd = 3; fd < 64; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
		ssize_t length = readlink(path, target, sizeof(target));
		if (length == (ssize_t)strlen(JOURNAL) && memcmp(target, JOURNAL, (size_t)length) == 0)
			return true;
	}
	return false;
}

/* Waits for its turn; then its journal must be one that others see. */
static void __attribute__((noreturn)) be_second_run(int go, const char *path)
{
	char byte;
	int err;
	if (read(go, &byte, 1) != 1)
		_exit(1);
	while ((err = settings_open(NULL, NULL)) == -EBUSY)
		;
	if (err || settings_write(path, "1", NULL) != 0)
		_exit(2);
	_exit(settings_mark() > 0 && access(JOURNAL, F_OK) == 0 ? 0 : 3);
}

/* The first removes its journal, with whose lock the second could go on that nobody knows of. */
static void run_that_waited_has_a_journal_that_is_seen(void **state)
{
	needs_journal();
	const char *a = setting("a", "0");
	int go[2], status;
	settings_close(NULL);
	assert_int_equal(pipe2(go, O_CLOEXEC), 0);
	pid_t pid = fork();
	if (pid == 0)
		be_second_run(go[0], a);
	open_journal();
	assert_int_equal(write(go[1], "", 1), 1);
	while (!has_journal_open(pid))
		poll(NULL, 0, 1);
	settings_close(NULL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(go[0]);
	close(go[1]);
	wait_for_the_guardian();
	assert_reads(a, "0");
}

static void write_journal(const char *format, const char *path)
{
	char entries[512];
	settings_close(NULL);
	snprintf(entries, sizeof(entries), format, path);
	write_journal_of_this_boot(entries);
}

static void assert_not_obeyed(const char *because, const char *path)
{
	struct error error;
	assert_int_equal(settings_open(NULL, &error), -EPERM);
	assert_has(error.text, JOURNAL);
	assert_has(error.text, because);
	assert_reads(path, "1");
	assert_false(settings_left_behind());
	assert_int_equal(settings_write(path, "2", &error), -EBADF);
}

static void journal_that_others_may_have_written_is_not_obeyed(void **state)
{
	needs_journal();
	const char *a = setting("a", "1"), *aside = in_folder("aside");
	write_journal("write\t%s\t0\n", a);
	assert_int_equal(chmod(JOURNAL, 0620), 0);
	assert_not_obeyed("others may write", a);
	assert_int_equal(chmod(JOURNAL, 0602), 0);
	assert_not_obeyed("others may write", a);
	assert_int_equal(chmod(JOURNAL, 0600), 0);
	assert_int_equal(link(JOURNAL, "/run/second-name"), 0);
	assert_not_obeyed("second name", a);
	unlink("/run/second-name");
	/* In a user namespace of one user there is nobody else. */
	if (chown(JOURNAL, 1, 0) == 0) {
		assert_not_obeyed("another user's", a);
		assert_int_equal(chown(JOURNAL, 0, 0), 0);
	}
	assert_int_equal(rename(JOURNAL, "/run/aside"), 0);
	assert_int_equal(symlink("/run/aside", JOURNAL), 0);
	assert_not_obeyed("a link", a);
	unlink(JOURNAL);
	unlink("/run/aside");
	assert_int_equal(symlink(aside, JOURNAL), 0);
	assert_not_obeyed("a link", a);
	assert_int_equal(access(aside, F_OK), -1);
	unlink(JOURNAL);
	assert_int_equal(mkfifo(JOURNAL, 0600), 0);
	assert_not_obeyed("regular file", a);
}

static void journal_of_another_boot_is_dropped(void **state)
{
	needs_journal();
	struct error error;
	size_t restored = 7;
	char text[512];
	const char *a = setting("a", "1");
	settings_close(NULL);
	snprintf(text, sizeof(text), "boot\t01234567-89ab-cdef-0123-456789abcdef\nwrite\t%s\t0\n", a);
	write_text(JOURNAL, text);
	assert_false(settings_left_behind());
	must(settings_open(&restored, &error), &error);
	assert_int_equal(restored, 0);
	assert_int_equal(settings_discarded(), 1);
	assert_reads(a, "1");
	change(a, "2");
	must(settings_close(&error), &error);
	assert_reads(a, "1");
	must(settings_open(&restored, &error), &error);
	assert_int_equal(settings_discarded(), 0);
}

static void journal_without_a_boot_is_not_obeyed(void **state)
{
	needs_journal();
	struct error error;
	char text[512];
	const char *a = setting("a", "1");
	settings_close(NULL);
	snprintf(text, sizeof(text), "write\t%s\t0\n", a);
	write_text(JOURNAL, text);
	assert_int_equal(settings_open(NULL, &error), -EINVAL);
	assert_has(error.text, "which boot");
	assert_reads(a, "1");
}

/* A run that was killed as it opened its first journal, or that found /run full. */
static void journal_that_was_not_begun_is_begun(void **state)
{
	needs_journal();
	struct error error;
	const char *a = setting("a", "0");
	settings_close(NULL);
	write_text(JOURNAL, "boot\t0123");
	must(settings_open(NULL, &error), &error);
	change(a, "1");
	must(settings_close(&error), &error);
	assert_reads(a, "0");
}

static void journal_is_none_of_the_closed_streams(void **state)
{
	needs_journal();
	const char *a = setting("a", "0");
	int status;
	settings_close(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		bool open_stream = false;
		for (int fd = 0; fd <= 2; fd++)
			close(fd);
		if (settings_open(NULL, NULL) != 0 || settings_write(a, "1", NULL) != 0)
			_exit(1);
		for (int fd = 0; fd <= 2; fd++)
			open_stream = open_stream || fcntl(fd, F_GETFD) >= 0;
		_exit(open_stream || settings_close(NULL) != 0 ? 2 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_reads(a, "0");
}

/* Of the kernel, EINVAL may mean "not now". */
static void refused_value_is_tried_again(void **state)
{
	static const char path[] = "/proc/self/oom_score_adj";
	needs_journal();
	struct error error;
	char old[64], text[512], wanted[512];
	textfile_read(path, old, sizeof(old));
	must(settings_undo_with_write(path, old, &error), &error);
	must(settings_undo_with_write(path, "nonsense", &error), &error);
	snprintf(wanted, sizeof(wanted), "write\t%s\t%s\nwrite\t%s\tnonsense\n", path, old, path);
	for (int tries = 0; tries < 2; tries++) {
		assert_int_equal(settings_undo_to(0, &error), -EINVAL);
		assert_has(error.text, "nonsense");
		read_text(JOURNAL, text, sizeof(text));
		/* The earlier one was put back, and has to be again when the later one was. */
		assert_string_equal(strchr(text, '\n') + 1, wanted);
	}
}

static void full_run_changes_nothing(void **state)
{
	(void)state;
	struct error error;
	if (!has_run || !mount_small_run()) {
		print_message("%s\n", NO_RUN_OF_ITS_OWN);
		skip();
	}
	char name[16];
	int count = 0, err = 0;
	open_journal();
	while (!err) {
		snprintf(name, sizeof(name), "%d", count++);
		err = settings_write(setting(name, "0"), "1", &error);
	}
	assert_int_equal(err, -ENOSPC);
	assert_has(error.text, JOURNAL);
	assert_true(count > 2);
	assert_reads(in_folder(name), "0");
	must(settings_close(&error), &error);
	while (count-- > 0) {
		snprintf(name, sizeof(name), "%d", count);
		assert_reads(in_folder(name), "0");
	}
	char page[4096] = "full";
	write_file("/run/full", page, sizeof(page));
	assert_int_equal(settings_open(NULL, &error), -ENOSPC);
	unmount_small_run();
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
	assert_has(error.text, "nonsense");
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
	assert_has(error.text, a);
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
	    journalled(value_that_is_too_long_is_refused),
	    journalled(path_that_forges_an_entry_is_refused),
	    journalled(missing_setting_is_named),
	    journalled(failed_change_leaves_nothing_to_undo),
	    journalled(folders_are_removed_innermost_first),
	    journalled(announced_write_is_made),
	    journalled(swap_that_is_not_in_use_needs_no_undoing),
	    journalled(busy_folder_is_tried_again),
	    journalled(value_that_does_not_come_back_is_told),
	    journalled(setting_that_is_gone_needs_no_undoing),
	    journalled(all_is_tried_after_a_failure),
	    journalled(what_could_not_be_undone_is_tried_again),
	    journalled(parent_undoes_what_a_killed_child_changed),
	    journalled(next_run_puts_back_what_a_killed_one_left),
	    journalled(guardian_puts_back_whatever_ends_the_run),
	    journalled(guardian_waits_for_the_processes_of_the_run),
	    journalled(kill_at_any_moment_leaves_nothing_changed),
	    journalled(second_run_is_refused),
	    journalled(run_that_waited_has_a_journal_that_is_seen),
	    journalled(journal_that_others_may_have_written_is_not_obeyed),
	    journalled(journal_of_another_boot_is_dropped),
	    journalled(journal_without_a_boot_is_not_obeyed),
	    journalled(journal_that_was_not_begun_is_begun),
	    journalled(journal_is_none_of_the_closed_streams),
	    journalled(refused_value_is_tried_again),
	    in_a_folder(full_run_changes_nothing),
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
