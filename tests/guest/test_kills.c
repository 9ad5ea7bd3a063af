/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whatever ends a run, at whatever moment, the machine is afterwards as it was. In one guest, where this very program
 * kills `hintbench run` at moments that a seed chooses, looks what is changed, and says so line by line.
 * HINTBENCH_KILLS is how often with each signal: 25 unless told.
 */
#include "tests/support/cmocka_all.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/textfile.h"
#include "tests/support/files.h"
#include "tests/support/namespaces.h"
#include "tests/support/run.h"
#include "tests/support/snapshot.h"

/* --- in the guest --- */

#define RESULT     "/tmp/killed.json"
#define MESSAGES   "/tmp/killed.err"
#define WAIT_LIMIT 30.0 /* s, of the guest */

/* What touches most: settings of every kind, swap, hugetlb pages, a cgroup, KSM. */
static const char *const cases[] = {
    "hint/map=anon/page=4k/access=write/outcome=migrate$",
    "hint/map=anon/page=4k/access=write/outcome=refused$",
    "hint/map=anon/page=4k/access=write/outcome=fail-early$",
    "hint/map=anon/page=thp/access=write/outcome=migrate$",
    "swap/map=anon/page=4k/access=read-write/back=fault$",
    "swap/map=anon/page=4k/access=read-write/back=swapoff$",
    "arm/map=hugetlb-private/page=2m$",
    "migrate/map=hugetlb/page=2m/how=move_pages$",
    "arm/map=ksm/page=4k$",
};
enum { CASES = sizeof(cases) / sizeof(cases[0]) };

static double duration_sec[CASES];
static char *before;
static unsigned seed = 1;

static double now_sec(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void sleep_sec(double seconds)
{
	struct timespec pause = {.tv_sec = (time_t)seconds};
	pause.tv_nsec = (long)((seconds - (double)pause.tv_sec) * 1e9);
	nanosleep(&pause, NULL);
}

/* A part of a run's time; the later the likelier, as the cases `overhead` come first, which change less. */
static double random_part(void)
{
	return sqrt(rand_r(&seed) / (double)RAND_MAX);
}

/* A run in a process group of its own, as a shell makes one for each job. */
static pid_t start_run(const char *which)
{
	pid_t pid = fork();
	if (pid != 0) {
		setpgid(pid, pid);
		return pid;
	}
	setpgid(0, 0);
	int fd = open(MESSAGES, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	execlp("hintbench", "hintbench", "run", "-o", RESULT, which, NULL);
	_exit(126);
}

static int wait_for(pid_t pid)
{
	int status = 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* Whether a process of a run is left, its guardian among them. */
static bool a_process_is_left(void)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	bool left = false;
	while (!left && (entry = readdir(processes))) {
		char path[300], name[64];
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		left = textfile_read(path, name, sizeof(name)) > 0 &&
		       (strncmp(name, "hintbench", 9) == 0 || strcmp(name, "mkswap") == 0);
	}
	closedir(processes);
	return left;
}

/* Says what is changed when all of a run is gone. Then the next one may begin. */
static bool nothing_is_changed(const char *after_what)
{
	double end_sec = now_sec() + WAIT_LIMIT;
	while (a_process_is_left() && now_sec() < end_sec)
		sleep_sec(0.005);
	char *now = snapshot_take();
	bool same = snapshot_differences(before, now, stdout) == 0;
	free(now);
	if (a_process_is_left())
		printf("a process is left\n");
	else if (same)
		return true;
	printf("after: %s\n", after_what);
	if (system("cat " MESSAGES "; hintbench restore") != 0)
		printf("restore failed\n");
	free(before);
	before = snapshot_take();
	return false;
}

static void run_each_case_once(void)
{
	char result[1 << 16];
	for (size_t i = 0; i < CASES; i++) {
		double start_sec = now_sec();
		int status = wait_for(start_run(cases[i]));
		duration_sec[i] = now_sec() - start_sec;
		read_text(RESULT, result, sizeof(result));
		bool good = status == 0 && !strstr(result, "\"status\":\"skip\"") &&
		            !strstr(result, "\"status\":\"fail\"");
		bool same = nothing_is_changed(cases[i]);
		printf("%s %s, %.3f s\n", good && same ? "whole:" : "NOT GOOD:", cases[i], duration_sec[i]);
	}
}

/* Whether the run has changed something by now. */
static bool has_changed_something(void)
{
	char text[1 << 14];
	return textfile_read(JOURNAL, text, sizeof(text)) > 0 && strchr(text, '\n');
}

/* One run; every other time the whole process group gets the signal, as from a terminal. */
static bool kill_one(int number, int nth, int *amid_changes)
{
	char what[128];
	int i = nth % CASES;
	double moment_sec = random_part() * duration_sec[i];
	unlink(MESSAGES);
	pid_t pid = start_run(cases[i]);
	sleep_sec(moment_sec);
	*amid_changes += has_changed_something();
	kill(nth % 2 ? -pid : pid, number);
	wait_for(pid);
	snprintf(what, sizeof(what), "SIG%s after %.4f s of %s", sigabbrev_np(number), moment_sec, cases[i]);
	return nothing_is_changed(what);
}

static void kill_many(int each)
{
	static const int signals[] = {SIGKILL, SIGHUP, SIGPIPE, SIGTERM};
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		int good = 0, amid_changes = 0;
		for (int nth = 0; nth < each; nth++)
			good += kill_one(signals[i], nth, &amid_changes);
		printf("SIG%s: %d of %d left nothing changed; %s of them came amid changes (%d)\n",
		       sigabbrev_np(signals[i]), good, each, amid_changes * 2 > each ? "most" : "few",
		       amid_changes);
	}
}

static bool has_said(const char *words)
{
	char text[1 << 14];
	read_text(MESSAGES, text, sizeof(text));
	return strstr(text, words);
}

/* A run that has begun to change settings, and stands still. */
static pid_t start_and_stop(void)
{
	unlink(MESSAGES);
	pid_t pid = start_run(cases[0]);
	while (!has_changed_something())
		sleep_sec(0.001);
	kill(-pid, SIGSTOP);
	return pid;
}

static void two_at_once(void)
{
	pid_t first = start_and_stop();
	int second = wait_for(start_run(cases[1]));
	kill(-first, SIGCONT);
	int status = wait_for(first);
	bool same = nothing_is_changed("a second run that was refused");
	printf("second run: %s\n",
	       second == 2 && status == 0 && same && has_said("another hintbench is running") ? "refused"
	                                                                                      : "NOT GOOD");
	first = start_and_stop();
	pid_t waiting = start_run(cases[1]);
	sleep_sec(0.5);
	kill(-first, SIGKILL);
	status = wait_for(waiting);
	wait_for(first);
	same = nothing_is_changed("a second run that waited");
	printf("second run: %s\n", status == 0 && same ? "waited" : "NOT GOOD");
}

static void full_run(void)
{
	static const char page[4096];
	unlink(MESSAGES);
	bool good = mount_small_run();
	write_file("/run/full", page, sizeof(page));
	int status = wait_for(start_run(cases[1]));
	unmount_small_run();
	bool same = nothing_is_changed("a run with a full /run");
	printf("full /run: %s\n",
	       good && status == 2 && same && has_said("No space left on device") ? "refused" : "NOT GOOD");
}

static int kill_in_the_guest(int each)
{
	setlinebuf(stdout);
	before = snapshot_take();
	run_each_case_once();
	two_at_once();
	full_run();
	kill_many(each);
	return fflush(stdout);
}

/* --- on the host --- */

static struct ran ran;
static int times = 25;

static int boot(void **state)
{
	char program[PATH_MAX] = "", command[64];
	if (set_up_folder(state) != 0 || readlink("/proc/self/exe", program, sizeof(program) - 1) < 0)
		return -1;
	snprintf(command, sizeof(command), "test_kills in-guest %d", times);
	run_hintbench(&ran, "lab", "exec", "--modules", "--kernel", "debian:bookworm", "--program", program,
	              "-o", in_folder("out"), "--timeout", "3600", "--", command);
	printf("%s%s", ran.status ? ran.err : "", ran.out);
	return 0;
}

static void every_case_runs_and_leaves_nothing_changed(void **state)
{
	(void)state;
	assert_int_equal(ran.status, 0);
	for (size_t i = 0; i < CASES; i++) {
		char line[128];
		snprintf(line, sizeof(line), "whole: %s,", cases[i]);
		assert_has(ran.out, line);
	}
}

static void kills_leave_nothing_changed(void **state)
{
	static const char *const signals[] = {"SIGKILL", "SIGHUP", "SIGPIPE", "SIGTERM"};
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char line[128];
		snprintf(line, sizeof(line), "%s: %d of %d left nothing changed; most", signals[i], times,
		         times);
		assert_has(ran.out, line);
	}
}

static void second_run_is_refused_or_waits(void **state)
{
	(void)state;
	assert_has(ran.out, "second run: refused\n");
	assert_has(ran.out, "second run: waited\n");
}

static void full_run_is_refused(void **state)
{
	(void)state;
	assert_has(ran.out, "full /run: refused\n");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_case_runs_and_leaves_nothing_changed),
	    cmocka_unit_test(kills_leave_nothing_changed),
	    cmocka_unit_test(second_run_is_refused_or_waits),
	    cmocka_unit_test(full_run_is_refused),
	};
	if (argc == 3 && strcmp(argv[1], "in-guest") == 0)
		return kill_in_the_guest(atoi(argv[2]));
	if (getenv("HINTBENCH_KILLS"))
		times = atoi(getenv("HINTBENCH_KILLS"));
	return cmocka_run_group_tests_name("kills", tests, boot, tear_down_folder);
}
