/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/meter/tracepoint.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <perfmon/pfmlib_perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/base/textfile.h"
#include "lib/meter/kprobe.h"

/*
 * An event of our own. libpfm4 reads the list of events once: it doesn't know those that were defined since,
 * and has a wrong number for those that were defined anew. "group:event" is group/event in tracefs.
 */
static bool encode_by_id(const char *name, struct perf_event_attr *attr)
{
	static const char *const folders[] = {"/sys/kernel/tracing/events",
	                                      "/sys/kernel/debug/tracing/events"};
	const char *colon = strchr(name, ':');
	for (size_t i = 0; colon && i < sizeof(folders) / sizeof(folders[0]); i++) {
		char path[256], id[32];
		snprintf(path, sizeof(path), "%s/%.*s/%s/id", folders[i], (int)(colon - name), name,
		         colon + 1);
		if (textfile_read(path, id, sizeof(id)) <= 0)
			continue;
		attr->type = PERF_TYPE_TRACEPOINT;
		attr->config = strtoull(id, NULL, 10);
		return true;
	}
	return false;
}

static int encode(const char *name, struct perf_event_attr *attr, struct error *error)
{
	pfm_perf_encode_arg_t arg = {.attr = attr, .size = sizeof(arg)};
	memset(attr, 0, sizeof(*attr));
	attr->size = sizeof(*attr);
	attr->disabled = 1;
	if (strncmp(name, KPROBE_GROUP ":", strlen(KPROBE_GROUP ":")) == 0)
		return encode_by_id(name, attr)
		           ? 0
		           : error_set(error, ENOENT, "the kernel has no event %s: it was not defined", name);
	int err = pfm_initialize();
	if (err == PFM_SUCCESS)
		err = pfm_get_os_event_encoding(name, PFM_PLM0 | PFM_PLM3, PFM_OS_PERF_EVENT, &arg);
	if (err != PFM_SUCCESS)
		return error_set(error, ENOENT,
		                 "the kernel has no tracepoint %s that libpfm4 can find (%s); "
		                 "mount tracefs at /sys/kernel/debug/tracing and run as root",
		                 name, pfm_strerror(err));
	attr->disabled = 1;
	return 0;
}

int tracepoint_open(const char *name, const char *filter, struct error *error)
{
	struct perf_event_attr attr;
	int err = encode(name, &attr, error);
	if (err)
		return err;
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return error_set_errno(error, errno,
		                       "cannot open a counter of %s; it needs root or CAP_PERFMON", name);
	if (filter && ioctl(fd, PERF_EVENT_IOC_SET_FILTER, filter) != 0) {
		err = errno;
		close(fd);
		return error_set_errno(error, err, "the kernel refuses the filter '%s' on %s", filter, name);
	}
	return fd;
}

int tracepoint_available(const char *name, struct error *error)
{
	int fd = tracepoint_open(name, NULL, error);
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

void tracepoint_start(int fd)
{
	ioctl(fd, PERF_EVENT_IOC_ENABLE, 0);
}

void tracepoint_stop(int fd)
{
	ioctl(fd, PERF_EVENT_IOC_DISABLE, 0);
}

int tracepoint_read(int fd, uint64_t *count, struct error *error)
{
	if (read(fd, count, sizeof(*count)) != sizeof(*count))
		return error_set_errno(error, errno, "cannot read a tracepoint's counter");
	return 0;
}
