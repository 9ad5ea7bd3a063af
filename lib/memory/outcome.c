/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/memory/outcome.h"

#include <errno.h>
#include <fcntl.h>
#include <numa.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lib/base/page_size.h"
#include "lib/base/settings.h"
#include "lib/base/textfile.h"
#include "lib/memory/placement.h"

#define MIN_FREE "/proc/sys/vm/min_free_kbytes"
#define CGROUPS  "/sys/fs/cgroup"
#define CGROUP   CGROUPS "/hintbench"

/* A node that a policy allows both of is as good as another: mpol_misplaced() says that the page may stay. */
static int force_skip(struct region *region, const struct case_nodes *nodes, struct error *error)
{
	(void)nodes;
	return placement_policy(region->start, region->bytes, POLICY_ALL_NODES, error);
}

/*
 * min_free_kbytes is spread over the zones by their size. A node's high watermark is half as much again as
 * its minimum (mm/page_alloc.c, __setup_per_zone_wmarks()): with the minimum at 4/5 of what is free,
 * allocations go on and a migration to it is refused.
 */
static int refusing_min_free_kb(int node, long long *kb, struct error *error)
{
	long long free_bytes, node_bytes = numa_node_size64(node, &free_bytes), all_bytes = 0;
	for (int i = 0; i <= numa_max_node(); i++) {
		long long bytes = numa_node_size64(i, NULL);
		all_bytes += bytes > 0 ? bytes : 0;
	}
	if (node_bytes <= 0)
		return error_set(error, EIO, "cannot read how much memory node %d has", node);
	*kb = (long long)((double)free_bytes * 0.8 * (double)all_bytes / (double)node_bytes / 1024);
	return 0;
}

static int force_refusal(struct region *region, const struct case_nodes *nodes, struct error *error)
{
	char value[32];
	long long kb = 0;
	(void)region;
	int err = refusing_min_free_kb(nodes->toucher, &kb, error);
	if (err)
		return err;
	snprintf(value, sizeof(value), "%lld", kb);
	return settings_write(MIN_FREE, value, error);
}

/* On a large machine the setting would have the kernel reclaim the memory of other programs. */
#define REFUSAL_MEMORY_MAX (16LL << 30)

static int refusal_available(struct error *error)
{
	long long all_bytes = 0;
	for (int i = 0; i <= numa_max_node(); i++)
		all_bytes += numa_node_size64(i, NULL);
	if (all_bytes > REFUSAL_MEMORY_MAX)
		return error_set(error, EOPNOTSUPP,
		                 "raising %s far enough would reclaim memory of other programs on a machine "
		                 "with %lld GiB; run it in the lab",
		                 MIN_FREE, all_bytes >> 30);
	return access(MIN_FREE, W_OK) == 0 ? 0 : error_set_errno(error, errno, "cannot write %s", MIN_FREE);
}

static bool lists_cpuset(const char *path)
{
	char text[512];
	return textfile_read(path, text, sizeof(text)) >= 0 && strstr(text, "cpuset");
}

static int cpuset_available(struct error *error)
{
	if (!lists_cpuset(CGROUPS "/cgroup.controllers"))
		return error_set(error, ENOSYS, "needs the cpuset controller of cgroup 2 at %s", CGROUPS);
	return access(CGROUPS, W_OK) == 0 ? 0 : error_set_errno(error, errno, "cannot write to %s", CGROUPS);
}

static int make_cpuset(struct error *error)
{
	int err = 0;
	if (!lists_cpuset(CGROUPS "/cgroup.subtree_control")) {
		err = settings_undo_with_write(CGROUPS "/cgroup.subtree_control", "-cpuset", error);
		if (!err)
			err = textfile_write(CGROUPS "/cgroup.subtree_control", "+cpuset");
		if (err)
			return error_set_errno(
			    error, -err, "cannot give the cpuset controller to cgroups below %s", CGROUPS);
	}
	err = settings_undo_with_rmdir(CGROUP, error);
	if (!err && mkdir(CGROUP, 0755) != 0 && errno != EEXIST)
		err = error_set_errno(error, errno, "cannot make the cgroup %s", CGROUP);
	return err;
}

/* The destination isn't among the memory that the task may have: its allocation fails before anything is unmapped. */
static int force_early_failure(struct region *region, const struct case_nodes *nodes, struct error *error)
{
	char node[16], pid[16];
	(void)region;
	snprintf(node, sizeof(node), "%d", nodes->memory);
	snprintf(pid, sizeof(pid), "%d", getpid());
	int err = make_cpuset(error);
	if (err)
		return err;
	err = textfile_write(CGROUP "/cpuset.mems", node);
	if (!err)
		err = textfile_write(CGROUP "/cgroup.procs", pid);
	return err ? error_set_errno(error, -err, "cannot move a task into the cpuset %s", CGROUP) : 0;
}

/* A reference that the migration doesn't know of, a folio each: it fails when the mapping is taken down already. */
static int force_late_failure(struct region *region, const struct case_nodes *nodes, struct error *error)
{
	int ends[2];
	(void)nodes;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return error_set_errno(error, errno, "cannot make a pipe");
	if (fcntl(ends[1], F_SETPIPE_SZ, (int)(region->units * BASE_PAGE_BYTES)) < 0)
		return error_set_errno(error, errno, "cannot make a pipe of %zu pages", region->units);
	for (size_t unit = 0; unit < region->units; unit++) {
		struct iovec page = {region->start + unit * region->page->unit_bytes, BASE_PAGE_BYTES};
		if (vmsplice(ends[1], &page, 1, 0) != (ssize_t)BASE_PAGE_BYTES)
			return error_set_errno(error, errno, "cannot splice page %zu into a pipe", unit);
	}
	return 0;
}

const struct outcome outcomes[] = {
    {
        .name = "local",
        .what = "touched from the page's own node: it stays",
    },
    {
        .name = "skip",
        .what = "touched from another node, but a policy allows both: no migration is tried",
        .far = true,
        .force = force_skip,
    },
    {
        .name = "migrate",
        .what = "touched from another node, which takes the page",
        .far = true,
        .migrates = true,
    },
    {
        .name = "refused",
        .what = "touched from another node, which is under its high watermark: no migration is begun",
        .far = true,
        .available = refusal_available,
        .force = force_refusal,
    },
    {
        .name = "fail-early",
        .what = "a migration fails before it unmaps the page: its destination can't be allocated (cpuset)",
        .far = true,
        .fails = true,
        .available = cpuset_available,
        .force = force_early_failure,
    },
    {
        .name = "fail-late",
        .what = "a migration fails after it unmapped the page: somebody holds a reference (vmsplice)",
        .far = true,
        .fails = true,
        .force = force_late_failure,
    },
    {0},
};

int outcome_confirm(const struct outcome *outcome, const struct outcome_seen *seen, struct error *error)
{
	uint64_t wanted = outcome->migrates ? seen->touches : 0;
	bool reached = seen->foreign ? seen->migrated >= wanted : seen->migrated == wanted;
	if (!reached)
		return error_set(error, EAGAIN, "%llu of %llu pages migrated, %s was asked for",
		                 (unsigned long long)seen->migrated, (unsigned long long)seen->touches,
		                 outcome->name);
	if (outcome->fails && seen->failures < seen->units)
		return error_set(
		    error, EAGAIN, "%llu migrations of %llu units failed (pgmigrate_fail), %s was asked for",
		    (unsigned long long)seen->failures, (unsigned long long)seen->units, outcome->name);
	if (!outcome->fails && seen->failures > 0)
		return error_set(error, EAGAIN, "%llu migrations failed (pgmigrate_fail), %s was asked for",
		                 (unsigned long long)seen->failures, outcome->name);
	return 0;
}
