/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/driver.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/pass.h"
#include "bench/record.h"
#include "bench/record_events.h"
#include "lib/faults.h"
#include "lib/settings.h"

#define TIME_LIMIT_SEC 60.0

int driver_open(struct driver *driver, struct reason *why)
{
	memset(driver, 0, sizeof(*driver));
	driver->time_limit_sec = TIME_LIMIT_SEC;
	/* wait_for() takes the signal with sigtimedwait(), which wants it blocked. */
	sigset_t child_ended;
	sigemptyset(&child_ended);
	sigaddset(&child_ended, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child_ended, NULL);
	cpu_info_get(&driver->cpu);
	return topology_get(&driver->topology, why);
}

void driver_close(struct driver *driver)
{
	topology_put(&driver->topology);
}

int driver_available(const struct driver *driver, const struct bench_case *c, struct reason *why)
{
	const struct mapping *mapping = case_row(c, &axis_map);
	const struct page_kind *page = case_row(c, &axis_page);
	const struct outcome *outcome = case_row(c, &axis_outcome);
	const struct track *track = case_row(c, &axis_track);
	/* Where an event set counts something, that is measured without telling the faults apart. */
	int err = driver->events && driver->events->group_count > 0 ? 0 : faults_available(why);
	if (!err && (outcome->far || c->family->two_nodes) && topology_node(&driver->topology, 1, why) < 0)
		err = -ENODEV;
	if (!err && mapping->available)
		err = mapping->available(mapping, why);
	if (!err && page->available)
		err = page->available(page, why);
	if (!err && outcome->available)
		err = outcome->available(why);
	if (!err && track->available)
		err = track->available(track, mapping, why);
	if (!err && c->family->available)
		err = c->family->available(c, why);
	return err;
}

/* Memory that is shared with the case's process and faulted in: a store into it costs the same every time. */
static struct measurement *measurement_new(size_t touches)
{
	size_t bytes = sizeof(struct measurement) + 2 * touches * sizeof(uint64_t);
	struct measurement *m =
	    mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (m == MAP_FAILED)
		return NULL;
	m->touch_ticks = (uint64_t *)(m + 1);
	m->write_ticks = m->touch_ticks + touches;
	return m;
}

static void measurement_free(struct measurement *m, size_t touches)
{
	if (m)
		munmap(m, sizeof(*m) + 2 * touches * sizeof(uint64_t));
}

/* The case's process. */
static void __attribute__((noreturn)) child(const struct driver *driver, struct pass *pass, size_t units)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Ctrl-C at a terminal reaches every process of the run; the driver decides. */
	signal(SIGINT, SIG_IGN);
	struct measurement *m = pass->m;
	m->err = pass_run(pass, &driver->topology, units, &m->why);
	m->finished = true;
	_exit(0);
}

static double now_sec(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Waits for the case's process; kills it at the time limit or when the run is interrupted. Returns what
 * wait() says. */
static int wait_for(const struct driver *driver, pid_t pid, bool *too_long)
{
	const struct timespec look_again = {.tv_nsec = 200 * 1000 * 1000};
	double end_sec = now_sec() + driver->time_limit_sec;
	int status = 0;
	sigset_t child_ended;
	sigemptyset(&child_ended);
	sigaddset(&child_ended, SIGCHLD);
	*too_long = false;
	while (waitpid(pid, &status, WNOHANG) == 0) {
		sigtimedwait(&child_ended, NULL, &look_again);
		*too_long = now_sec() > end_sec;
		if (*too_long || (driver->interrupted && driver->interrupted())) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			break;
		}
	}
	return status;
}

/* Fills `m` with the reason of a process that did not get to its end. */
static void explain_death(const struct driver *driver, struct measurement *m, int status, bool too_long)
{
	if (m->finished)
		return;
	if (too_long)
		m->err = because(&m->why, ETIMEDOUT, "it was still %s after %.0f s and was ended", m->doing,
		                 driver->time_limit_sec);
	else
		m->err = because(&m->why, ECHILD, "its process died of signal %d (%s) while %s",
		                 WTERMSIG(status), strsignal(WTERMSIG(status)), m->doing);
}

/* `group` is for the events pass. */
static void run_pass(const struct driver *driver, const struct bench_case *c, enum pass_kind kind, int group,
                     size_t units, struct measurement *m)
{
	struct pass pass = {.c = c, .kind = kind, .plan = driver->events, .group = group, .m = m};
	size_t mark = settings_mark();
	struct reason why;
	bool too_long = false;
	pid_t pid = fork();
	if (pid == 0)
		child(driver, &pass, units);
	if (pid < 0) {
		m->err = because_errno(&m->why, errno, "cannot fork a process for the case");
		return;
	}
	int status = wait_for(driver, pid, &too_long);
	explain_death(driver, m, status, too_long);
	if (settings_undo_to(mark, &why) != 0 && m->err == 0)
		m->err = because(&m->why, EIO, "%s", why.text);
}

/* A case must not take the machine's memory away from others: half of a node is enough for any. */
static int check_size(const struct driver *driver, size_t bytes, struct reason *why)
{
	for (int nth = 0;; nth++) {
		int node = topology_node(&driver->topology, nth, NULL);
		if (node < 0)
			return 0;
		if (bytes > driver->topology.memory_bytes[node] / 2)
			return because(why, ENODEV, "%zu MiB are more than half of the memory of node %d",
			               bytes >> 20, driver->topology.node_os[node]);
	}
}

static bool interrupted(const struct driver *driver)
{
	return driver->interrupted && driver->interrupted();
}

/* The measurements of one case. */
struct passes {
	size_t touches;
	struct measurement *counted, *timed;
	struct measurement *events[EVENTS_MAX]; /* a group each; as many as there are groups */
	int groups;
};

static bool passes_new(struct passes *passes, const struct driver *driver, size_t touches)
{
	*passes = (struct passes){
	    .touches = touches,
	    .counted = measurement_new(touches),
	    .timed = measurement_new(touches),
	};
	bool whole = passes->counted && passes->timed;
	int groups = driver->events ? driver->events->group_count : 0;
	while (whole && passes->groups < groups) {
		struct measurement *m = measurement_new(touches);
		passes->events[passes->groups++] = m;
		whole = m;
	}
	return whole;
}

static void passes_free(struct passes *passes)
{
	measurement_free(passes->counted, passes->touches);
	measurement_free(passes->timed, passes->touches);
	for (int group = 0; group < passes->groups; group++)
		measurement_free(passes->events[group], passes->touches);
}

/* A pass of each kind, until one fails. The events come last: without them nothing is different before. */
static void run_passes(const struct driver *driver, const struct bench_case *c, size_t units,
                       struct passes *passes)
{
	run_pass(driver, c, PASS_COUNT, 0, units, passes->counted);
	int err = passes->counted->err;
	if (!err && driver->cpu.clock != CLOCK_NONE) {
		run_pass(driver, c, PASS_TIME, 0, units, passes->timed);
		err = passes->timed->err;
	}
	for (int group = 0; group < passes->groups && !err && !interrupted(driver); group++) {
		run_pass(driver, c, PASS_EVENTS, group, units, passes->events[group]);
		err = passes->events[group]->err;
	}
}

/* What was counted, or that a pass for it failed: then what the other passes found stands without it. */
static void add_events(json_t *record, const struct driver *driver, const struct passes *passes)
{
	for (int group = 0; group < passes->groups; group++) {
		if (passes->events[group]->err) {
			record_spoil(record, passes->events[group]);
			return;
		}
	}
	record_events(record, driver->events, passes->events, passes->counted);
}

json_t *driver_run(const struct driver *driver, const struct bench_case *c, size_t units)
{
	const struct page_kind *page = case_row(c, &axis_page);
	/* Room for an access to every base page, though most cases touch fewer. */
	size_t touches = (units ? units : page->units) * (page->unit_bytes / BASE_PAGE_BYTES);
	json_t *record = NULL;
	struct reason why;
	struct passes passes;
	if (driver_available(driver, c, &why) != 0 ||
	    check_size(driver, touches * BASE_PAGE_BYTES, &why) != 0)
		return record_skip(c, &why);
	if (passes_new(&passes, driver, touches)) {
		run_passes(driver, c, units, &passes);
		if (!interrupted(driver))
			record = record_make(c, passes.counted, passes.timed, &driver->cpu);
		if (record && driver->events && !passes.counted->err && !passes.timed->err)
			add_events(record, driver, &passes);
	}
	passes_free(&passes);
	return record;
}
