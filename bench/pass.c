/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/pass.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/memory/placement.h"
#include "lib/meter/clock.h"
#include "lib/meter/faults.h"
#include "lib/meter/restored.h"
#include "lib/meter/touch.h"

void pass_metric(struct pass *pass, const char *name, uint64_t count)
{
	struct measurement *m = pass->m;
	assert(m->metric_count < METRICS_MAX);
	struct metric *metric = &m->metrics[m->metric_count++];
	snprintf(metric->name, sizeof(metric->name), "%s", name);
	metric->count = count;
}

static void doing(struct pass *pass, const char *what)
{
	snprintf(pass->m->doing, sizeof(pass->m->doing), "%s", what);
}

static void *wait_for_ever(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/*
 * The scanner passes by pages on the own node of a process with a single thread (mm/mprotect.c,
 * change_pte_range()).
 */
static int start_idle_thread(struct error *error)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, wait_for_ever, NULL);
	return err ? error_set_errno(error, err, "cannot start a second thread") : 0;
}

/*
 * The thread that touches stays on the machine's second node where there is one, apart from the program that
 * waits for it; the memory is beside it, or on the first node.
 */
static int choose_nodes(struct pass *pass, const struct topology *topology, struct error *error)
{
	const struct outcome *outcome = case_row(pass->c, &axis_outcome);
	bool needs_two = outcome->far || pass->c->family->two_nodes;
	int first = topology_node(topology, 0, error);
	int second = topology_node(topology, 1, needs_two ? error : NULL);
	if (first < 0)
		return first;
	if (second < 0 && needs_two)
		return second;
	int near = second < 0 ? first : second;
	pass->nodes.near = topology->node_os[near];
	pass->nodes.home = outcome->far ? topology->node_os[first] : pass->nodes.near;
	pass->nodes.other = second < 0 ? -1 : topology->node_os[outcome->far ? second : first];
	return topology_pin(topology, near, error);
}

/* Faults in what the timed loop stores into: a shared mapping's entries aren't copied at fork. */
static void fault_in_ticks(struct pass *pass)
{
	memset(pass->m->touch_ticks, 0, pass->region.bytes / BASE_PAGE_BYTES * sizeof(uint64_t));
	memset(pass->m->write_ticks, 0, pass->region.bytes / BASE_PAGE_BYTES * sizeof(uint64_t));
}

int pass_arm(struct pass *pass, struct error *error)
{
	const struct sharing *sharing = case_row(pass->c, &axis_share);
	struct region *region = &pass->region;
	struct measurement *m = pass->m;
	const uint64_t pages = region->bytes / BASE_PAGE_BYTES;
	doing(pass, "arming");
	int err = scanner_arm(pages, &m->arm, error);
	if (err)
		return err;
	m->armed = true;
	/* The scanner counts pages of the whole machine: what is beyond the region's is not the region's. */
	pass_metric(pass, "armed", (m->arm.pages < pages ? m->arm.pages : pages) * region->units / pages);
	if (region->page->shape_armed)
		err = region->page->shape_armed(region, error);
	if (!err && sharing->after_arming)
		err = sharing_start(sharing, error);
	return err;
}

int pass_armed_all(const struct pass *pass, struct error *error)
{
	const struct scan_report *arm = &pass->m->arm;
	const uint64_t pages = pass->region.bytes / BASE_PAGE_BYTES;
	if (arm->pages >= pages)
		return 0;
	return error_set(
	    error, EAGAIN, "the scanner marked %llu of %llu pages in %llu passes over the address space",
	    (unsigned long long)arm->pages, (unsigned long long)pages, (unsigned long long)arm->scans);
}

/* Before the first write: which pages tracking takes for written already. */
static int look_at_tracking(struct pass *pass, struct error *error)
{
	long early = tracker_written(&pass->tracker, error);
	if (early == -ENODATA)
		return 0;
	if (early >= 0)
		pass_metric(pass, "tracked_early", (uint64_t)early);
	return early < 0 ? (int)early : 0;
}

/*
 * What is switched on right before the accesses and off right after; NULL where the pass doesn't count such.
 */
struct meters {
	struct faults *faults;
	struct counters *counters;
};

static void meters_start(const struct meters *meters)
{
	if (meters->faults)
		faults_start(meters->faults);
	if (meters->counters)
		counters_start(meters->counters);
}

static void meters_stop(const struct meters *meters)
{
	if (meters->counters)
		counters_stop(meters->counters);
	if (meters->faults)
		faults_stop(meters->faults);
}

/*
 * Copying a huge page takes millions of instructions, and the timer's interrupt comes every few millions:
 * whether it falls into such a touch would be chance, different for two kernels that do the same. So an exact
 * clock's touch of a huge page starts right after an interrupt.
 */
static void touch_pages(const struct pass *pass, enum touch_kind kind, uint64_t *ticks)
{
	const struct region *region = &pass->region;
	if (pass->kind != PASS_TIME || !pass->exact_clock || region->touch_bytes == BASE_PAGE_BYTES) {
		touch(region->start, region->touch_bytes, region->touches, kind, ticks);
		return;
	}
	for (size_t i = 0; i < region->touches; i++) {
		clock_wait_for_interrupt();
		touch(region->start + i * region->touch_bytes, region->touch_bytes, 1, kind, ticks + i);
	}
}

/* The accesses. The counting pass looks at the tracking before the first write, with its meters off. */
static int access_region(struct pass *pass, const struct meters *meters, struct error *error)
{
	const struct access *access = case_row(pass->c, &axis_access);
	struct measurement *m = pass->m;
	uint64_t *write_ticks = access->reads_first ? m->write_ticks : m->touch_ticks;
	int err = 0;
	if (access->reads_first) {
		meters_start(meters);
		touch_pages(pass, TOUCH_READ, m->touch_ticks);
		meters_stop(meters);
	}
	if (pass->kind == PASS_COUNT)
		err = look_at_tracking(pass, error);
	meters_start(meters);
	touch_pages(pass, TOUCH_WRITE, write_ticks);
	meters_stop(meters);
	m->timed_touch = pass->kind == PASS_TIME;
	m->timed_write = m->timed_touch && access->reads_first;
	return err;
}

static int count_faults(struct pass *pass, struct error *error)
{
	const char *absent = pass->c->family->absent_metric;
	const char *const names[FAULT_KINDS] = {absent ? absent : "hint_faults", "write_faults",
	                                        "other_faults"};
	struct faults faults;
	uint64_t count[FAULT_KINDS];
	/* The driver lets a case go on without them only for the events that are counted beside. */
	if (pass->plan && faults_available(NULL) != 0)
		return access_region(pass, &(struct meters){0}, error);
	int err = faults_open(&faults, pass->region.start, pass->region.bytes, error);
	if (err)
		return err;
	err = access_region(pass, &(struct meters){.faults = &faults}, error);
	if (!err)
		err = faults_read(&faults, count, error);
	for (int kind = 0; !err && kind < FAULT_KINDS; kind++)
		pass_metric(pass, names[kind], count[kind]);
	faults_close(&faults);
	return err;
}

/* The accesses, between two looks at the kernel's counters. */
static int measure(struct pass *pass, struct error *error)
{
	doing(pass, "accessing its memory");
	int err = vmstat_read(&pass->before, error);
	if (!err && pass->kind == PASS_COUNT)
		err = count_faults(pass, error);
	else if (!err)
		err = access_region(pass, &(struct meters){.counters = &pass->counters}, error);
	return err ? err : vmstat_read(&pass->after, error);
}

/* What the family does, then the accesses; counts what migrations leave in the entries meanwhile. */
static int set_up_and_measure(struct pass *pass, struct error *error)
{
	const struct family *family = pass->c->family;
	struct restored restored;
	uint64_t entries, writable;
	bool count = pass->kind == PASS_COUNT;
	doing(pass, "driving the kernel");
	int err = count ? restored_start(&restored, pass->region.start, pass->region.bytes, error) : 0;
	if (!err && family->setup)
		err = family->setup(pass, error);
	if (!err)
		err = measure(pass, error);
	if (err || !count)
		return err;
	err = restored_stop(&restored, &entries, &writable, error);
	if (err == -ENOENT)
		return 0;
	pass_metric(pass, "restored", entries);
	pass_metric(pass, "restored_writable", writable);
	return err;
}

/*
 * Where the pages are now. Those that a write copied are elsewhere without a migration: there the kernel's
 * own count, which holds foreign pages too, has to do, and the region's own can't be told.
 */
static int count_migrated(struct pass *pass, struct error *error)
{
	const struct sharing *sharing = case_row(pass->c, &axis_share);
	const struct region *region = &pass->region;
	struct placement_census census;
	if (sharing->forks || region->mapping->read_only) {
		uint64_t pages =
		    pass->after.count[NUMA_PAGES_MIGRATED] - pass->before.count[NUMA_PAGES_MIGRATED];
		uint64_t touched = pages / (region->touch_bytes / BASE_PAGE_BYTES);
		pass->migrated = touched < region->touches ? touched : region->touches;
		pass->migrated_foreign = true;
		return 0;
	}
	int err = placement_count(region->start, region->bytes, region->touch_bytes, pass->nodes.home,
	                          &census, error);
	if (err)
		return err;
	pass->migrated = census.elsewhere;
	pass_metric(pass, "migrated", pass->migrated * region->units / region->touches);
	return 0;
}

/*
 * After the accesses: what became of the pages and of the tracking, and the kernel's counters (of the whole
 * machine).
 */
static int look_back(struct pass *pass, struct error *error)
{
	doing(pass, "looking at what happened");
	int err = count_migrated(pass, error);
	if (err)
		return err;
	for (int item = 0; item < VMSTAT_ITEMS; item++)
		if (pass->after.present[item])
			pass_metric(pass, vmstat_name(item),
			            pass->after.count[item] - pass->before.count[item]);
	if (!pass->tracker.track->start)
		return 0;
	long lost = tracker_lost(&pass->tracker, error);
	if (lost < 0)
		return (int)lost;
	pass_metric(pass, "events", pass->tracker.events);
	pass_metric(pass, "protection_lost", (uint64_t)lost);
	return 0;
}

/*
 * Opens the pass's counters, having used others like them over no access at all: the code that runs while
 * they are on is file-backed, which fork() doesn't map, so its first use is a fault that would be counted.
 */
static int open_counters(struct pass *pass, struct error *error)
{
	int err = event_groups_open(pass->plan, pass->group, &pass->counters, error);
	if (err)
		return err;
	for (int kind = TOUCH_READ; kind <= TOUCH_WRITE; kind++) {
		counters_start(&pass->counters);
		touch(pass->region.start, pass->region.touch_bytes, 0, kind, pass->m->touch_ticks);
		counters_stop(&pass->counters);
	}
	counters_close(&pass->counters);
	return event_groups_open(pass->plan, pass->group, &pass->counters, error);
}

/* The memory in the state that the case is about: made, placed, populated, tracked, shared. */
static int prepare(struct pass *pass, const struct topology *topology, size_t units, struct error *error)
{
	const struct bench_case *c = pass->c;
	const struct sharing *sharing = case_row(c, &axis_share);
	doing(pass, "starting");
	int err = choose_nodes(pass, topology, error);
	if (!err)
		err = start_idle_thread(error);
	if (err)
		return err;
	doing(pass, "making its memory");
	err = region_create(&pass->region, case_row(c, &axis_map), case_row(c, &axis_page), units,
	                    pass->nodes.home, error);
	if (err)
		return err;
	pass->m->units = pass->region.units;
	fault_in_ticks(pass);
	if (pass->kind == PASS_EVENTS) {
		doing(pass, "opening its counters");
		err = open_counters(pass, error);
		if (err)
			return err;
	}
	doing(pass, "starting to track writes");
	err = tracker_start(&pass->tracker, case_row(c, &axis_track), &pass->region, error);
	if (!err && !sharing->after_arming)
		err = sharing_start(sharing, error);
	return err;
}

/*
 * The same accesses again: all that could fault has, so what is counted now is the loop and the switching of
 * the counters, as they were in the figure before. The least of three times, since an interrupt only adds.
 */
static int count_again(struct pass *pass, struct error *error)
{
	enum { TIMES = 3 };
	struct measurement *m = pass->m;
	struct counters_seen before, after = {0};
	doing(pass, "accessing its memory again");
	int err = counters_read(&pass->counters, &m->seen, error);
	before = m->seen;
	for (int time = 0; !err && time < TIMES; time++) {
		err = access_region(pass, &(struct meters){.counters = &pass->counters}, error);
		if (!err)
			err = counters_read(&pass->counters, &after, error);
		for (size_t i = 0; i < pass->counters.count; i++) {
			uint64_t count = after.counts[i] - before.counts[i];
			if (time == 0 || count < m->again.counts[i])
				m->again.counts[i] = count;
		}
		m->again.enabled_ns = after.enabled_ns - before.enabled_ns;
		m->again.running_ns = after.running_ns - before.running_ns;
		before = after;
	}
	counters_close(&pass->counters);
	return err;
}

int pass_run(struct pass *pass, const struct topology *topology, size_t units, struct error *error)
{
	int err = prepare(pass, topology, units, error);
	if (!err)
		err = set_up_and_measure(pass, error);
	pass->m->touches = pass->region.touches;
	if (!err)
		err = look_back(pass, error);
	if (!err && pass->c->family->confirm)
		err = pass->c->family->confirm(pass, error);
	if (!err && pass->kind == PASS_EVENTS)
		err = count_again(pass, error);
	return err;
}
