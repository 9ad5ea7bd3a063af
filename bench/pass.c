/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/pass.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/faults.h"
#include "lib/place.h"
#include "lib/touch.h"

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

/* The scanner passes by pages on the own node of a process with a single thread (mm/mprotect.c, change_pte_range()). */
static int start_idle_thread(struct reason *why)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, wait_for_ever, NULL);
	return err ? because_errno(why, err, "cannot start a second thread") : 0;
}

/*
 * The thread that touches stays on the machine's second node where there is one, apart from the program that waits
 * for it; the memory is beside it, or on the first node.
 */
static int choose_nodes(struct pass *pass, const struct topology *topology, struct reason *why)
{
	const struct outcome *outcome = case_row(pass->c, &axis_outcome);
	int first = topology_node(topology, 0, why);
	int second = topology_node(topology, 1, outcome->far ? why : NULL);
	if (first < 0)
		return first;
	if (second < 0 && outcome->far)
		return second;
	int near = second < 0 ? first : second;
	pass->near_node = topology->node_os[near];
	pass->home_node = outcome->far ? topology->node_os[first] : pass->near_node;
	pass->other_node = second < 0 ? -1 : topology->node_os[outcome->far ? second : first];
	return topology_pin(topology, near, why);
}

/* Faults in what the timed loop stores into: a shared mapping's entries aren't copied at fork. */
static void fault_in_ticks(struct pass *pass)
{
	memset(pass->m->touch_ticks, 0, pass->region.touches * sizeof(uint64_t));
	memset(pass->m->write_ticks, 0, pass->region.touches * sizeof(uint64_t));
}

static void access_region(struct pass *pass)
{
	const struct access *access = case_row(pass->c, &axis_access);
	const struct region *region = &pass->region;
	struct measurement *m = pass->m;
	enum touch_kind first = access->reads_first ? TOUCH_READ : TOUCH_WRITE;
	touch(region->start, region->page->touch_bytes, region->touches, first, m->touch_ticks);
	if (access->reads_first)
		touch(region->start, region->page->touch_bytes, region->touches, TOUCH_WRITE, m->write_ticks);
	m->timed_touch = pass->kind == PASS_TIME;
	m->timed_write = m->timed_touch && access->reads_first;
}

static int count_faults(struct pass *pass, struct reason *why)
{
	static const char *const names[FAULT_KINDS] = { "hint_faults", "write_faults", "other_faults" };
	struct faults faults;
	uint64_t count[FAULT_KINDS];
	int err = faults_open(&faults, pass->region.start, pass->region.bytes, why);
	if (err)
		return err;
	faults_start(&faults);
	access_region(pass);
	faults_stop(&faults);
	err = faults_read(&faults, count, why);
	for (int kind = 0; !err && kind < FAULT_KINDS; kind++)
		pass_metric(pass, names[kind], count[kind]);
	faults_close(&faults);
	return err;
}

/* The accesses, between two looks at the kernel's counters. */
static int measure(struct pass *pass, struct reason *why)
{
	int err = vmstat_read(&pass->before, why);
	if (err)
		return err;
	if (pass->kind == PASS_COUNT)
		err = count_faults(pass, why);
	else
		access_region(pass);
	return err ? err : vmstat_read(&pass->after, why);
}

/* What the kernel says of the accesses: where the pages are now, and its own counters (of the whole machine). */
static int look_back(struct pass *pass, struct reason *why)
{
	struct place_census census;
	const struct region *region = &pass->region;
	int err = place_count(region->start, region->bytes, region->page->touch_bytes, pass->home_node, &census, why);
	if (err)
		return err;
	pass->migrated = census.elsewhere;
	pass_metric(pass, "migrated", census.elsewhere);
	for (int item = 0; item < VMSTAT_ITEMS; item++)
		if (pass->after.present[item])
			pass_metric(pass, vmstat_name(item), pass->after.count[item] - pass->before.count[item]);
	return 0;
}

int pass_run(struct pass *pass, const struct topology *topology, size_t units, struct reason *why)
{
	const struct bench_case *c = pass->c;
	doing(pass, "starting");
	int err = choose_nodes(pass, topology, why);
	if (!err)
		err = start_idle_thread(why);
	if (err)
		return err;
	doing(pass, "making its memory");
	err = region_create(&pass->region, case_row(c, &axis_map), case_row(c, &axis_page), units, pass->home_node, why);
	if (err)
		return err;
	pass->m->units = pass->region.units;
	pass->m->touches = pass->region.touches;
	fault_in_ticks(pass);
	doing(pass, "driving the kernel");
	err = c->family->drive ? c->family->drive(pass, why) : 0;
	if (err)
		return err;
	doing(pass, "accessing its memory");
	err = measure(pass, why);
	if (err)
		return err;
	doing(pass, "looking at what happened");
	err = look_back(pass, why);
	return !err && c->family->confirm ? c->family->confirm(pass, why) : err;
}
