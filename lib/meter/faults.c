/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/meter/faults.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/meter/tracepoint.h"

/* What faults_prepare() found; without a name before. */
static struct fault_event event;

int faults_available(struct error *error)
{
	return fault_event_available(error);
}

int faults_prepare(struct error *error)
{
	int err = fault_event_get(&event, error);
	if (err)
		event.name = NULL;
	return err;
}

int faults_open_software(struct error *error)
{
	struct perf_event_attr attr = {
	    .size = sizeof(attr),
	    .type = PERF_TYPE_SOFTWARE,
	    .config = PERF_COUNT_SW_PAGE_FAULTS,
	    .disabled = 1,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	return fd >= 0 ? fd : error_set_errno(error, errno, "cannot open a counter of page faults");
}

int faults_open(struct faults *faults, const void *start, size_t bytes, struct error *error)
{
	*faults = (struct faults){.fd = {-1, -1, -1}, .software_fd = -1};
	int unprepared = event.name ? 0 : faults_prepare(error);
	if (unprepared)
		return unprepared;
	if (event.by_software_event && (faults->software_fd = faults_open_software(error)) < 0)
		return faults->software_fd;
	for (int kind = 0; kind < FAULT_KINDS; kind++) {
		char filter[512];
		snprintf(filter, sizeof(filter), "address >= %lu && address < %lu && %s",
		         (unsigned long)start, (unsigned long)start + bytes, event.filter[kind]);
		faults->fd[kind] = tracepoint_open(event.name, filter, error);
		if (faults->fd[kind] < 0) {
			int err = faults->fd[kind];
			faults_close(faults);
			return err;
		}
	}
	return 0;
}

void faults_start(struct faults *faults)
{
	for (int kind = 0; kind < FAULT_KINDS; kind++)
		tracepoint_start(faults->fd[kind]);
}

void faults_stop(struct faults *faults)
{
	for (int kind = 0; kind < FAULT_KINDS; kind++)
		tracepoint_stop(faults->fd[kind]);
}

int faults_read(const struct faults *faults, uint64_t count[FAULT_KINDS], struct error *error)
{
	for (int kind = 0; kind < FAULT_KINDS; kind++) {
		int err = tracepoint_read(faults->fd[kind], &count[kind], error);
		if (err)
			return err;
	}
	return 0;
}

void faults_close(struct faults *faults)
{
	for (int kind = 0; kind < FAULT_KINDS; kind++)
		if (faults->fd[kind] >= 0)
			close(faults->fd[kind]);
	if (faults->software_fd >= 0)
		close(faults->software_fd);
}
