/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/faults.h"

#include <stdio.h>
#include <unistd.h>

#include "lib/cpu.h"
#include "lib/tracepoint.h"

#define USER_FAULT "exceptions:page_fault_user"

/* Numbers, not names: the filter language knows no symbols of the processor's error code. */
static void filter_of(enum fault_kind kind, const void *start, size_t bytes, char *filter,
                      size_t filter_bytes)
{
	const int read = FAULT_USER, write = FAULT_USER | FAULT_WRITE;
	const int write_protect = FAULT_USER | FAULT_WRITE | FAULT_PRESENT;
	int used = snprintf(filter, filter_bytes, "address >= %lu && address < %lu && ", (unsigned long)start,
	                    (unsigned long)start + bytes);
	filter += used;
	filter_bytes -= (size_t)used;
	if (kind == FAULT_HINT)
		snprintf(filter, filter_bytes, "(error_code == %d || error_code == %d)", read, write);
	else if (kind == FAULT_WRITE_PROTECT)
		snprintf(filter, filter_bytes, "error_code == %d", write_protect);
	else
		snprintf(filter, filter_bytes, "error_code != %d && error_code != %d && error_code != %d",
		         read, write, write_protect);
}

int faults_available(struct reason *why)
{
	return tracepoint_available(USER_FAULT, why);
}

int faults_open(struct faults *faults, const void *start, size_t bytes, struct reason *why)
{
	for (int kind = 0; kind < FAULT_KINDS; kind++) {
		char filter[256];
		filter_of(kind, start, bytes, filter, sizeof(filter));
		faults->fd[kind] = tracepoint_open(USER_FAULT, filter, why);
		if (faults->fd[kind] < 0) {
			int err = faults->fd[kind];
			while (kind-- > 0)
				close(faults->fd[kind]);
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

int faults_read(const struct faults *faults, uint64_t count[FAULT_KINDS], struct reason *why)
{
	for (int kind = 0; kind < FAULT_KINDS; kind++) {
		int err = tracepoint_read(faults->fd[kind], &count[kind], why);
		if (err)
			return err;
	}
	return 0;
}

void faults_close(struct faults *faults)
{
	for (int kind = 0; kind < FAULT_KINDS; kind++)
		close(faults->fd[kind]);
}
