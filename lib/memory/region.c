/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/memory/region.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/base/page_size.h"
#include "lib/memory/placement.h"

/*
 * Low in the address space, where a program has nothing: below it lies at the most one that was linked to a fixed address.
 * The kernel finds a mapping by its place among all others (a maple tree since Linux 6.1, a red-black tree before), so what
 * a fault costs would hang on how many libraries the program has: 70 instructions of 1,723 on 6.12. The first has nothing
 * before it.
 */
#define LOW_ADDRESS (1UL << 36)

/*
 * Address space for the region: on a PMD boundary, and with a PMD's worth of nothing on either side, so that no other
 * mapping merges with it or shares its page tables' lowest level.
 */
static char *reserve(size_t bytes, struct error *error)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	size_t whole = (bytes + PMD_BYTES - 1) / PMD_BYTES * PMD_BYTES + 3 * PMD_BYTES;
	char *all = mmap((void *)LOW_ADDRESS, whole, PROT_NONE, flags | MAP_FIXED_NOREPLACE, -1, 0);
	if (all == MAP_FAILED)
		all = mmap(NULL, whole, PROT_NONE, flags, -1, 0);
	if (all == MAP_FAILED) {
		error_set_errno(error, errno, "no address space for %zu bytes", whole);
		return NULL;
	}
	return (char *)(((uintptr_t)all + 2 * PMD_BYTES - 1) & ~(PMD_BYTES - 1));
}

static void access_every_page(struct region *region)
{
	for (size_t at = 0; at < region->bytes; at += BASE_PAGE_BYTES) {
		volatile uint64_t *page = (volatile uint64_t *)(region->start + at);
		/* The same value everywhere: KSM merges equal pages only. */
		if (region->mapping->read_only)
			(void)*page;
		else
			*page = 1;
	}
}

/* Takes the address range of a line of smaps that opens one; false where it is a line of figures. */
static bool take_range(const char *line, unsigned long *from, unsigned long *to)
{
	unsigned long first, last;
	char dash;
	if (sscanf(line, "%lx%c%lx", &first, &dash, &last) != 3 || dash != '-')
		return false;
	*from = first;
	*to = last;
	return true;
}

long region_pmd_mapped_pages(const struct region *region, struct error *error)
{
	FILE *smaps = fopen("/proc/self/smaps", "re");
	if (!smaps)
		return error_set_errno(error, errno, "cannot read /proc/self/smaps");
	unsigned long from = 0, to = 0, start = (unsigned long)region->start, kb, sum_kb = 0;
	char line[512], field[32];
	while (fgets(line, sizeof(line), smaps)) {
		if (take_range(line, &from, &to) || from < start || to > start + region->bytes)
			continue;
		if (sscanf(line, "%31s %lu kB", field, &kb) == 2 &&
		    (strcmp(field, "AnonHugePages:") == 0 || strcmp(field, "ShmemPmdMapped:") == 0 ||
		     strcmp(field, "FilePmdMapped:") == 0))
			sum_kb += kb;
	}
	fclose(smaps);
	return (long)(sum_kb * 1024 / BASE_PAGE_BYTES);
}

static int check_place(const struct region *region, int node, struct error *error)
{
	struct placement_census census;
	int err = placement_count(region->start, region->bytes, region->touch_bytes, node, &census, error);
	if (!err && census.on_node != region->touches)
		return error_set(error, EAGAIN, "the kernel put %zu of %zu pages on node %d", census.on_node,
		                 region->touches, node);
	return err;
}

/* The file's pages are allocated by the mapping already, so the placement comes first. */
static int make(struct region *region, int node, struct error *error)
{
	int err = placement_bind(node, error);
	if (!err && region->page->prepare)
		err = region->page->prepare(region->page, region->units, error);
	if (!err)
		err = region->mapping->map(region, error);
	if (err)
		return err;
	access_every_page(region);
	if (region->page->shape)
		err = region->page->shape(region, error);
	if (!err && region->mapping->settle)
		err = region->mapping->settle(region, error);
	if (!err)
		err = placement_default(error);
	return err ? err : placement_drain_lru(error);
}

void region_touch_base_pages(struct region *region)
{
	region->touch_bytes = BASE_PAGE_BYTES;
	region->touches = region->bytes / BASE_PAGE_BYTES;
}

int region_create(struct region *region, const struct mapping *mapping, const struct page_kind *page,
                  size_t units, int node, struct error *error)
{
	memset(region, 0, sizeof(*region));
	region->mapping = mapping;
	region->page = page;
	region->fd = -1;
	region->units = units ? units : page->units;
	region->bytes = region->units * page->unit_bytes;
	region->touch_bytes = page->touch_bytes;
	region->touches = region->bytes / page->touch_bytes;
	region->start = reserve(region->bytes, error);
	if (!region->start)
		return -ENOMEM;
	int err = make(region, node, error);
	return err ? err : check_place(region, node, error);
}
