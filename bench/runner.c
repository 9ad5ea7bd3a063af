/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/runner.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/case_events.h"
#include "bench/case_record.h"
#include "bench/interrupt.h"
#include "bench/perturb.h"
#include "bench/places.h"
#include "bench/settle.h"
#include "lib/base/settings.h"
#include "lib/meter/faults.h"

#define TIME_LIMIT_SEC 60.0

int runner_open(struct runner *runner, struct error *error)
{
	memset(runner, 0, sizeof(*runner));
	runner->time_limit_sec = TIME_LIMIT_SEC;
	processor_identify(&runner->processor);
	clock_measure(&runner->clock, &runner->processor);
	runner->faults_err = faults_available(&runner->faults_error);
	return topology_get(&runner->topology, error);
}

void runner_close(struct runner *runner)
{
	topology_put(&runner->topology);
}

int runner_available(const struct runner *runner, const struct bench_case *c, struct error *error)
{
	const struct mapping *mapping = case_row(c, &axis_map);
	const struct page_kind *page = case_row(c, &axis_page);
	const struct outcome *outcome = case_row(c, &axis_outcome);
	const struct track *track = case_row(c, &axis_track);
	/* Where an event set counts something, that is measured without telling the faults apart. */
	int err = runner->events && runner->events->group_count > 0 ? 0 : runner->faults_err;
	struct case_nodes nodes;
	int cpus[TOUCHERS_MAX];
	if (err)
		return error_set(error, -err, "%s", runner->faults_error.text);
	err = places_choose(c, &runner->topology, &nodes, cpus, error);
	if (!err && mapping->available)
		err = mapping->available(mapping, error);
	if (!err && page->available)
		err = page->available(page, error);
	if (!err && outcome->available)
		err = outcome->available(error);
	if (!err && track->available)
		err = track->available(track, mapping, error);
	if (!err && c->family->available)
		err = c->family->available(c, error);
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
	m->memory_node = -1;
	return m;
}

static void measurement_free(struct measurement *m, size_t touches)
{
	if (m)
		munmap(m, sizeof(*m) + 2 * touches * sizeof(uint64_t));
}

/* The case's process. */
static void __attribute__((noreturn))
child(const struct runner *runner, struct pass *pass, size_t units, pid_t run)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The run may have ended before that. */
	if (getppid() != run)
		_exit(1);
	interrupt_ignore();
	struct measurement *m = pass->m;
	m->err = perturb_pass_run(runner->seed, pass, &runner->topology, units, &m->error);
	m->finished = true;
	_exit(0);
}

static bool interrupted(const struct runner *runner)
{
	return runner->interrupted && runner->interrupted();
}

static double now_sec(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Waits a moment, or until the process ends or asks for the machine to be settled. False when it has ended. */
static bool attend(struct pollfd fds[2])
{
	const int moment_ms = 200;
	if (poll(fds, 2, moment_ms) <= 0)
		return true;
	/* What it asked for comes first: it may have ended since, and closed its end. */
	if (fds[1].revents && !settle_answer(fds[1].fd))
		fds[1].fd = -1;
	return !fds[0].revents;
}

/*
 * Waits for the case's process; kills it at the time limit or when the run is interrupted. Returns what wait() says.
 */
static int wait_for(const struct runner *runner, pid_t pid, int settle_end, bool *too_long)
{
	double end_sec = now_sec() + runner->time_limit_sec;
	int status = 0, pidfd = pidfd_open(pid, 0);
	struct pollfd fds[2] = {{.fd = pidfd, .events = POLLIN}, {.fd = settle_end, .events = POLLIN}};
	*too_long = false;
	if (pidfd < 0)
		kill(pid, SIGKILL);
	while (pidfd >= 0 && attend(fds)) {
		*too_long = now_sec() > end_sec;
		if (*too_long || interrupted(runner)) {
			kill(pid, SIGKILL);
			break;
		}
	}
	waitpid(pid, &status, 0);
	if (pidfd >= 0)
		close(pidfd);
	return status;
}

/* Fills `m` with the reason of a process that did not get to its end. */
static void explain_death(const struct runner *runner, struct measurement *m, int status, bool too_long)
{
	if (m->finished)
		return;
	if (too_long)
		m->err = error_set(&m->error, ETIMEDOUT, "it was still %s after %.0f s and was ended",
		                   m->doing, runner->time_limit_sec);
	else if (WIFSIGNALED(status))
		m->err = error_set(&m->error, ECHILD, "its process died of signal %d (%s) while %s",
		                   WTERMSIG(status), strsignal(WTERMSIG(status)), m->doing);
	else
		m->err = error_set(&m->error, ECHILD, "its process ended early, with status %d, while %s",
		                   WEXITSTATUS(status), m->doing);
}

/* `group` is for the events pass. */
static void run_pass(const struct runner *runner, const struct bench_case *c, enum pass_kind kind, int group,
                     size_t units, struct measurement *m)
{
	struct pass pass = {.c = c,
	                    .kind = kind,
	                    .exact_clock = runner->clock.unit == CLOCK_INSTRUCTIONS,
	                    .events = runner->events,
	                    .group = group,
	                    .m = m};
	size_t mark = settings_mark();
	struct error error;
	int ends[2];
	bool too_long = false;
	m->err = settle_open(ends, &m->error);
	if (m->err)
		return;
	pass.settle_end = ends[1];
	pid_t run = getpid(), pid = fork();
	if (pid == 0) {
		close(ends[0]);
		child(runner, &pass, units, run);
	}
	close(ends[1]);
	if (pid < 0) {
		m->err = error_set_errno(&m->error, errno, "cannot fork a process for the case");
		close(ends[0]);
		return;
	}
	int status = wait_for(runner, pid, ends[0], &too_long);
	close(ends[0]);
	explain_death(runner, m, status, too_long);
	if (settings_undo_to(mark, &error) != 0 && m->err == 0)
		m->err = error_set(&m->error, EIO, "%s", error.text);
}

/* A case must not take the machine's memory away from others: half of a node is enough for any. */
static int check_size(const struct runner *runner, size_t bytes, struct error *error)
{
	for (int nth = 0;; nth++) {
		int node = topology_node(&runner->topology, nth, NULL);
		if (node < 0)
			return 0;
		if (bytes > runner->topology.memory_bytes[node] / 2)
			return error_set(error, ENODEV, "%zu MiB are more than half of the memory of node %d",
			                 bytes >> 20, runner->topology.node_os[node]);
	}
}

/* The measurements of one case. */
struct passes {
	size_t touches;
	struct measurement *counted, *timed;
	struct measurement *events[EVENTS_MAX]; /* a group each; as many as there are groups */
	int groups;
};

static bool passes_new(struct passes *passes, const struct runner *runner, size_t touches)
{
	*passes = (struct passes){
	    .touches = touches,
	    .counted = measurement_new(touches),
	    .timed = measurement_new(touches),
	};
	bool whole = passes->counted && passes->timed;
	int groups = runner->events ? runner->events->group_count : 0;
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
static void run_passes(const struct runner *runner, const struct bench_case *c, size_t units,
                       struct passes *passes)
{
	run_pass(runner, c, PASS_COUNT, 0, units, passes->counted);
	int err = passes->counted->err;
	if (!err && runner->clock.unit != CLOCK_NONE) {
		const struct track *track = case_row(c, &axis_track);
		if (track->delivers)
			settle_perf();
		run_pass(runner, c, PASS_TIME, 0, units, passes->timed);
		err = passes->timed->err;
	}
	for (int group = 0; group < passes->groups && !err && !interrupted(runner); group++) {
		run_pass(runner, c, PASS_EVENTS, group, units, passes->events[group]);
		err = passes->events[group]->err;
	}
}

/* What was counted, or that a pass for it failed: then what the other passes found stands without it. */
static void add_events(struct arena *arena, struct record *record, const struct runner *runner,
                       const struct passes *passes)
{
	for (int group = 0; group < passes->groups; group++) {
		if (passes->events[group]->err) {
			case_record_spoil(arena, record, passes->events[group]);
			return;
		}
	}
	case_events_add(arena, record, runner->events, passes->events, passes->counted);
}

const struct record *runner_run(const struct runner *runner, const struct bench_case *c, size_t units,
                                struct arena *arena)
{
	const struct page_kind *page = case_row(c, &axis_page);
	/* Room for an access to every base page, though most cases touch fewer. */
	size_t touches = (units ? units : page->units) * (page->unit_bytes / BASE_PAGE_BYTES);
	struct record *record = NULL;
	struct error error;
	struct passes passes;
	if (runner_available(runner, c, &error) != 0 ||
	    check_size(runner, touches * BASE_PAGE_BYTES, &error) != 0)
		return case_record_skip(arena, c, &error);
	if (passes_new(&passes, runner, touches)) {
		run_passes(runner, c, units, &passes);
		if (!interrupted(runner))
			record = case_record_make(arena, c, passes.counted, passes.timed, &runner->clock);
		if (record && runner->events && !passes.counted->err && !passes.timed->err)
			add_events(arena, record, runner, &passes);
	}
	passes_free(&passes);
	return record;
}
