/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/memory/scanner.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/settings.h"
#include "lib/base/textfile.h"
#include "lib/meter/vmstat.h"

#define SWITCH "/proc/sys/kernel/numa_balancing"

/* In /proc/vmstat: 4K pages that the scanner marked, 512 a PMD. */
#define MARKED_PAGES "numa_pte_updates"

/*
 * Two whole passes hold at least one that began after scanner_arm() did. On Linux 6.4 and later a process's first two
 * passes take every VMA; no more are needed.
 */
#define SCANS_WANTED   2
#define TIME_LIMIT_SEC 10.0
#define LINGER_SEC     0.1
#define LOOK_AGAIN_SEC 0.001

/*
 * The scanner's knobs: in debugfs since Linux 5.13, in /proc/sys before. The period has a floor of
 * 1000 / (2560 / scan_size_mb) ms (task_nr_scan_windows()), here 6 ms.
 */
static const struct {
	const char *name, *value;
} knobs[] = {
    /* The least first: a period's minimum can't be set above its maximum. */
    {"scan_delay_ms", "1"},
    {"scan_period_min_ms", "1"},
    {"scan_period_max_ms", "60"},
    {"scan_size_mb", "16"},
};

static double now_sec(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int find_knob(const char *name, char *path, size_t path_bytes)
{
	static const char *const folders[] = {"/sys/kernel/debug/sched/numa_balancing/",
	                                      "/proc/sys/kernel/numa_balancing_"};
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, path_bytes, "%s%s", folders[i], name);
		if (access(path, W_OK) == 0)
			return 0;
	}
	return -ENOENT;
}

int scanner_available(struct error *error)
{
	if (access(SWITCH, F_OK) != 0)
		return error_set(error, ENOSYS, "this kernel has no NUMA balancing (%s)", SWITCH);
	if (access(SWITCH, W_OK) != 0)
		return error_set(error, EACCES, "%s can't be written; run as root", SWITCH);
	return 0;
}

int scanner_prepare(struct error *error)
{
	int err = scanner_available(error);
	if (!err)
		err = settings_write(SWITCH, "0", error);
	for (size_t i = 0; !err && i < sizeof(knobs) / sizeof(knobs[0]); i++) {
		char path[256];
		if (find_knob(knobs[i].name, path, sizeof(path)) == 0)
			err = settings_write(path, knobs[i].value, error);
	}
	return err;
}

/* mm->numa_scan_seq: how often the scanner has come to the end of this address space; -1 where it isn't told. */
static long scan_sequence(void)
{
	char text[8192];
	if (textfile_read("/proc/self/sched", text, sizeof(text)) < 0)
		return -1;
	const char *at = strstr(text, "mm->numa_scan_seq");
	at = at ? strchr(at, ':') : NULL;
	return at ? strtol(at + 1, NULL, 10) : -1;
}

int scanner_tunable(struct error *error)
{
	char path[256];
	if (find_knob(knobs[0].name, path, sizeof(path)) != 0)
		return error_set(
		    error, ENOENT,
		    "its scanner has no knobs here (CONFIG_SCHED_DEBUG, debugfs at /sys/kernel/debug)");
	if (scan_sequence() < 0)
		return error_set(error, ENOENT,
		                 "/proc/self/sched doesn't count its scanner's passes (CONFIG_SCHED_DEBUG)");
	return 0;
}

static void spin(double seconds)
{
	double end_sec = now_sec() + seconds;
	while (now_sec() < end_sec)
		;
}

/* Waits until the scanner has been round; `first` is the sequence at the start. */
static int wait_for_scans(long first, double start_sec, struct scan_report *report, struct error *error)
{
	do {
		spin(LOOK_AGAIN_SEC);
		report->scans = (uint64_t)(scan_sequence() - first);
		report->seconds = now_sec() - start_sec;
		if (report->scans >= SCANS_WANTED)
			return 0;
	} while (report->seconds < TIME_LIMIT_SEC);
	return error_set(
	    error, ETIME,
	    "the scanner finished %llu passes in %.0f s, %d were waited for; is the process alone "
	    "on its processor?",
	    (unsigned long long)report->scans, report->seconds, SCANS_WANTED);
}

/* The same where the kernel doesn't count passes: until enough was marked, and then a while longer. */
static int wait_for_pages(uint64_t wanted, uint64_t before, double start_sec, struct scan_report *report,
                          struct error *error)
{
	struct vmstat now;
	uint64_t marked;
	double enough_sec = 0;
	do {
		spin(LOOK_AGAIN_SEC);
		int err = vmstat_read(&now, error);
		if (err)
			return err;
		report->seconds = now_sec() - start_sec;
		vmstat_count(&now, MARKED_PAGES, &marked);
		bool enough = marked - before >= wanted;
		enough_sec = enough && enough_sec == 0 ? report->seconds : enough_sec;
	} while (report->seconds < TIME_LIMIT_SEC &&
	         (enough_sec == 0 || report->seconds < enough_sec + LINGER_SEC));
	return 0;
}

int scanner_arm(uint64_t pages, struct scan_report *report, struct error *error)
{
	struct vmstat before, after;
	uint64_t marked_before;
	memset(report, 0, sizeof(*report));
	int err = vmstat_read(&before, error);
	if (err)
		return err;
	vmstat_count(&before, MARKED_PAGES, &marked_before);
	long first = scan_sequence();
	double start_sec = now_sec();
	err = settings_write(SWITCH, "1", error);
	if (err)
		return err;
	err = first >= 0 ? wait_for_scans(first, start_sec, report, error)
	                 : wait_for_pages(pages, marked_before, start_sec, report, error);
	if (textfile_write(SWITCH, "0") != 0 && !err)
		err = error_set(error, EIO, "cannot switch NUMA balancing off again");
	if (!err)
		err = vmstat_read(&after, error);
	if (!err)
		report->pages = vmstat_growth(&before, &after, MARKED_PAGES);
	return err;
}
