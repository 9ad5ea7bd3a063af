/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/pass.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/access.h"
#include "bench/places.h"
#include "bench/settle.h"
#include "lib/analysis/metrics.h"
#include "lib/memory/placement.h"

void pass_count(struct pass *pass, const char *name, uint64_t count)
{
	struct measurement *m = pass->m;
	assert(m->count_count < COUNTS_MAX);
	struct pass_count *added = &m->counts[m->count_count++];
	snprintf(added->name, sizeof(added->name), "%s", name);
	added->count = count;
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

/* The scanner passes by pages on the own node of a process with a single thread (mm/mprotect.c, change_pte_range()). */
static int start_idle_thread(struct error *error)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, wait_for_ever, NULL);
	return err ? error_set_errno(error, err, "cannot start a second thread") : 0;
}

/* The nodes, and the threads on their processors. */
static int place(struct pass *pass, const struct topology *topology, struct error *error)
{
	struct measurement *m = pass->m;
	int cpus[TOUCHERS_MAX], count = case_touchers(pass->c);
	int err = places_choose(pass->c, topology, &pass->nodes, cpus, error);
	if (err)
		return err;
	m->toucher_count = (size_t)count;
	for (int i = 0; i < count; i++)
		m->touchers[i] = (struct toucher_place){.cpu = cpus[i], .node = pass->nodes.toucher};
	return team_start(&pass->team, pass, topology, cpus, count, error);
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
	pass_count(pass, "armed", (m->arm.pages < pages ? m->arm.pages : pages) * region->units / pages);
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

/* The accesses, between two looks at the kernel's counters. */
static int measure(struct pass *pass, struct error *error)
{
	doing(pass, "waiting for the machine to settle");
	int err = settle_ask(pass->settle_end, error);
	if (err)
		return err;
	doing(pass, "accessing its memory");
	err = vmstat_read(&pass->before, error);
	if (!err)
		err = access_memory(pass, error);
	return err ? err : vmstat_read(&pass->after, error);
}

static int start_restored(struct toucher *toucher, struct error *error)
{
	const struct region *region = &toucher->team->pass->region;
	return restored_start(&toucher->restored, region->start, region->bytes, error);
}

static int stop_restored(struct toucher *toucher, struct error *error)
{
	return restored_stop(&toucher->restored, &toucher->restored_entries, &toucher->restored_writable,
	                     error);
}

/* What migrations left in the entries, where this kernel tells. */
static int count_restored(struct pass *pass, struct error *error)
{
	uint64_t entries = 0, writable = 0;
	int err = team_do(&pass->team, stop_restored, error);
	if (err)
		return err == -ENOENT ? 0 : err;
	for (int i = 0; i < pass->team.count; i++) {
		entries += pass->team.touchers[i].restored_entries;
		writable += pass->team.touchers[i].restored_writable;
	}
	pass_count(pass, "restored", entries);
	pass_count(pass, "restored_writable", writable);
	return 0;
}

/* What the family does, then the accesses; counts what migrations leave in the entries meanwhile. */
static int set_up_and_measure(struct pass *pass, struct error *error)
{
	const struct family *family = pass->c->family;
	bool count = pass->kind == PASS_COUNT;
	doing(pass, "setting the case up");
	int err = count ? team_do(&pass->team, start_restored, error) : 0;
	if (!err && family->setup)
		err = family->setup(pass, error);
	if (!err)
		err = measure(pass, error);
	return !err && count ? count_restored(pass, error) : err;
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
		uint64_t pages = vmstat_growth(&pass->before, &pass->after, "numa_pages_migrated");
		uint64_t touched = pages / (region->touch_bytes / BASE_PAGE_BYTES);
		pass->migrated = touched < region->touches ? touched : region->touches;
		pass->migrated_foreign = true;
		return 0;
	}
	int err = placement_count(region->start, region->bytes, region->touch_bytes, pass->nodes.memory,
	                          &census, error);
	if (err)
		return err;
	pass->migrated = census.elsewhere;
	pass_count(pass, "migrated", pass->migrated * region->units / region->touches);
	return 0;
}

/* The kernel's counters in the catalogue, as far as this kernel has them. */
static void count_machine(struct pass *pass)
{
	for (const struct metric *metric = metrics; metric->name; metric++) {
		uint64_t count;
		if (metric->kind == METRIC_MACHINE && vmstat_count(&pass->after, metric->name, &count))
			pass_count(pass, metric->name,
			           vmstat_growth(&pass->before, &pass->after, metric->name));
	}
}

/*
 * After the accesses: what became of the pages and of the tracking, and the kernel's counters (of the whole machine).
 */
static int look_back(struct pass *pass, struct error *error)
{
	doing(pass, "looking at what happened");
	int err = count_migrated(pass, error);
	if (err)
		return err;
	count_machine(pass);
	if (!pass->tracker.track->start)
		return 0;
	long lost = tracker_lost(&pass->tracker, error);
	if (lost < 0)
		return (int)lost;
	pass_count(pass, "events", pass->tracker.events);
	pass_count(pass, "protection_lost", (uint64_t)lost);
	return 0;
}

/* The memory in the state that the case is about: made, placed, populated, tracked, shared. */
static int prepare(struct pass *pass, const struct topology *topology, size_t units, struct error *error)
{
	const struct bench_case *c = pass->c;
	const struct sharing *sharing = case_row(c, &axis_share);
	doing(pass, "starting");
	int err = place(pass, topology, error);
	if (!err)
		err = start_idle_thread(error);
	if (err)
		return err;
	doing(pass, "making its memory");
	err = region_create(&pass->region, case_row(c, &axis_map), case_row(c, &axis_page), units,
	                    pass->nodes.memory, error);
	if (err)
		return err;
	pass->m->units = pass->region.units;
	pass->m->memory_node = pass->nodes.memory;
	fault_in_ticks(pass);
	if (pass->kind == PASS_EVENTS) {
		doing(pass, "opening its counters");
		err = access_open_counters(pass, error);
		if (err)
			return err;
	}
	doing(pass, "starting to track writes");
	err = tracker_start(&pass->tracker, case_row(c, &axis_track), &pass->region, error);
	if (!err && !sharing->after_arming)
		err = sharing_start(sharing, error);
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
	if (!err && pass->kind == PASS_EVENTS) {
		doing(pass, "accessing its memory again");
		err = access_baseline(pass, error);
	}
	return err;
}
