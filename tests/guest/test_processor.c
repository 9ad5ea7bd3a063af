/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs by processor, on the machine at hand: page faults that are told apart, held against a second
 * count, and the clock of an exact guest, held against the processor's counter of instructions. To be run as
 * root; tests/guest/test_arm64.c runs it in guests.
 */
#include "tests/support/cmocka_all.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/base/page_size.h"
#include "lib/base/settings.h"
#include "lib/meter/clock.h"
#include "lib/meter/faults.h"
#include "lib/meter/touch.h"
#include "lib/meter/tracepoint.h"

enum { PAGES = 512 };

static struct error error;
static uint64_t ticks[PAGES];

static void skip_because(const char *reason)
{
	print_message("%s\n", reason);
	skip();
}

/* Base pages that nothing has touched. */
static char *fresh_pages(void)
{
	char *pages =
	    mmap(NULL, PAGES * BASE_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(pages, MAP_FAILED);
	madvise(pages, PAGES * BASE_PAGE_BYTES, MADV_NOHUGEPAGE);
	/* What the timed loop stores into takes no fault. */
	memset(ticks, 0, sizeof(ticks));
	return pages;
}

static void free_pages(char *pages)
{
	munmap(pages, PAGES * BASE_PAGE_BYTES);
}

static int close_settings(void **state)
{
	(void)state;
	return settings_close(NULL);
}

/*
 * Makes faults ready to be counted, which is a setting where the kernel has no tracepoint of them. Before there are fresh
 * pages: what this program has is locked, or its own faults would be counted too, of code that is used for the first time
 * and of pages that it shares with the guardian, which settings_open() forks.
 */
static void prepare_faults(void)
{
	if (faults_available(&error) != 0 || settings_open(NULL, &error) != 0)
		skip_because(error.text);
	if (faults_prepare(&error) != 0)
		fail_msg("%s", error.text);
	assert_int_equal(mlockall(MCL_CURRENT), 0);
}

static void open_faults(struct faults *faults, const char *start, size_t pages)
{
	if (faults_open(faults, start, pages * BASE_PAGE_BYTES, &error) != 0)
		fail_msg("%s", error.text);
}

static long minor_faults(void)
{
	struct rusage usage;
	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_minflt;
}

/*
 * Every page is read where nothing is, which maps the zero page, and then written: two faults a page, one of
 * each kind. Half of the pages are in the range that is counted; the second counts know no range.
 */
static void kinds_of_faults_are_told_apart_and_a_second_count_agrees(void **state)
{
	enum { COUNTED = PAGES / 2 };
	(void)state;
	struct faults faults;
	uint64_t count[FAULT_KINDS], software_before, software_after;
	prepare_faults();
	char *pages = fresh_pages();
	open_faults(&faults, pages, COUNTED);
	int software = faults_open_software(&error);
	assert_true(software >= 0);
	tracepoint_start(software);
	assert_int_equal(tracepoint_read(software, &software_before, &error), 0);
	long minor = minor_faults();

	faults_start(&faults);
	touch(pages, BASE_PAGE_BYTES, PAGES, TOUCH_READ, ticks);
	touch(pages, 2 * BASE_PAGE_BYTES, PAGES / 2, TOUCH_WRITE, ticks);
	touch(pages, BASE_PAGE_BYTES, PAGES, TOUCH_WRITE, ticks);
	/* No fault any more. */
	touch(pages, BASE_PAGE_BYTES, PAGES, TOUCH_READ, ticks);
	faults_stop(&faults);

	minor = minor_faults() - minor;
	assert_int_equal(tracepoint_read(software, &software_after, &error), 0);
	close(software);
	assert_int_equal(faults_read(&faults, count, &error), 0);
	faults_close(&faults);
	free_pages(pages);
	assert_int_equal(count[FAULT_HINT], COUNTED);
	assert_int_equal(count[FAULT_WRITE_PROTECT], COUNTED);
	assert_int_equal(count[FAULT_OTHER], 0);
	assert_int_equal(software_after - software_before, 2 * PAGES);
	assert_int_equal(minor, 2 * PAGES);
}

/* A first write to an entry that is not there is one fault, of the first kind. */
static void first_write_is_one_fault(void **state)
{
	(void)state;
	struct faults faults;
	uint64_t count[FAULT_KINDS];
	prepare_faults();
	char *pages = fresh_pages();
	open_faults(&faults, pages, PAGES);
	long minor = minor_faults();
	faults_start(&faults);
	touch(pages, BASE_PAGE_BYTES, PAGES, TOUCH_WRITE, ticks);
	faults_stop(&faults);
	minor = minor_faults() - minor;
	assert_int_equal(faults_read(&faults, count, &error), 0);
	faults_close(&faults);
	free_pages(pages);
	assert_int_equal(count[FAULT_HINT], PAGES);
	assert_int_equal(count[FAULT_WRITE_PROTECT] + count[FAULT_OTHER], 0);
	assert_int_equal(minor, PAGES);
}

/* The processor's counter of instructions, of programs and of the kernel; negative where there is none. */
static int open_instructions(bool kernel)
{
	struct perf_event_attr attr = {
	    .size = sizeof(attr),
	    .type = PERF_TYPE_HARDWARE,
	    .config = PERF_COUNT_HW_INSTRUCTIONS,
	    .exclude_kernel = !kernel,
	    .pinned = 1,
	};
	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static uint64_t read_counter(int fd)
{
	uint64_t count = 0;
	if (read(fd, &count, sizeof(count)) != sizeof(count))
		fail_msg("the counter of instructions doesn't count");
	return count;
}

/* What `touches` first writes take, by the counter minus by the clock. */
static int64_t counter_over_clock(int fd, size_t touches, uint64_t *clock)
{
	char *pages = fresh_pages();
	uint64_t counter = read_counter(fd);
	uint64_t start = clock_ticks();
	touch(pages, BASE_PAGE_BYTES, touches, TOUCH_WRITE, ticks);
	*clock = clock_ticks() - start;
	counter = read_counter(fd) - counter;
	free_pages(pages);
	return (int64_t)(counter - *clock);
}

static int compare_signed(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

/*
 * Between the counter's reads lie the clock's reads, and around those the way out of one system call and into
 * the next: the same for every number of touches. So for any number of touches with their faults, the counter
 * is ahead of the clock by the same number of instructions, which no touches at all show. A timer's interrupt
 * between the two reads of one side is in one count only; so of several tries most must be the same.
 */
static void clock_and_counter_agree_to_the_instruction(void **state)
{
	enum { TRIES = 9 };
	static const size_t touches[] = {0, 1, 16, 256, PAGES};
	struct processor processor;
	struct clock clock;
	int64_t expected = 0;
	(void)state;
	processor_identify(&processor);
	clock_measure(&clock, &processor);
	if (clock.unit != CLOCK_INSTRUCTIONS)
		skip_because("the clock does not count instructions here");
	int fd = open_instructions(true);
	if (fd < 0)
		skip_because("this machine has no counter of instructions");
	for (size_t i = 0; i < sizeof(touches) / sizeof(touches[0]); i++) {
		int64_t over[TRIES];
		uint64_t clock_count = 0;
		/* The first fills caches of the kernel's: page tables, a VMA. */
		counter_over_clock(fd, touches[i], &clock_count);
		for (int try = 0; try < TRIES; try++)
			over[try] = counter_over_clock(fd, touches[i], &clock_count);
		qsort(over, TRIES, sizeof(over[0]), compare_signed);
		print_message("%zu touches: clock %llu, counter %+lld\n", touches[i],
		              (unsigned long long)clock_count, (long long)over[TRIES / 2]);
		if (i == 0)
			expected = over[TRIES / 2];
		assert_true(over[TRIES / 2 - 1] == over[TRIES / 2] || over[TRIES / 2 + 1] == over[TRIES / 2]);
		assert_int_equal(over[TRIES / 2], expected);
	}
	close(fd);
	assert_true(expected > 0);
}

/* In user mode alone the counter tells the timed loop's own length: a whole number of instructions a touch. */
static void counter_tells_the_length_of_the_loop(void **state)
{
	uint64_t count[3];
	(void)state;
	int fd = open_instructions(false);
	if (fd < 0)
		skip_because("this machine has no counter of instructions");
	char *pages = fresh_pages();
	touch(pages, BASE_PAGE_BYTES, PAGES, TOUCH_WRITE, ticks);
	for (size_t i = 0; i < 3; i++) {
		uint64_t before = read_counter(fd);
		touch(pages, BASE_PAGE_BYTES, 100 * (i + 1), TOUCH_WRITE, ticks);
		count[i] = read_counter(fd) - before;
	}
	close(fd);
	free_pages(pages);
	print_message("100 touches more: %llu instructions in user mode\n",
	              (unsigned long long)(count[1] - count[0]));
	assert_int_equal(count[2] - count[1], count[1] - count[0]);
	assert_int_equal((count[1] - count[0]) % 100, 0);
	assert_in_range((count[1] - count[0]) / 100, 5, 30);
}

/* What counting costs a fault, for people: no expectation but that a fault is still one. */
static void counting_costs_a_fault_something(void **state)
{
	struct faults faults;
	struct processor processor;
	struct clock clock;
	uint64_t plain, counted;
	(void)state;
	processor_identify(&processor);
	clock_measure(&clock, &processor);
	if (clock.unit != CLOCK_INSTRUCTIONS)
		skip_because("the clock does not count instructions here");
	char *pages = fresh_pages();
	touch(pages, BASE_PAGE_BYTES, PAGES, TOUCH_WRITE, ticks);
	qsort(ticks, PAGES, sizeof(ticks[0]), compare_signed);
	plain = ticks[PAGES / 2];
	free_pages(pages);
	prepare_faults();
	pages = fresh_pages();
	open_faults(&faults, pages, PAGES);
	faults_start(&faults);
	touch(pages, BASE_PAGE_BYTES, PAGES, TOUCH_WRITE, ticks);
	faults_stop(&faults);
	faults_close(&faults);
	free_pages(pages);
	qsort(ticks, PAGES, sizeof(ticks[0]), compare_signed);
	counted = ticks[PAGES / 2];
	print_message("a fault takes %llu instructions, %llu while it is counted\n",
	              (unsigned long long)plain, (unsigned long long)counted);
	assert_true(counted > plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(kinds_of_faults_are_told_apart_and_a_second_count_agrees,
	                              close_settings),
	    cmocka_unit_test_teardown(first_write_is_one_fault, close_settings),
	    cmocka_unit_test(clock_and_counter_agree_to_the_instruction),
	    cmocka_unit_test(counter_tells_the_length_of_the_loop),
	    cmocka_unit_test_teardown(counting_costs_a_fault_something, close_settings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
