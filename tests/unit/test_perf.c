/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * That our counters count what `perf stat` counts: both look at the same thread at the same time, perf being
 * told through its control pipes when to begin and when to end.
 */
#include "tests/support/cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/meter/counters.h"
#include "lib/meter/event_name.h"
#include "tests/support/files.h"
#include "tests/support/run.h"

#define PAGES  500
#define SLEEPS 50

static struct error error;

/* perf of this test: its process, and the pipes to it. */
static struct {
	pid_t pid;
	int control, answer;
	char output[64];
} perf;

/* Tracepoints are looked up in debugfs: one of our own, where the machine has not mounted it. */
static void mount_debugfs(void)
{
	if (access("/sys/kernel/debug/tracing/events", X_OK) == 0 || geteuid() != 0)
		return;
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "/sys/kernel/debug", "debugfs", 0, NULL) != 0)
		print_message("# no debugfs: %s\n", strerror(errno));
}

/* Sends a command and waits for its "ack", spinning: a wait would be a context switch of its own. */
static void tell_perf(const char *command)
{
	char answer[8] = "";
	assert_int_equal(write(perf.control, command, strlen(command)), strlen(command));
	time_t end = time(NULL) + 30;
	ssize_t got;
	while ((got = read(perf.answer, answer, sizeof(answer) - 1)) < 0 && errno == EAGAIN)
		assert_true(time(NULL) < end);
	assert_true(got >= 3);
	assert_has(answer, "ack");
}

/* Starts a perf that will count `event`, as perf writes it, of this thread. */
static void start_perf(const char *event)
{
	int control[2], answer[2];
	char fds[32], thread[16];
	assert_int_equal(pipe(control), 0);
	assert_int_equal(pipe(answer), 0);
	assert_int_equal(fcntl(answer[0], F_SETFL, O_NONBLOCK), 0);
	snprintf(fds, sizeof(fds), "fd:%d,%d", control[0], answer[1]);
	snprintf(thread, sizeof(thread), "%d", (int)syscall(SYS_gettid));
	snprintf(perf.output, sizeof(perf.output), "/tmp/hintbench-test-%d.perf", getpid());
	perf.pid = fork();
	if (perf.pid == 0) {
		close(control[1]);
		execlp("perf", "perf", "stat", "-x,", "-o", perf.output, "-D", "-1", "--control", fds, "-e",
		       event, "-t", thread, (char *)NULL);
		_exit(127);
	}
	close(control[0]);
	close(answer[1]);
	perf.control = control[1];
	perf.answer = answer[0];
	tell_perf("enable\n");
}

/* Ends it and reads its count; -1 where it could not count the event. */
static long long stop_perf(void)
{
	char text[4096], *line = text;
	long long count = -1;
	tell_perf("disable\n");
	kill(perf.pid, SIGINT);
	waitpid(perf.pid, NULL, 0);
	close(perf.control);
	close(perf.answer);
	read_and_remove(perf.output, text, sizeof(text));
	while (line && (*line == '#' || *line == '\n')) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	if (!line || sscanf(line, "%lld,", &count) != 1)
		print_message("# perf says: %s\n", text);
	return count;
}

/* The work: pages faulted in, and sleeps. */
static void work(void)
{
	const struct timespec short_time = {.tv_nsec = 1000};
	char *pages = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(pages, PAGES * 4096, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < PAGES; i++)
		*(volatile char *)(pages + i * 4096) = 1;
	for (int i = 0; i < SLEEPS; i++)
		nanosleep(&short_time, NULL);
	munmap(pages, PAGES * 4096);
}

/* What the kernel tells of this thread without perf: a second opinion, which holds however busy the machine is. */
static long long page_faults(void)
{
	struct rusage usage;
	assert_int_equal(getrusage(RUSAGE_THREAD, &usage), 0);
	return usage.ru_minflt + usage.ru_majflt;
}

/* A sleep so short can be over before the thread gave its processor away, and one that works can lose it. */
static long long context_switches(void)
{
	struct rusage usage;
	assert_int_equal(getrusage(RUSAGE_THREAD, &usage), 0);
	return usage.ru_nvcsw + usage.ru_nivcsw;
}

/*
 * Counts the work with libpfm4's `name` and perf's `event`. Ours lies within what perf counts around it, and that
 * within what `told` grew by around both. `at_least`: what is sure to come; -1: what `told` grew by during the work.
 */
static void both_count(const char *name, const char *event, long long (*told)(void), long long at_least)
{
	struct perf_event_attr attr;
	struct counters counters = {.count = 0};
	struct counters_seen seen;
	if (event_name_encode(name, &attr, &error) != 0 || counters_add(&counters, &attr, &error) != 0)
		fail_msg("%s: %s", name, error.text);
	/* Once before, so that no code of this program is faulted in meanwhile. */
	counters_start(&counters);
	work();
	counters_stop(&counters);
	counters_close(&counters);
	assert_int_equal(counters_add(&counters, &attr, &error), 0);
	long long told_before = told();
	start_perf(event);
	counters_start(&counters);
	long long told_first = told();
	work();
	long long told_last = told();
	counters_stop(&counters);
	long long theirs = stop_perf();
	long long told_after = told();
	assert_int_equal(counters_read(&counters, &seen, &error), 0);
	counters_close(&counters);
	long long ours = (long long)seen.counts[0];
	print_message("# %s: %lld, perf stat: %lld\n", name, ours, theirs);
	assert_true(ours >= (at_least < 0 ? told_last - told_first : at_least));
	assert_true(theirs >= ours && theirs <= told_after - told_before);
	assert_int_equal(seen.enabled_ns, seen.running_ns);
}

/* Why perf_event_open() can't be tried here at all: no perf, no rights. Else NULL. */
static const char *obstacle(const char *name)
{
	struct perf_event_attr attr;
	struct counters counters = {.count = 0};
	if (system("perf version >/dev/null 2>&1") != 0)
		return "perf is not installed (package linux-perf)";
	int err = event_name_encode(name, &attr, &error);
	if (!err)
		err = counters_add(&counters, &attr, &error);
	counters_close(&counters);
	return err == -EACCES || err == -EPERM || err == -ENOENT ? error.text : NULL;
}

static void software_events_agree_with_perf_stat(void **state)
{
	const char *reason = obstacle("perf::PAGE-FAULTS");
	(void)state;
	if (reason) {
		print_message("# %s\n", reason);
		skip();
	}
	both_count("perf::PAGE-FAULTS", "page-faults", page_faults, PAGES);
	both_count("perf::MINOR-FAULTS:u", "minor-faults:u", page_faults, PAGES);
	both_count("perf::MAJOR-FAULTS", "major-faults", page_faults, 0);
	both_count("perf::CONTEXT-SWITCHES", "context-switches", context_switches, -1);
}

static void tracepoints_agree_with_perf_stat(void **state)
{
	const char *reason = obstacle("perf::exceptions:page_fault_user");
	(void)state;
	if (reason) {
		print_message("# %s\n", reason);
		skip();
	}
	both_count("perf::exceptions:page_fault_user", "exceptions:page_fault_user", page_faults, PAGES);
	both_count("perf::sched:sched_switch", "sched:sched_switch", context_switches, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(software_events_agree_with_perf_stat),
	    cmocka_unit_test(tracepoints_agree_with_perf_stat),
	};
	/* A perf that ended shows as a write that failed. */
	signal(SIGPIPE, SIG_IGN);
	mount_debugfs();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
