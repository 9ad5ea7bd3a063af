/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands on the machine at hand: processor, nodes, counters, pages and their tracking. */
#include "tests/support/cmocka_all.h"

#include <errno.h>
#include <numa.h>
#include <numaif.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/page_size.h"
#include "lib/base/topology.h"
#include "lib/memory/pagemap.h"
#include "lib/memory/placement.h"
#include "lib/memory/scratch.h"
#include "lib/memory/track.h"
#include "lib/meter/clock.h"
#include "lib/meter/touch.h"
#include "lib/meter/vmstat.h"

#define PAGES 16
#define BYTES (PAGES * BASE_PAGE_BYTES)

static struct error error;

static void skip_because(const char *reason)
{
	print_message("%s\n", reason);
	skip();
}

/* A container may forbid the call, and a kernel lack it. */
static void must(int err)
{
	if (err == -EPERM || err == -EACCES || err == -ENOSYS)
		skip_because(error.text);
	if (err)
		fail_msg("%d: %s", err, error.text);
}

/* Fresh base pages, none of which is populated. */
static char *fresh_pages(void)
{
	/* More than asked for: a page behind it, and nothing that a new mapping could merge with. */
	char *start = mmap(NULL, BYTES + 4 * BASE_PAGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(start != MAP_FAILED);
	start += BASE_PAGE_BYTES;
	assert_int_equal(mprotect(start, BYTES, PROT_READ | PROT_WRITE), 0);
	madvise(start, BYTES, MADV_NOHUGEPAGE);
	return start;
}

static void free_pages(char *start)
{
	munmap(start - BASE_PAGE_BYTES, BYTES + 4 * BASE_PAGE_BYTES);
}

static void clock_is_of_this_processor(void **state)
{
	(void)state;
	struct processor processor;
	struct clock clock;
	processor_identify(&processor);
	clock_measure(&clock, &processor);
	if (processor.emulated)
		assert_int_not_equal(clock.unit, CLOCK_NS);
	else
		assert_int_equal(clock.unit, CLOCK_NS);
	if (clock.unit == CLOCK_NS)
		assert_true(clock.ns_per_tick > 0.01 && clock.ns_per_tick < 1000);
	assert_in_range(strlen(processor.model), 0, 48);
	assert_in_range(strlen(processor.hypervisor), 0, 12);
}

static void clocks_have_the_names_of_the_result_file(void **state)
{
	(void)state;
	assert_string_equal(clock_unit_name(CLOCK_NS), "ns");
	assert_string_equal(clock_unit_name(CLOCK_INSTRUCTIONS), "instructions");
	assert_string_equal(clock_unit_name(CLOCK_NONE), "none");
}

static void ticks_go_on(void **state)
{
	(void)state;
	const struct timespec moment = {.tv_nsec = 1000000};
	uint64_t before = clock_ticks();
	nanosleep(&moment, NULL);
	assert_true(clock_ticks() > before);
}

#define UNTOUCHED UINT64_MAX

static void fill_ticks(uint64_t *ticks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		ticks[i] = UNTOUCHED;
}

static void assert_ticks(const uint64_t *ticks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_true(ticks[i] > 0 && ticks[i] != UNTOUCHED);
	assert_true(ticks[count] == UNTOUCHED);
}

static void touch_writes_every_stride_and_nothing_else(void **state)
{
	(void)state;
	enum { WORDS = 8, STRIDE_WORDS = 4 };
	uint64_t words[WORDS * STRIDE_WORDS], ticks[WORDS + 1];
	fill_ticks(words, WORDS * STRIDE_WORDS);
	fill_ticks(ticks, WORDS + 1);
	touch((char *)words, STRIDE_WORDS * sizeof(*words), WORDS, TOUCH_WRITE, ticks);
	assert_ticks(ticks, WORDS);
	for (size_t i = 0; i < WORDS * STRIDE_WORDS; i++)
		assert_true(words[i] == (i % STRIDE_WORDS ? UNTOUCHED : i / STRIDE_WORDS));
}

static long present_pages(const char *start)
{
	long count = pagemap_count(start, BYTES, BASE_PAGE_BYTES, PAGEMAP_PRESENT, &error);
	if (count < 0)
		skip_because(error.text);
	return count;
}

/* A read of a fresh page has the page of zeroes mapped there, and stores nothing. */
static void touch_reads_every_stride(void **state)
{
	(void)state;
	uint64_t ticks[PAGES / 2 + 1];
	char *start = fresh_pages();
	assert_int_equal(present_pages(start), 0);
	fill_ticks(ticks, PAGES / 2 + 1);
	touch(start, 2 * BASE_PAGE_BYTES, PAGES / 2, TOUCH_READ, ticks);
	assert_ticks(ticks, PAGES / 2);
	assert_int_equal(present_pages(start), PAGES / 2);
	assert_int_equal(pagemap_count(start, BYTES, 2 * BASE_PAGE_BYTES, PAGEMAP_PRESENT, &error),
	                 PAGES / 2);
	for (size_t i = 0; i < BYTES; i++)
		assert_int_equal(start[i], 0);
	free_pages(start);
}

static void touch_of_nothing_does_nothing(void **state)
{
	(void)state;
	uint64_t ticks[1] = {UNTOUCHED}, word = 7;
	touch((char *)&word, 8, 0, TOUCH_WRITE, ticks);
	touch((char *)&word, 8, 0, TOUCH_READ, ticks);
	assert_true(ticks[0] == UNTOUCHED && word == 7);
}

static void pagemap_counts_pages_with_all_bits(void **state)
{
	(void)state;
	char *start = fresh_pages();
	for (size_t page = 0; page < 5; page++)
		start[page * BASE_PAGE_BYTES] = 1;
	assert_int_equal(present_pages(start), 5);
	assert_int_equal(pagemap_count(start, BYTES, 4 * BASE_PAGE_BYTES, PAGEMAP_PRESENT, &error), 2);
	assert_int_equal(
	    pagemap_count(start, BYTES, BASE_PAGE_BYTES, PAGEMAP_PRESENT | PAGEMAP_SWAPPED, &error), 0);
	assert_int_equal(pagemap_count(start, BYTES, BASE_PAGE_BYTES, 0, &error), PAGES);
	free_pages(start);
	assert_int_equal(present_pages(start), 0);
}

/* A page that is alone is no folio of several. */
static void base_pages_are_no_folios(void **state)
{
	(void)state;
	char *start = fresh_pages();
	memset(start, 1, BYTES);
	long folios = pagemap_count_folios(start, BYTES, 4 * BASE_PAGE_BYTES, &error);
	if (folios < 0)
		skip_because(error.text);
	assert_int_equal(folios, 0);
	free_pages(start);
}

static uint64_t counter_of(const char *text, const char *name, bool *present)
{
	char line_start[64];
	snprintf(line_start, sizeof(line_start), "\n%s ", name);
	const char *at = strstr(text, line_start);
	*present = at;
	return at ? strtoull(at + strlen(line_start), NULL, 10) : 0;
}

static char *read_proc_vmstat(void)
{
	enum { ROOM = 1 << 17 };
	char *text = calloc(1, ROOM);
	FILE *file = fopen("/proc/vmstat", "r");
	assert_non_null(text);
	assert_non_null(file);
	/* The first counter begins a line too. */
	text[0] = '\n';
	assert_true(fread(text + 1, 1, ROOM - 2, file) > 0);
	fclose(file);
	return text;
}

/* Counters only grow: a reading lies between one before and one after. */
static void vmstat_is_what_the_kernel_tells(void **state)
{
	(void)state;
	struct vmstat before, after;
	assert_int_equal(vmstat_read(&before, &error), 0);
	char *text = read_proc_vmstat();
	assert_int_equal(vmstat_read(&after, &error), 0);
	/* pgfault is older than every kernel of interest; no kernel has a counter of part of a name. */
	static const char *const names[] = {"pgfault", "pswpin", "numa_pte_updates", "numa_hint_faults",
	                                    "pgfaul",  "gfault", "numa_hint",        ""};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		bool present;
		uint64_t count = counter_of(text, names[i], &present), least, most;
		assert_int_equal(vmstat_count(&before, names[i], &least), present);
		assert_int_equal(vmstat_count(&after, names[i], &most), present);
		assert_true(least <= count && count <= most);
		assert_true(vmstat_growth(&before, &after, names[i]) == most - least);
		assert_int_equal(present, i == 0 || (present && i < 4));
	}
	free(text);
}

static struct topology topology;

static void needs_numa(void)
{
	if (numa_available() < 0)
		skip_because("this kernel has no NUMA");
}

static void there_is_a_node_with_a_processor(void **state)
{
	(void)state;
	needs_numa();
	assert_in_range(topology.node_count, 1, TOPOLOGY_NODES_MAX);
	assert_in_range(topology.cpu_count, 1, sysconf(_SC_NPROCESSORS_CONF));
	int first = topology_node(&topology, 0, &error);
	assert_in_range(first, 0, topology.node_count - 1);
	assert_true(topology.memory_bytes[first] > 0);
	int cpu;
	assert_int_equal(topology_cpus(&topology, first, 1, &cpu, &error), 0);
	assert_in_range(cpu, 0, sysconf(_SC_NPROCESSORS_CONF) - 1);
	assert_true(topology.node_os[first] >= 0);
}

static void nodes_are_counted_once(void **state)
{
	(void)state;
	needs_numa();
	int usable = 0;
	while (topology_node(&topology, usable, NULL) >= 0)
		usable++;
	assert_in_range(usable, 1, topology.node_count);
	for (int i = 1; i < usable; i++)
		assert_true(topology_node(&topology, i, NULL) > topology_node(&topology, i - 1, NULL));
	for (int i = 1; i < topology.node_count; i++)
		assert_int_not_equal(topology.node_os[i], topology.node_os[i - 1]);
}

static void missing_node_is_told(void **state)
{
	(void)state;
	assert_int_equal(topology_node(&topology, TOPOLOGY_NODES_MAX, &error), -ENODEV);
	assert_non_null(strstr(error.text, "needs 65 NUMA nodes"));
}

/* In order, the last ones, and all different. */
static void processors_of_a_node_are_told(void **state)
{
	(void)state;
	needs_numa();
	enum { ROOM = 1024 };
	int first = topology_node(&topology, 0, &error), cpus[ROOM], fewer[ROOM], count = 0;
	while (count < ROOM && topology_cpus(&topology, first, count + 1, cpus, &error) == 0)
		count++;
	assert_in_range(count, 1, topology.cpu_count);
	assert_non_null(strstr(error.text, "processors on node"));
	for (int i = 0; i < count; i++) {
		assert_int_equal(numa_node_of_cpu(cpus[i]), topology.node_os[first]);
		assert_true(i == 0 || cpus[i] > cpus[i - 1]);
	}
	assert_int_equal(topology_cpus(&topology, first, 1, fewer, &error), 0);
	assert_int_equal(fewer[0], cpus[count - 1]);
}

static void distances_are_least_to_oneself(void **state)
{
	(void)state;
	needs_numa();
	for (int from = 0; from < topology.node_count; from++)
		for (int to = 0; to < topology.node_count; to++)
			assert_true(from == to ? topology.distance[from][to] == 10
			                       : topology.distance[from][to] > 10);
}

static void thread_is_pinned_to_the_node(void **state)
{
	(void)state;
	needs_numa();
	cpu_set_t before, now;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	int cpu;
	must(topology_cpus(&topology, topology_node(&topology, 0, &error), 1, &cpu, &error));
	must(topology_pin(&topology, cpu, &error));
	assert_int_equal(sched_getaffinity(0, sizeof(now), &now), 0);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
	assert_int_equal(CPU_COUNT(&now), 1);
	assert_true(CPU_ISSET((unsigned int)cpu, &now));
}

/* The kernel's number of the first node of use. */
static int first_node(void)
{
	needs_numa();
	return topology.node_os[topology_node(&topology, 0, &error)];
}

static void policy_of_the_thread_is_set_and_gone(void **state)
{
	(void)state;
	int mode = -1;
	struct bitmask *nodes = numa_allocate_nodemask();
	must(placement_bind(first_node(), &error));
	assert_int_equal(get_mempolicy(&mode, nodes->maskp, nodes->size + 1, NULL, 0), 0);
	must(placement_default(&error));
	assert_int_equal(mode, MPOL_BIND);
	assert_int_equal(numa_bitmask_weight(nodes), 1);
	assert_true(numa_bitmask_isbitset(nodes, (unsigned int)first_node()));
	numa_free_nodemask(nodes);
	assert_int_equal(get_mempolicy(&mode, NULL, 0, NULL, 0), 0);
	assert_int_equal(mode, MPOL_DEFAULT);
}

static void node_that_is_not_there_is_named(void **state)
{
	(void)state;
	int err = placement_bind(numa_max_possible_node() + 1, &error);
	if (err == -EPERM || err == -ENOSYS)
		skip_because(error.text);
	placement_default(NULL);
	assert_true(err < 0);
	assert_non_null(strstr(error.text, "node "));
}

static void fresh_pages_are_found_on_their_node(void **state)
{
	(void)state;
	struct placement_census census;
	char *start = fresh_pages();
	must(placement_bind(first_node(), &error));
	memset(start, 1, BYTES / 4);
	must(placement_default(&error));
	must(placement_count(start, BYTES, BASE_PAGE_BYTES, first_node(), &census, &error));
	assert_int_equal(census.on_node, PAGES / 4);
	assert_int_equal(census.elsewhere, 0);
	assert_int_equal(census.absent, PAGES - PAGES / 4);
	/* Seen from another node they are elsewhere. */
	must(placement_count(start, BYTES / 4, BASE_PAGE_BYTES, first_node() + 1, &census, &error));
	assert_int_equal(census.on_node, 0);
	assert_int_equal(census.elsewhere, PAGES / 4);
	must(placement_count(start, BYTES, 8 * BASE_PAGE_BYTES, first_node(), &census, &error));
	assert_int_equal(census.on_node, 1);
	assert_int_equal(census.absent, 1);
	free_pages(start);
}

typedef int (*move_fn)(void *start, size_t bytes, size_t stride_bytes, int from, int to, struct error *error);

/* To the second node where there is one; else they stay, which is no error. */
static void pages_are_moved_by(move_fn move)
{
	struct placement_census census;
	int second = topology_node(&topology, 1, NULL);
	int from = first_node(), to = second < 0 ? from : topology.node_os[second];
	char *start = fresh_pages();
	must(placement_bind(from, &error));
	memset(start, 1, BYTES);
	must(placement_default(&error));
	must(placement_drain_lru(&error));
	must(move(start, BYTES, BASE_PAGE_BYTES, from, to, &error));
	must(placement_count(start, BYTES, BASE_PAGE_BYTES, to, &census, &error));
	assert_int_equal(census.on_node, PAGES);
	for (size_t i = 0; i < BYTES; i++)
		assert_int_equal(start[i], 1);
	free_pages(start);
}

static void move_pages_moves(void **state)
{
	(void)state;
	pages_are_moved_by(placement_move_pages);
}

static void mbind_moves(void **state)
{
	(void)state;
	pages_are_moved_by(placement_mbind);
}

/* All of this process goes along. */
static void migrate_pages_moves(void **state)
{
	(void)state;
	pages_are_moved_by(placement_migrate_pages);
}

static int mode_of(char *start)
{
	int mode = -1;
	assert_int_equal(get_mempolicy(&mode, NULL, 0, start, MPOL_F_ADDR), 0);
	return mode;
}

static void policy_of_a_range_is_set(void **state)
{
	(void)state;
	char *start = fresh_pages();
	must(placement_policy(start, BYTES, POLICY_ALL_NODES, &error));
	assert_int_equal(mode_of(start), MPOL_BIND);
	must(placement_policy(start, BYTES, POLICY_DEFAULT, &error));
	assert_int_equal(mode_of(start), MPOL_DEFAULT);
	free_pages(start);
}

static void balancing_policy_is_set_or_said_to_be_missing(void **state)
{
	(void)state;
	enum { BALANCING = 1 << 13 };
	char *start = fresh_pages();
	int err = placement_policy(start, BYTES, POLICY_ALL_BALANCED, &error);
	if (err)
		assert_non_null(strstr(error.text, "MPOL_F_NUMA_BALANCING"));
	else
		assert_int_equal(mode_of(start), MPOL_BIND | BALANCING);
	free_pages(start);
}

static void scratch_file_is_real_and_nameless(void **state)
{
	(void)state;
	struct stat st;
	if (scratch_available(FILESYSTEM_EXT4, &error) != 0)
		skip_because(error.text);
	int fd = scratch_open(FILESYSTEM_EXT4, BYTES, &error);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	close(fd);
	assert_int_equal(st.st_size, BYTES);
	assert_int_equal(st.st_nlink, 0);
	assert_true(st.st_blocks * 512 >= (blkcnt_t)BYTES);
}

static void scratch_on_another_filesystem_is_refused(void **state)
{
	(void)state;
	char here[4096];
	assert_non_null(getcwd(here, sizeof(here)));
	/* Neither this folder nor /var/tmp is likely to be on xfs; where one is, there is nothing to refuse. */
	setenv("HINTBENCH_SCRATCH", "/proc:/nowhere", 1);
	int err = scratch_available(FILESYSTEM_XFS, &error);
	int fd = scratch_open(FILESYSTEM_XFS, BYTES, &error);
	unsetenv("HINTBENCH_SCRATCH");
	if (err == 0) {
		close(fd);
		skip_because("there is an xfs here");
	}
	assert_int_equal(err, -ENODEV);
	assert_int_equal(fd, -ENODEV);
	assert_non_null(strstr(error.text, "xfs"));
	assert_non_null(strstr(error.text, "HINTBENCH_SCRATCH"));
}

/* Tracking, on pages that were written, as the runner has them. */
static struct region tracked_region(void)
{
	struct region region = {
	    .mapping = mappings,
	    .page = page_kinds,
	    .start = fresh_pages(),
	    .bytes = BYTES,
	    .units = PAGES,
	    .touch_bytes = BASE_PAGE_BYTES,
	    .touches = PAGES,
	    .fd = -1,
	};
	assert_string_equal(region.mapping->name, "anon");
	assert_string_equal(region.page->name, "4k");
	/* Once more, without MADV_NOHUGEPAGE: memory with it merges with none that lacks it. */
	assert_true(mmap(region.start, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
	                 -1, 0) != MAP_FAILED);
	memset(region.start, 1, BYTES);
	return region;
}

static const struct track *track_called(const char *name)
{
	const struct track *track = tracks;
	while (strcmp(track->name, name) != 0)
		track++;
	if (track->available && track->available(track, mappings, &error) != 0)
		skip_because(error.text);
	return track;
}

static void write_pages(struct region *region, size_t count)
{
	for (size_t page = 0; page < count; page++)
		*(volatile char *)(region->start + page * BASE_PAGE_BYTES) = 2;
}

/* A handler's thread looks at the tracker until the process ends. */
static void writes_are_tracked_by(const char *name)
{
	static struct tracker trackers[4];
	static struct region regions[4];
	static size_t count;
	struct tracker *tracker = &trackers[count];
	struct region *region = &regions[count++];
	*region = tracked_region();
	must(tracker_start(tracker, track_called(name), region, &error));
	long written = tracker_written(tracker, &error);
	if (written == -ENODATA)
		skip_because(error.text);
	assert_int_equal(written, 0);
	write_pages(region, 5);
	assert_int_equal(tracker_written(tracker, &error), 5);
	/* What was not written can't have been caught. */
	assert_int_equal(tracker_lost(tracker, &error), PAGES - 5);
	write_pages(region, PAGES);
	assert_int_equal(tracker_written(tracker, &error), PAGES);
	assert_int_equal(tracker_lost(tracker, &error), 0);
	assert_int_equal(tracker->events, tracker->track->delivers ? PAGES : 0);
}

static void soft_dirty_tracks(void **state)
{
	(void)state;
	writes_are_tracked_by("soft-dirty");
}

static void uffd_wp_tracks(void **state)
{
	(void)state;
	writes_are_tracked_by("uffd-wp");
}

static void uffd_wp_async_tracks(void **state)
{
	(void)state;
	writes_are_tracked_by("uffd-wp-async");
}

static void no_tracking_tells_nothing(void **state)
{
	(void)state;
	struct tracker tracker;
	struct region region = tracked_region();
	assert_int_equal(tracker_start(&tracker, tracks, &region, &error), 0);
	assert_int_equal(tracker_written(&tracker, &error), -ENODATA);
	assert_int_equal(tracker_lost(&tracker, &error), 0);
	free_pages(region.start);
}

/* VM_SOFTDIRTY of a VMA counts for all of its pages. */
static void merged_mapping_makes_all_pages_soft_dirty(void **state)
{
	(void)state;
	struct tracker tracker;
	struct region region = tracked_region();
	int err = tracker_start(&tracker, track_called("soft-dirty-merge"), &region, &error);
	if (err == -EAGAIN)
		skip_because(error.text);
	must(err);
	write_pages(&region, PAGES);
	assert_int_equal(tracker_lost(&tracker, &error), 0);
	free_pages(region.start);
}

static int get_topology(void **state)
{
	(void)state;
	return topology_get(&topology, &error);
}

static int put_topology(void **state)
{
	(void)state;
	topology_put(&topology);
	return topology.hwloc ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(clock_is_of_this_processor),
	    cmocka_unit_test(clocks_have_the_names_of_the_result_file),
	    cmocka_unit_test(ticks_go_on),
	    cmocka_unit_test(touch_writes_every_stride_and_nothing_else),
	    cmocka_unit_test(touch_reads_every_stride),
	    cmocka_unit_test(touch_of_nothing_does_nothing),
	    cmocka_unit_test(pagemap_counts_pages_with_all_bits),
	    cmocka_unit_test(base_pages_are_no_folios),
	    cmocka_unit_test(vmstat_is_what_the_kernel_tells),
	    cmocka_unit_test(there_is_a_node_with_a_processor),
	    cmocka_unit_test(nodes_are_counted_once),
	    cmocka_unit_test(missing_node_is_told),
	    cmocka_unit_test(processors_of_a_node_are_told),
	    cmocka_unit_test(distances_are_least_to_oneself),
	    cmocka_unit_test(thread_is_pinned_to_the_node),
	    cmocka_unit_test(policy_of_the_thread_is_set_and_gone),
	    cmocka_unit_test(node_that_is_not_there_is_named),
	    cmocka_unit_test(fresh_pages_are_found_on_their_node),
	    cmocka_unit_test(move_pages_moves),
	    cmocka_unit_test(mbind_moves),
	    cmocka_unit_test(migrate_pages_moves),
	    cmocka_unit_test(policy_of_a_range_is_set),
	    cmocka_unit_test(balancing_policy_is_set_or_said_to_be_missing),
	    cmocka_unit_test(scratch_file_is_real_and_nameless),
	    cmocka_unit_test(scratch_on_another_filesystem_is_refused),
	    cmocka_unit_test(no_tracking_tells_nothing),
	    cmocka_unit_test(soft_dirty_tracks),
	    cmocka_unit_test(merged_mapping_makes_all_pages_soft_dirty),
	    cmocka_unit_test(uffd_wp_tracks),
	    cmocka_unit_test(uffd_wp_async_tracks),
	};
	return cmocka_run_group_tests_name("machine", tests, get_topology, put_topology);
}
