/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/meter/counters.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/base/textfile.h"
#include "lib/meter/pmu.h"

bool counters_of_hardware(const struct perf_event_attr *attr)
{
	return attr->type != PERF_TYPE_SOFTWARE && attr->type != PERF_TYPE_TRACEPOINT;
}

static int no_rights(int err, struct error *error)
{
	char level[16];
	if (textfile_read("/proc/sys/kernel/perf_event_paranoid", level, sizeof(level)) < 0)
		strcpy(level, "unknown");
	return error_set(error, err,
	                 "the kernel refuses it (%s; kernel.perf_event_paranoid is %s): run as root, or with "
	                 "CAP_PERFMON, or set that to -1",
	                 strerror(err), level);
}

/* perf_event_open(2) and kernel/events/core.c say what its errors mean; here is what to do about each. */
static int explain(int err, const struct perf_event_attr *attr, bool alone, struct error *error)
{
	if (err == EACCES || err == EPERM)
		return no_rights(err, error);
	if (err == ENOSYS)
		return error_set(error, err, "this kernel is built without perf events (CONFIG_PERF_EVENTS)");
	if (err == EINVAL && !alone)
		return error_set(error, err, "the counters can't hold it together with the others");
	if (err == EBUSY)
		return error_set(error, err, "something else has the counters for itself (%s)",
		                 strerror(err));
	if (counters_of_hardware(attr) && !pmu_exists())
		return error_set(
		    error, err,
		    "the kernel found no PMU (%s): a guest needs one from its hypervisor, such as "
		    "QEMU's `-accel kvm -cpu host,pmu=on`",
		    strerror(err));
	if (err == ENOENT || err == ENODEV || err == EOPNOTSUPP || err == EINVAL)
		return error_set(error, err, "this %s can't count it (%s)",
		                 counters_of_hardware(attr) ? "PMU" : "kernel", strerror(err));
	return error_set_errno(error, err, "perf_event_open() failed");
}

int counters_add(struct counters *counters, const struct perf_event_attr *attr, struct error *error)
{
	struct perf_event_attr wanted = *attr;
	bool alone = counters->count == 0;
	if (counters->count == COUNTERS_MAX)
		return error_set(error, EINVAL, "more than %d counters in a group", COUNTERS_MAX);
	/* The members follow their leader, so that one call switches all of them at once. */
	wanted.disabled = alone;
	wanted.read_format =
	    PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
	int fd = (int)syscall(SYS_perf_event_open, &wanted, 0, -1, alone ? -1 : counters->fd[0],
	                      PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return explain(errno, attr, alone, error);
	counters->fd[counters->count++] = fd;
	return 0;
}

void counters_start(struct counters *counters)
{
	if (counters->count)
		ioctl(counters->fd[0], PERF_EVENT_IOC_ENABLE, 0);
}

void counters_stop(struct counters *counters)
{
	if (counters->count)
		ioctl(counters->fd[0], PERF_EVENT_IOC_DISABLE, 0);
}

int counters_read(const struct counters *counters, struct counters_seen *seen, struct error *error)
{
	struct {
		uint64_t count, enabled_ns, running_ns, counts[COUNTERS_MAX];
	} group;
	ssize_t wanted = (ssize_t)((3 + counters->count) * sizeof(uint64_t));
	memset(seen, 0, sizeof(*seen));
	if (counters->count == 0)
		return 0;
	ssize_t got = read(counters->fd[0], &group, sizeof(group));
	if (got != wanted || group.count != counters->count)
		return error_set(error, EIO, "cannot read a group of counters: %s",
		                 got < 0 ? strerror(errno) : "it ended short");
	seen->enabled_ns = group.enabled_ns;
	seen->running_ns = group.running_ns;
	memcpy(seen->counts, group.counts, counters->count * sizeof(uint64_t));
	return 0;
}

void counters_drop_last(struct counters *counters)
{
	if (counters->count)
		close(counters->fd[--counters->count]);
}

void counters_close(struct counters *counters)
{
	while (counters->count)
		counters_drop_last(counters);
}
