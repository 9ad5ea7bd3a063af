/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of page. */
#include <errno.h>
#include <glob.h>
#include <numa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/page_size.h"
#include "lib/base/settings.h"
#include "lib/base/textfile.h"
#include "lib/memory/pagemap.h"
#include "lib/memory/region.h"

#define THP_DIR "/sys/kernel/mm/transparent_hugepage/"

/* Lets anonymous memory have folios of `wanted_kb` only, where the kernel has sizes (mTHP, Linux 6.8). */
static int allow_folio_size(size_t wanted_kb, struct error *error)
{
	glob_t sizes;
	int err = 0;
	if (glob(THP_DIR "hugepages-*kB/enabled", 0, NULL, &sizes) != 0)
		return 0;
	for (size_t i = 0; !err && i < sizes.gl_pathc; i++) {
		size_t kb = strtoul(sizes.gl_pathv[i] + strlen(THP_DIR "hugepages-"), NULL, 10);
		const char *others = kb == PMD_BYTES / 1024 ? "inherit" : "never";
		err = settings_write(sizes.gl_pathv[i], kb == wanted_kb ? "always" : others, error);
	}
	globfree(&sizes);
	return err;
}

/*
 * Settings instead of madvise(): VM_HUGEPAGE and VM_NOHUGEPAGE would keep a VMA from merging with a new
 * neighbour, which the cases of soft-dirty tracking need.
 */
static int allow_folios(size_t wanted_kb, struct error *error)
{
	const char *pmds = wanted_kb == PMD_BYTES / 1024 ? "always" : "never";
	if (access(THP_DIR "enabled", F_OK) != 0)
		return 0;
	int err = settings_write(THP_DIR "enabled", pmds, error);
	if (!err)
		err = settings_write(THP_DIR "defrag", "always", error);
	if (!err && access(THP_DIR "shmem_enabled", F_OK) == 0)
		err = settings_write(THP_DIR "shmem_enabled", pmds, error);
	return err ? err : allow_folio_size(wanted_kb, error);
}

int region_prepare(struct error *error)
{
	static const char path[] = THP_DIR "khugepaged/scan_sleep_millisecs";
	return access(path, W_OK) == 0 ? settings_write(path, "86400000", error) : 0;
}

static int prepare_transparent(const struct page_kind *page, size_t units, struct error *error)
{
	(void)units;
	return allow_folios(page->unit_bytes == BASE_PAGE_BYTES ? 0 : page->unit_bytes / 1024, error);
}

static int thp_available(const struct page_kind *page, struct error *error)
{
	(void)page;
	if (access(THP_DIR "enabled", W_OK) != 0)
		return error_set(error, ENOSYS, "this kernel has no transparent huge pages (%senabled)",
		                 THP_DIR);
	return 0;
}

static int folio_available(const struct page_kind *page, struct error *error)
{
	char path[128];
	snprintf(path, sizeof(path), THP_DIR "hugepages-%zukB/enabled", page->unit_bytes / 1024);
	if (access(path, W_OK) != 0)
		return error_set(error, ENOSYS, "this kernel has no anonymous folios of %zuk (%s)",
		                 page->unit_bytes / 1024, path);
	return 0;
}

static int check_folios(struct region *region, struct error *error)
{
	long folios = pagemap_count_folios(region->start, region->bytes, region->page->unit_bytes, error);
	if (folios < 0)
		return (int)folios;
	if ((size_t)folios != region->units)
		return error_set(error, EAGAIN, "the kernel gave %ld of %zu units as folios of %zuk", folios,
		                 region->units, region->page->unit_bytes / 1024);
	return 0;
}

static int check_pmds(struct region *region, struct error *error)
{
	long pages = region_pmd_mapped_pages(region, error);
	if (pages < 0)
		return (int)pages;
	if ((size_t)pages != region->bytes / BASE_PAGE_BYTES)
		return error_set(error, EAGAIN, "the kernel gave %ld of %zu units as THPs mapped by a PMD",
		                 pages / (long)PMD_PAGES, region->units);
	return 0;
}

/*
 * Splits the PMDs and leaves the folios whole. A VMA that ends inside a huge page splits its PMD (mm/huge_memory.c,
 * vma_adjust_trans_huge()); the flag that makes a VMA end there changes nothing else, and goes away again.
 */
static int split_pmds(struct region *region, struct error *error)
{
	for (char *at = region->start; at < region->start + region->bytes; at += PMD_BYTES)
		if (madvise(at, BASE_PAGE_BYTES, MADV_DONTDUMP) != 0 ||
		    madvise(at, BASE_PAGE_BYTES, MADV_DODUMP) != 0)
			return error_set_errno(error, errno, "cannot split a VMA with MADV_DONTDUMP");
	long left = region_pmd_mapped_pages(region, error);
	if (left > 0)
		return error_set(error, EAGAIN, "%ld PMDs were not split", left / (long)PMD_PAGES);
	return (int)left;
}

static int shape_pte_mapped(struct region *region, struct error *error)
{
	int err = check_pmds(region, error);
	if (!err)
		err = split_pmds(region, error);
	return err ? err : check_folios(region, error);
}

static void hugetlb_path(int node, char *path, size_t path_bytes)
{
	snprintf(path, path_bytes, "/sys/devices/system/node/node%d/hugepages/hugepages-%zukB/nr_hugepages",
	         node, PMD_BYTES / 1024);
}

static int hugetlb_available(const struct page_kind *page, struct error *error)
{
	char path[128];
	(void)page;
	hugetlb_path(0, path, sizeof(path));
	if (PMD_BYTES != 2UL << 20)
		return error_set(error, ENOSYS, "on this kernel a PMD maps %zuM, not 2M", PMD_BYTES >> 20);
	if (access(path, W_OK) != 0)
		return error_set(error, ENOSYS, "this kernel has no hugetlb pages of 2M (%s)", path);
	return 0;
}

/* Pages on every node: those that are migrated need room at their destination. */
static int prepare_hugetlb(const struct page_kind *page, size_t units, struct error *error)
{
	char path[128], wanted[32], got[32];
	(void)page;
	snprintf(wanted, sizeof(wanted), "%zu", units + 1);
	for (int node = 0; node <= numa_max_node(); node++) {
		hugetlb_path(node, path, sizeof(path));
		if (access(path, W_OK) != 0 || numa_node_size64(node, NULL) <= 0)
			continue;
		int err = settings_write(path, wanted, error);
		if (err)
			return err;
		textfile_read(path, got, sizeof(got));
		if (strtoul(got, NULL, 10) < units + 1)
			return error_set(error, EAGAIN, "node %d has room for %s of %s hugetlb pages", node,
			                 got, wanted);
	}
	return allow_folios(0, error);
}

/* Is there in the table for the kernels that have such base pages. */
static int no_such_page(const struct page_kind *page, struct error *error)
{
	size_t kb = BASE_PAGE_BYTES / 1024;
	return error_set(error, ENOSYS,
	                 "this kernel's base pages are of %zuk: ask for page=%zuk instead of page=%s", kb, kb,
	                 page->name);
}

/* A size is that of base pages, or of folios: what it is here, size_kinds() says. */
#define SIZE_KIND(name_, kb_)                                \
	{                                                    \
		.name = (name_), .unit_bytes = (kb_)*1024UL, \
		.units = (kb_) == 4         ? 1024           \
		         : 4096 / (kb_) < 8 ? 8              \
		                            : 4096 / (kb_),  \
		.prepare = prepare_transparent,              \
	}

struct page_kind page_kinds[] = {
    SIZE_KIND("4k", 4),
    SIZE_KIND("16k", 16),
    SIZE_KIND("32k", 32),
    SIZE_KIND("64k", 64),
    SIZE_KIND("128k", 128),
    SIZE_KIND("256k", 256),
    SIZE_KIND("512k", 512),
    SIZE_KIND("1m", 1024),
    {
        .name = "thp",
        .what = "transparent huge pages, each mapped by a PMD",
        .bit = PAGE_PMD,
        .unit = "pmd",
        .units = 4,
        .available = thp_available,
        .prepare = prepare_transparent,
        .shape = check_pmds,
    },
    {
        .name = "thp-pte",
        .what = "transparent huge pages mapped by PTEs, since their PMDs were split",
        .bit = PAGE_PMD_IN_PTES,
        .unit = "folio",
        .units = 4,
        .available = thp_available,
        .prepare = prepare_transparent,
        .shape = shape_pte_mapped,
    },
    {
        .name = "thp-split",
        .what = "transparent huge pages whose PMDs are split after they were armed",
        .bit = PAGE_PMD_SPLIT_ARMED,
        .unit = "pmd",
        .units = 4,
        .available = thp_available,
        .prepare = prepare_transparent,
        .shape = check_pmds,
        .shape_armed = split_pmds,
    },
    {
        .name = "2m",
        .what = "hugetlb pages",
        .bit = PAGE_HUGETLB,
        .unit = "pmd",
        .units = 4,
        .available = hugetlb_available,
        .prepare = prepare_hugetlb,
    },
    {0},
};

/* Base pages, folios, or pages that this kernel doesn't have. */
static void size_kind(struct page_kind *kind)
{
	bool base = kind->unit_bytes == BASE_PAGE_BYTES;
	kind->touch_bytes = BASE_PAGE_BYTES;
	if (base || kind->unit_bytes == 4096) {
		kind->what = "base pages";
		kind->bit = PAGE_BASE;
		kind->unit = "page";
		kind->units = 1024;
		kind->available = base ? NULL : no_such_page;
	} else {
		kind->what = "anonymous folios of this size (mTHP)";
		kind->bit = PAGE_FOLIO;
		kind->unit = "folio";
		kind->available = folio_available;
		kind->shape = check_folios;
	}
}

/* Puts the kind of base pages first: it is what a family measures that doesn't ask for a kind. */
static void base_first(void)
{
	struct page_kind *base = page_kinds;
	while (base->name && base->unit_bytes != BASE_PAGE_BYTES)
		base++;
	if (!base->name)
		return;
	const struct page_kind first = *base;
	memmove(page_kinds + 1, page_kinds, (size_t)((char *)base - (char *)page_kinds));
	page_kinds[0] = first;
}

static void __attribute__((constructor(PAGE_SIZE_CONSTRUCTOR + 1))) size_kinds(void)
{
	const int by_pmd = PAGE_PMD | PAGE_HUGETLB;
	base_first();
	for (struct page_kind *kind = page_kinds; kind->name; kind++) {
		if (kind->unit_bytes) {
			size_kind(kind);
			continue;
		}
		kind->unit_bytes = PMD_BYTES;
		kind->touch_bytes = kind->bit & by_pmd ? PMD_BYTES : BASE_PAGE_BYTES;
	}
}
