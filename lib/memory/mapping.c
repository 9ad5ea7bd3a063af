/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mappings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/page_size.h"
#include "lib/memory/ksm.h"
#include "lib/memory/placement.h"
#include "lib/memory/region.h"
#include "lib/memory/scratch.h"
#include "lib/memory/track.h"

static int map_with(struct region *region, int flags, struct error *error)
{
	if (mmap(region->start, region->bytes, PROT_READ | PROT_WRITE, flags | MAP_FIXED, region->fd, 0) ==
	    MAP_FAILED)
		return error_set_errno(error, errno, "cannot map %zu bytes", region->bytes);
	return 0;
}

static int map_anonymous(struct region *region, struct error *error)
{
	return map_with(region, MAP_PRIVATE | MAP_ANONYMOUS, error);
}

/*
 * Clean entries that are still writable: MADV_FREE clears the dirty bit and leaves the write bit
 * (mm/madvise.c, madvise_free_pte_range()).
 */
static int settle_clean(struct region *region, struct error *error)
{
	if (madvise(region->start, region->bytes, MADV_FREE) != 0)
		return error_set_errno(error, errno, "cannot clean a range with MADV_FREE");
	return 0;
}

static int map_shmem(struct region *region, struct error *error)
{
	return map_with(region, MAP_SHARED | MAP_ANONYMOUS, error);
}

static int map_memfd(struct region *region, struct error *error)
{
	region->fd = memfd_create("hintbench", MFD_CLOEXEC);
	if (region->fd < 0 || ftruncate(region->fd, (off_t)region->bytes) != 0)
		return error_set_errno(error, errno, "cannot make a memfd of %zu bytes", region->bytes);
	return map_with(region, MAP_SHARED, error);
}

/*
 * Without a policy of its own with MPOL_F_NUMA_BALANCING older scanners pass shmem by: vma_policy_mof() took
 * no policy for one that forbids it (mm/mempolicy.c of 6.1; that of 7.3 looks at the task's policy instead).
 */
static int settle_balanced(struct region *region, struct error *error)
{
	return placement_policy(region->start, region->bytes, POLICY_ALL_BALANCED, error);
}

static int balancing_policy_available(const struct mapping *mapping, struct error *error)
{
	(void)mapping;
	char *page = mmap(NULL, BASE_PAGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return error_set_errno(error, errno, "no memory for a page");
	int err = placement_policy(page, BASE_PAGE_BYTES, POLICY_ALL_BALANCED, NULL);
	munmap(page, BASE_PAGE_BYTES);
	return err ? error_set(error, ENOSYS,
	                       "this kernel has no MPOL_F_NUMA_BALANCING (Linux 5.12): shmem is never armed")
	           : 0;
}

static int file_available(const struct mapping *mapping, struct error *error)
{
	return scratch_available(mapping->filesystem, error);
}

/* No read-ahead at faults: it brings folios of several pages where the filesystem has them (xfs, Linux 5.18). */
static int map_file(struct region *region, int flags, struct error *error)
{
	int err = map_with(region, flags, error);
	if (!err && madvise(region->start, region->bytes, MADV_RANDOM) != 0)
		err = error_set_errno(error, errno, "cannot turn read-ahead off");
	return err;
}

static int map_shared_file(struct region *region, struct error *error)
{
	region->fd = scratch_open(region->mapping->filesystem, region->bytes, error);
	return region->fd < 0 ? region->fd : map_file(region, MAP_SHARED, error);
}

/* Written back: clean pages, whose entries are read-only until page_mkwrite (writenotify). */
static int settle_written_back(struct region *region, struct error *error)
{
	if (msync(region->start, region->bytes, MS_SYNC) != 0)
		return error_set_errno(error, errno, "cannot write back a mapped file");
	return 0;
}

/* A file whose pages are in the page cache, on the thread's node, and clean: the scanner passes dirty ones by. */
static int map_private_file(struct region *region, struct error *error)
{
	region->fd = scratch_open(region->mapping->filesystem, region->bytes, error);
	if (region->fd < 0)
		return region->fd;
	char page[64 << 10]; /* no base page is larger */
	memset(page, 1, BASE_PAGE_BYTES);
	for (size_t at = 0; at < region->bytes; at += BASE_PAGE_BYTES)
		if (pwrite(region->fd, page, BASE_PAGE_BYTES, (off_t)at) != (ssize_t)BASE_PAGE_BYTES)
			return error_set_errno(error, errno, "cannot write a file of %zu bytes",
			                       region->bytes);
	if (fsync(region->fd) != 0)
		return error_set_errno(error, errno, "cannot write back a file");
	return map_file(region, MAP_PRIVATE, error);
}

static int map_hugetlb_shared(struct region *region, struct error *error)
{
	return map_with(region, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB, error);
}

static int map_hugetlb_private(struct region *region, struct error *error)
{
	return map_with(region, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, error);
}

static int ksm_available_for(const struct mapping *mapping, struct error *error)
{
	(void)mapping;
	return ksm_available(error);
}

static int settle_ksm(struct region *region, struct error *error)
{
	return ksm_merge(region->start, region->bytes, error);
}

#define ALL_TRANSPARENT (PAGE_BASE | PAGE_FOLIO | PAGE_PMD | PAGE_PMD_IN_PTES | PAGE_PMD_SPLIT_ARMED)

const struct mapping mappings[] = {
    {
        .name = "anon",
        .what = "private anonymous memory, written",
        .pages = ALL_TRANSPARENT,
        .tracks = TRACK_SOFT_DIRTY | TRACK_UFFD_WP,
        .forks = true,
        .swaps = true,
        .map = map_anonymous,
    },
    {
        .name = "shmem",
        .what = "shared anonymous memory with a policy of its own, MPOL_BIND | MPOL_F_NUMA_BALANCING",
        .pages = PAGE_BASE | PAGE_PMD,
        .tracks = TRACK_UFFD_WP,
        .swaps = true,
        .available = balancing_policy_available,
        .map = map_shmem,
        .settle = settle_balanced,
    },
    {
        .name = "file",
        .what = "a shared mapping of a file on ext4, its pages clean (writenotify)",
        .pages = PAGE_BASE,
        .filesystem = FILESYSTEM_EXT4,
        .available = file_available,
        .map = map_shared_file,
        .settle = settle_written_back,
    },
    {
        .name = "anon-clean",
        .what = "private anonymous memory, its entries clean and writable (MADV_FREE)",
        .pages = PAGE_BASE,
        .map = map_anonymous,
        .settle = settle_clean,
    },
    {
        .name = "shmem-default",
        .what = "shared anonymous memory without a policy of its own",
        .pages = PAGE_BASE | PAGE_PMD,
        .tracks = TRACK_UFFD_WP,
        .swaps = true,
        .map = map_shmem,
    },
    {
        .name = "memfd",
        .what = "a memfd, with a policy of its own as for shmem",
        .pages = PAGE_BASE | PAGE_PMD,
        .available = balancing_policy_available,
        .map = map_memfd,
        .settle = settle_balanced,
    },
    {
        .name = "memfd-default",
        .what = "a memfd without a policy of its own",
        .pages = PAGE_BASE | PAGE_PMD,
        .map = map_memfd,
    },
    {
        .name = "file-dirty",
        .what = "a shared mapping of a file on ext4, its pages dirty",
        .unscanned = true,
        .pages = PAGE_BASE,
        .filesystem = FILESYSTEM_EXT4,
        .available = file_available,
        .map = map_shared_file,
    },
    {
        .name = "xfs",
        .what = "a shared mapping of a file on xfs, its pages clean (writenotify)",
        .pages = PAGE_BASE,
        .filesystem = FILESYSTEM_XFS,
        .available = file_available,
        .map = map_shared_file,
        .settle = settle_written_back,
    },
    {
        .name = "xfs-dirty",
        .what = "a shared mapping of a file on xfs, its pages dirty",
        .unscanned = true,
        .pages = PAGE_BASE,
        .filesystem = FILESYSTEM_XFS,
        .available = file_available,
        .map = map_shared_file,
    },
    {
        .name = "private",
        .what = "a private mapping of a file on ext4: page-cache pages, only read",
        .pages = PAGE_BASE,
        .read_only = true,
        .filesystem = FILESYSTEM_EXT4,
        .available = file_available,
        .map = map_private_file,
    },
    {
        .name = "private-cow",
        .what = "a private mapping of a file on ext4: pages that a write copied",
        .pages = PAGE_BASE,
        .forks = true,
        .filesystem = FILESYSTEM_EXT4,
        .available = file_available,
        .map = map_private_file,
    },
    {
        .name = "hugetlb",
        .what = "shared hugetlb pages",
        .unscanned = true,
        .pages = PAGE_HUGETLB,
        .map = map_hugetlb_shared,
    },
    {
        .name = "hugetlb-private",
        .what = "private hugetlb pages",
        .unscanned = true,
        .pages = PAGE_HUGETLB,
        .map = map_hugetlb_private,
    },
    {
        .name = "ksm",
        .what = "private anonymous pages merged by KSM",
        .unscanned = true,
        .pages = PAGE_BASE,
        .available = ksm_available_for,
        .map = map_anonymous,
        .settle = settle_ksm,
    },
    {0},
};
