/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/access.h"

#include <errno.h>

#include "lib/base/page_size.h"
#include "lib/meter/clock.h"
#include "lib/meter/touch.h"

/* What is switched on right before the accesses and off right after, where the pass counts such. */
static void meters_start(struct toucher *toucher)
{
	if (toucher->counts_faults)
		faults_start(&toucher->faults);
	counters_start(&toucher->counters);
}

static void meters_stop(struct toucher *toucher)
{
	counters_stop(&toucher->counters);
	if (toucher->counts_faults)
		faults_stop(&toucher->faults);
}

/*
 * Copying a huge page takes millions of instructions, and the timer's interrupt comes every few millions:
 * whether it falls into such a touch would be chance, different for two kernels that do the same. So an exact
 * clock's touch of a huge page starts right after an interrupt.
 */
static void touch_pages(const struct toucher *toucher, enum touch_kind kind, uint64_t *ticks)
{
	const struct pass *pass = toucher->team->pass;
	size_t stride_bytes = pass->region.touch_bytes;
	if (pass->kind != PASS_TIME || !pass->exact_clock || stride_bytes == BASE_PAGE_BYTES) {
		touch(toucher->start, stride_bytes, toucher->touches, kind, ticks);
		return;
	}
	for (size_t i = 0; i < toucher->touches; i++) {
		clock_wait_for_interrupt();
		touch(toucher->start + i * stride_bytes, stride_bytes, 1, kind, ticks + i);
	}
}

static bool reads_first(const struct pass *pass)
{
	const struct access *access = case_row(pass->c, &axis_access);
	return access->reads_first;
}

static int read_slice(struct toucher *toucher, struct error *error)
{
	(void)error;
	meters_start(toucher);
	touch_pages(toucher, TOUCH_READ, toucher->touch_ticks);
	meters_stop(toucher);
	return 0;
}

static int write_slice(struct toucher *toucher, struct error *error)
{
	uint64_t *ticks = reads_first(toucher->team->pass) ? toucher->write_ticks : toucher->touch_ticks;
	(void)error;
	meters_start(toucher);
	touch_pages(toucher, TOUCH_WRITE, ticks);
	meters_stop(toucher);
	return 0;
}

/* Before the first write: which pages tracking takes for written already. */
static int look_at_tracking(struct pass *pass, struct error *error)
{
	long early = tracker_written(&pass->tracker, error);
	if (early == -ENODATA)
		return 0;
	if (early >= 0)
		pass_count(pass, "tracked_early", (uint64_t)early);
	return early < 0 ? (int)early : 0;
}

/* The counting pass looks at the tracking before the first write, with its meters off. */
static int access_slices(struct pass *pass, struct error *error)
{
	struct measurement *m = pass->m;
	int err = reads_first(pass) ? team_do(&pass->team, read_slice, error) : 0;
	if (!err && pass->kind == PASS_COUNT)
		err = look_at_tracking(pass, error);
	/* Also where that failed: the memory is as it would be. */
	int write_err = team_do(&pass->team, write_slice, err ? NULL : error);
	m->timed_touch = pass->kind == PASS_TIME;
	m->timed_write = m->timed_touch && reads_first(pass);
	return err ? err : write_err;
}

static int open_faults(struct toucher *toucher, struct error *error)
{
	const struct region *region = &toucher->team->pass->region;
	int err = faults_open(&toucher->faults, region->start, region->bytes, error);
	toucher->counts_faults = !err;
	return err;
}

static int read_faults(struct toucher *toucher, struct error *error)
{
	int err = faults_read(&toucher->faults, toucher->fault_counts, error);
	faults_close(&toucher->faults);
	toucher->counts_faults = false;
	return err;
}

static int count_faults(struct pass *pass, struct error *error)
{
	const char *absent = pass->c->family->absent_count;
	const char *const names[FAULT_KINDS] = {absent ? absent : "hint_faults", "write_faults",
	                                        "other_faults"};
	int err = team_do(&pass->team, open_faults, error);
	if (!err)
		err = access_slices(pass, error);
	if (!err)
		err = team_do(&pass->team, read_faults, error);
	for (int kind = 0; !err && kind < FAULT_KINDS; kind++) {
		uint64_t sum = 0;
		for (int i = 0; i < pass->team.count; i++)
			sum += pass->team.touchers[i].fault_counts[kind];
		pass_count(pass, names[kind], sum);
	}
	return err;
}

int access_memory(struct pass *pass, struct error *error)
{
	team_divide(&pass->team);
	/* The runner lets a case go on without them only for the events that are counted beside. */
	bool faults = pass->kind == PASS_COUNT && !(pass->events && faults_available(NULL) != 0);
	return faults ? count_faults(pass, error) : access_slices(pass, error);
}

/*
 * Opens the counters, having used others like them over no access at all: the code that runs while they are on is
 * file-backed, which fork() doesn't map, so its first use is a fault that would be counted.
 */
static int open_counters(struct toucher *toucher, struct error *error)
{
	const struct pass *pass = toucher->team->pass;
	int err = event_groups_open(pass->events, pass->group, &toucher->counters, error);
	if (err)
		return err;
	for (int kind = TOUCH_READ; kind <= TOUCH_WRITE; kind++) {
		counters_start(&toucher->counters);
		touch(pass->region.start, pass->region.touch_bytes, 0, kind, pass->m->touch_ticks);
		counters_stop(&toucher->counters);
	}
	counters_close(&toucher->counters);
	return event_groups_open(pass->events, pass->group, &toucher->counters, error);
}

int access_open_counters(struct pass *pass, struct error *error)
{
	return team_do(&pass->team, open_counters, error);
}

static int read_counters(struct toucher *toucher, struct error *error)
{
	return counters_read(&toucher->counters, &toucher->last, error);
}

/* The least of several times, since an interrupt only adds. */
static int read_baseline(struct toucher *toucher, struct error *error)
{
	struct counters_seen before = toucher->last, *after = &toucher->last, *least = &toucher->baseline;
	int err = counters_read(&toucher->counters, after, error);
	for (size_t i = 0; i < toucher->counters.count; i++) {
		uint64_t count = after->counts[i] - before.counts[i];
		if (toucher->baselines == 0 || count < least->counts[i])
			least->counts[i] = count;
	}
	least->enabled_ns = after->enabled_ns - before.enabled_ns;
	least->running_ns = after->running_ns - before.running_ns;
	toucher->baselines++;
	return err;
}

static int close_counters(struct toucher *toucher, struct error *error)
{
	(void)error;
	counters_close(&toucher->counters);
	return 0;
}

static void add_seen(struct counters_seen *sum, const struct counters_seen *seen)
{
	for (size_t i = 0; i < COUNTERS_MAX; i++)
		sum->counts[i] += seen->counts[i];
	sum->enabled_ns += seen->enabled_ns;
	sum->running_ns += seen->running_ns;
}

int access_baseline(struct pass *pass, struct error *error)
{
	enum { TIMES = 3 };
	struct team *team = &pass->team;
	int err = team_do(team, read_counters, error);
	for (int i = 0; !err && i < team->count; i++)
		add_seen(&pass->m->seen, &team->touchers[i].last);
	for (int time = 0; !err && time < TIMES; time++) {
		err = access_slices(pass, error);
		if (!err)
			err = team_do(team, read_baseline, error);
	}
	for (int i = 0; !err && i < team->count; i++)
		add_seen(&pass->m->baseline, &team->touchers[i].baseline);
	team_do(team, close_counters, NULL);
	return err;
}
