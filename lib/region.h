/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory that a case measures: a mapping (what backs it) of a kind of page. Both are tables; a new
 * mapping or kind of page is a row in lib/mapping.c or lib/page.c, and every family that can use it has it.
 */
#ifndef HINTBENCH_REGION_H
#define HINTBENCH_REGION_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/reason.h"

struct region;

/* Kinds of pages, as bits: which ones a mapping can have. */
enum {
	PAGE_BASE = 1 << 0,        /* 4K pages */
	PAGE_FOLIO = 1 << 1,       /* folios of more than a page and less than a PMD: mTHP */
	PAGE_PMD = 1 << 2,         /* a THP mapped by a PMD */
	PAGE_PMD_IN_PTES = 1 << 3, /* a THP whose PMD was split, before or after arming */
	PAGE_HUGETLB = 1 << 4,
};

struct page_kind {
	const char *name; /* as in a case's name */
	const char *what;
	int bit;
	const char *unit; /* what takes one hint fault: "page", "folio", "pmd" */
	size_t unit_bytes;
	size_t touch_bytes; /* an access every so many bytes: the page whose write permission is asked for */
	size_t units;       /* how many a case measures unless told */
	/* Whether this kernel can make it. NULL: always. */
	int (*available)(const struct page_kind *page, struct reason *why);
	/* Kernel settings for it, before the mapping is populated. */
	int (*prepare)(const struct page_kind *page, struct reason *why);
	/* Brings the populated region to this kind. NULL: it is. */
	int (*shape)(struct region *region, struct reason *why);
	/* The same after the region was armed. NULL: nothing. */
	int (*shape_armed)(struct region *region, struct reason *why);
};

struct mapping {
	const char *name; /* as in a case's name */
	const char *what;
	int pages;              /* the kinds of page it can have */
	bool private_anonymous; /* its pages can be shared by fork, cleared of soft-dirty, and swapped */
	bool shmem;
	/* Whether this kernel and machine can make it. NULL: always. */
	int (*available)(const struct mapping *mapping, struct reason *why);
	/* Maps region->bytes at region->start (MAP_FIXED). */
	int (*map)(struct region *region, struct reason *why);
	/* Brings the populated, written pages into the state that the mapping is about. NULL: they are. */
	int (*settle)(struct region *region, struct reason *why);
	/* Mapping's own data. */
	int filesystem;
	bool dirty;
	bool own_policy;
};

struct region {
	const struct mapping *mapping;
	const struct page_kind *page;
	char *start; /* on a PMD boundary, with an unused page on either side */
	size_t bytes;
	size_t units;
	size_t touches; /* accesses that reach every page of every unit */
	int fd;         /* of the mapped file, or -1 */
};

/* Each table ends with a row without a name. */
extern const struct mapping mappings[];
extern const struct page_kind page_kinds[];

/*
 * Maps `units` units (0: the kind's own number) and populates them by writing, with memory of `node`. The
 * calling thread's memory policy is the default afterwards. Settings that it needs are changed, see
 * lib/settings.h. Returns 0, or -errno with `why`: -EAGAIN where the kernel gave other memory than was asked
 * for.
 */
int region_create(struct region *region, const struct mapping *mapping, const struct page_kind *page,
                  size_t units, int node, struct reason *why);

/* How many 4K pages of the region are mapped by a PMD, or -errno with `why` (/proc/self/smaps). */
long region_pmd_mapped_pages(const struct region *region, struct reason *why);

#endif
