/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/memory/track.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/base/page_size.h"
#include "lib/base/textfile.h"
#include "lib/memory/pagemap.h"

/* Linux 5.19, 6.4 and 6.7; the headers of a distribution may be older. */
#ifndef UFFD_FEATURE_WP_HUGETLBFS_SHMEM
#define UFFD_FEATURE_WP_HUGETLBFS_SHMEM (1 << 12)
#endif
#ifndef UFFD_FEATURE_WP_ASYNC
#define UFFD_FEATURE_WP_ASYNC (1 << 15)
#endif

static long count_pages(const struct tracker *tracker, uint64_t bits, struct error *error)
{
	const struct region *region = tracker->region;
	return pagemap_count(region->start, region->bytes, region->touch_bytes, bits, error);
}

/* A fresh page that was written is soft-dirty, where the kernel has such a bit. */
static int soft_dirty_available(const struct track *track, const struct mapping *mapping, struct error *error)
{
	(void)track;
	(void)mapping;
	char *page = mmap(NULL, BASE_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return error_set_errno(error, errno, "no memory for a page");
	*(volatile char *)page = 1;
	long dirty = pagemap_count(page, BASE_PAGE_BYTES, BASE_PAGE_BYTES, PAGEMAP_SOFT_DIRTY, error);
	munmap(page, BASE_PAGE_BYTES);
	if (dirty == 0)
		return error_set(error, ENOSYS,
		                 "this kernel doesn't track soft-dirty pages (CONFIG_MEM_SOFT_DIRTY)");
	return dirty < 0 ? (int)dirty : 0;
}

static int soft_dirty_start(struct tracker *tracker, struct error *error)
{
	(void)tracker;
	int err = textfile_write("/proc/self/clear_refs", "4");
	return err ? error_set_errno(error, -err, "cannot clear soft-dirty bits (/proc/self/clear_refs)") : 0;
}

static long soft_dirty_written(const struct tracker *tracker, struct error *error)
{
	return count_pages(tracker, PAGEMAP_SOFT_DIRTY, error);
}

/* Whether one VMA holds both addresses. */
static bool in_one_vma(const char *first, const char *second)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	bool found = false;
	while (maps && !found && fgets(line, sizeof(line), maps)) {
		unsigned long from, to;
		if (sscanf(line, "%lx-%lx", &from, &to) == 2)
			found = from <= (unsigned long)first && (unsigned long)first < to &&
			        from <= (unsigned long)second && (unsigned long)second < to;
	}
	if (maps)
		fclose(maps);
	return found;
}

/*
 * A new mapping is soft-dirty as a whole (VM_SOFTDIRTY), and merging it with the region makes the region so
 * as well: the pages' entries stay write-protected in a VMA that doesn't ask for it any more.
 */
static int soft_dirty_merge_start(struct tracker *tracker, struct error *error)
{
	char *end = tracker->region->start + tracker->region->bytes;
	int err = soft_dirty_start(tracker, error);
	if (err)
		return err;
	if (mmap(end, BASE_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
	         0) == MAP_FAILED)
		return error_set_errno(error, errno, "cannot map a page behind the region");
	if (!in_one_vma(tracker->region->start, end))
		return error_set(error, EAGAIN, "the kernel did not merge a new mapping with the region");
	return 0;
}

static int open_uffd(uint64_t features, struct error *error)
{
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (fd < 0)
		return error_set_errno(error, errno == EPERM ? EACCES : errno, "cannot open a userfaultfd");
	struct uffdio_api api = {.api = UFFD_API, .features = features};
	if (ioctl(fd, UFFDIO_API, &api) != 0) {
		close(fd);
		return error_set(error, ENOSYS, "this kernel's userfaultfd lacks a feature of 0x%llx",
		                 (unsigned long long)features);
	}
	return fd;
}

static uint64_t uffd_features(const struct track *track, const struct mapping *mapping)
{
	bool anonymous = mapping->forks;
	return UFFD_FEATURE_PAGEFAULT_FLAG_WP | track->features |
	       (anonymous ? 0 : UFFD_FEATURE_WP_HUGETLBFS_SHMEM);
}

static int uffd_available(const struct track *track, const struct mapping *mapping, struct error *error)
{
	int fd = open_uffd(uffd_features(track, mapping), error);
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

static int set_protection(int uffd, char *start, size_t bytes, bool protect)
{
	struct uffdio_writeprotect request = {
	    .range = {.start = (uintptr_t)start, .len = bytes},
	    .mode = protect ? UFFDIO_WRITEPROTECT_MODE_WP : 0,
	};
	return ioctl(uffd, UFFDIO_WRITEPROTECT, &request) == 0 ? 0 : -errno;
}

/* Takes the events and lets each page go that was written to. */
static void *handle_events(void *data)
{
	struct tracker *tracker = data;
	struct region *region = tracker->region;
	struct uffd_msg message;
	while (read(tracker->uffd, &message, sizeof(message)) == sizeof(message)) {
		if (message.event != UFFD_EVENT_PAGEFAULT)
			continue;
		size_t page = (size_t)((char *)(uintptr_t)message.arg.pagefault.address - region->start) /
		              region->touch_bytes;
		tracker->told[page] = 1;
		tracker->events++;
		set_protection(tracker->uffd, region->start + page * region->touch_bytes, region->touch_bytes,
		               false);
	}
	return NULL;
}

static int uffd_start(struct tracker *tracker, struct error *error)
{
	struct region *region = tracker->region;
	tracker->uffd = open_uffd(uffd_features(tracker->track, region->mapping), error);
	if (tracker->uffd < 0)
		return tracker->uffd;
	struct uffdio_register request = {
	    .range = {.start = (uintptr_t)region->start, .len = region->bytes},
	    .mode = UFFDIO_REGISTER_MODE_WP,
	};
	if (ioctl(tracker->uffd, UFFDIO_REGISTER, &request) != 0)
		return error_set_errno(error, errno, "cannot register a range with userfaultfd");
	tracker->told = calloc(region->bytes / BASE_PAGE_BYTES, 1);
	if (!tracker->told)
		return error_set(error, ENOMEM, "no memory for the events of userfaultfd");
	int err = pthread_create(&tracker->handler, NULL, handle_events, tracker);
	if (err)
		return error_set_errno(error, err, "cannot start a thread for userfaultfd");
	if (!tracker->track->protects)
		return 0;
	err = set_protection(tracker->uffd, region->start, region->bytes, true);
	if (err)
		return error_set_errno(error, -err, "cannot write-protect a range with userfaultfd");
	tracker->told_by_pagemap = count_pages(tracker, PAGEMAP_UFFD_WP, NULL) == (long)region->touches;
	return 0;
}

/* Pages whose protection is gone. */
static long uffd_written(const struct tracker *tracker, struct error *error)
{
	if (!tracker->told_by_pagemap)
		return error_set(error, ENODATA,
		                 "pagemap doesn't tell which pages are write-protected (Linux 5.14)");
	long protected = count_pages(tracker, PAGEMAP_UFFD_WP, error);
	return protected < 0 ? protected : (long)tracker->region->touches - protected;
}

const struct track tracks[] = {
    {
        .name = "none",
        .what = "writes aren't tracked",
    },
    {
        .name = "soft-dirty",
        .what = "soft-dirty bits were cleared",
        .bit = TRACK_SOFT_DIRTY,
        .protects = true,
        .available = soft_dirty_available,
        .start = soft_dirty_start,
        .written = soft_dirty_written,
    },
    {
        .name = "soft-dirty-merge",
        .what = "soft-dirty bits were cleared, then a VMA merge set VM_SOFTDIRTY on all of it",
        .bit = TRACK_SOFT_DIRTY,
        .protects = true,
        .available = soft_dirty_available,
        .start = soft_dirty_merge_start,
        .written = soft_dirty_written,
    },
    {
        .name = "uffd-wp",
        .what = "write-protected by userfaultfd, each write an event that is waited for",
        .bit = TRACK_UFFD_WP,
        .protects = true,
        .delivers = true,
        .available = uffd_available,
        .start = uffd_start,
        .written = uffd_written,
    },
    {
        .name = "uffd-wp-async",
        .what = "write-protected by userfaultfd, the kernel notes writes by itself",
        .bit = TRACK_UFFD_WP,
        .protects = true,
        .features = UFFD_FEATURE_WP_ASYNC,
        .available = uffd_available,
        .start = uffd_start,
        .written = uffd_written,
    },
    {
        .name = "uffd-registered",
        .what = "registered with userfaultfd for write protection, but not protected",
        .bit = TRACK_UFFD_WP,
        .available = uffd_available,
        .start = uffd_start,
    },
    {0},
};

int tracker_start(struct tracker *tracker, const struct track *track, struct region *region,
                  struct error *error)
{
	*tracker = (struct tracker){.track = track, .region = region, .uffd = -1};
	return track->start ? track->start(tracker, error) : 0;
}

long tracker_written(const struct tracker *tracker, struct error *error)
{
	return tracker->track->written ? tracker->track->written(tracker, error) : -ENODATA;
}

long tracker_lost(const struct tracker *tracker, struct error *error)
{
	long caught = 0;
	if (!tracker->track->protects)
		return 0;
	if (tracker->track->delivers)
		for (size_t page = 0; page < tracker->region->touches; page++)
			caught += tracker->told[page];
	else
		caught = tracker_written(tracker, error);
	return caught < 0 ? caught : (long)tracker->region->touches - caught;
}
