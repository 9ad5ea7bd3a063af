/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mappings. */
#include <errno.h>
#include <sys/mman.h>

#include "lib/cpu.h"
#include "lib/place.h"
#include "lib/region.h"
#include "lib/scratch.h"

static int map_flags(struct region *region, int flags, struct reason *why)
{
	if (mmap(region->start, region->bytes, PROT_READ | PROT_WRITE, flags | MAP_FIXED, region->fd, 0) ==
	    MAP_FAILED)
		return because_errno(why, errno, "cannot map %zu bytes", region->bytes);
	return 0;
}

static int map_anonymous(struct region *region, struct reason *why)
{
	return map_flags(region, MAP_PRIVATE | MAP_ANONYMOUS, why);
}

static int map_shmem(struct region *region, struct reason *why)
{
	return map_flags(region, MAP_SHARED | MAP_ANONYMOUS, why);
}

/* Without a policy with MPOL_F_NUMA_BALANCING the scanner passes shmem by (kernel/sched/fair.c,
 * vma_policy_mof()). */
static int settle_shmem(struct region *region, struct reason *why)
{
	return place_policy(region->start, region->bytes, POLICY_ALL_BALANCED, why);
}

static int balancing_policy_available(const struct mapping *mapping, struct reason *why)
{
	(void)mapping;
	char *page = mmap(NULL, BASE_PAGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return because_errno(why, errno, "no memory for a page");
	int err = place_policy(page, BASE_PAGE_BYTES, POLICY_ALL_BALANCED, why);
	munmap(page, BASE_PAGE_BYTES);
	return err;
}

static int file_available(const struct mapping *mapping, struct reason *why)
{
	return scratch_available(mapping->filesystem, why);
}

static int map_shared_file(struct region *region, struct reason *why)
{
	region->fd = scratch_open(region->mapping->filesystem, region->bytes, why);
	return region->fd < 0 ? region->fd : map_flags(region, MAP_SHARED, why);
}

/* Written back: clean pages whose entries are read-only until page_mkwrite (writenotify). */
static int settle_shared_file(struct region *region, struct reason *why)
{
	if (!region->mapping->dirty && msync(region->start, region->bytes, MS_SYNC) != 0)
		return because_errno(why, errno, "cannot write back a mapped file");
	return 0;
}

const struct mapping mappings[] = {
    {
        .name = "anon",
        .what = "private anonymous memory, written",
        .pages = PAGE_BASE | PAGE_FOLIO | PAGE_PMD | PAGE_PMD_IN_PTES,
        .private_anonymous = true,
        .map = map_anonymous,
    },
    {
        .name = "shmem",
        .what = "shared anonymous memory with a policy of its own, MPOL_BIND | MPOL_F_NUMA_BALANCING",
        .pages = PAGE_BASE | PAGE_PMD,
        .shmem = true,
        .own_policy = true,
        .available = balancing_policy_available,
        .map = map_shmem,
        .settle = settle_shmem,
    },
    {
        .name = "file",
        .what = "a shared mapping of a file on ext4, its pages clean (writenotify)",
        .pages = PAGE_BASE,
        .filesystem = FILESYSTEM_EXT4,
        .available = file_available,
        .map = map_shared_file,
        .settle = settle_shared_file,
    },
    {0},
};
