/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory that a case measures: a mapping (what backs it) of a kind of page. Both are tables: a new mapping is a
 * row in lib/memory/mapping.c, a new kind of page one in lib/memory/page.c, and every family that can use it has it.
 */
#ifndef HINTBENCH_MEMORY_REGION_H
#define HINTBENCH_MEMORY_REGION_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"

struct region;

/* Kinds of pages, as bits: which ones a mapping can have. */
enum {
	PAGE_BASE = 1 << 0,            /* what a PTE maps, and no more */
	PAGE_FOLIO = 1 << 1,           /* folios of more than a page and less than a PMD: mTHP */
	PAGE_PMD = 1 << 2,             /* a THP mapped by a PMD */
	PAGE_PMD_IN_PTES = 1 << 3,     /* a THP whose PMD was split */
	PAGE_PMD_SPLIT_ARMED = 1 << 4, /* a THP whose PMD is split after arming */
	PAGE_HUGETLB = 1 << 5,
};

struct page_kind {
	const char *name; /* as in a case's name */
	const char *what;
	int bit;
	const char *unit; /* what takes one hint fault: "page", "folio", "pmd" */
	size_t unit_bytes;
	size_t touch_bytes; /* an access every so many bytes reaches everything that can take a write fault */
	size_t units;       /* how many a case measures unless told */
	/* Whether this kernel can make it. NULL: always. */
	int (*available)(const struct page_kind *page, struct error *error);
	/* Kernel settings for `units` of it, before the mapping is populated. */
	int (*prepare)(const struct page_kind *page, size_t units, struct error *error);
	/* Brings the populated region to this kind, or checks that it is. NULL: it is. */
	int (*shape)(struct region *region, struct error *error);
	/* What is left to do after the region was armed. NULL: nothing. */
	int (*shape_armed)(struct region *region, struct error *error);
};

struct mapping {
	const char *name; /* as in a case's name */
	const char *what;
	int pages;      /* the kinds of page it can have */
	int tracks;     /* the kinds of write tracking it can be under, see lib/memory/track.h */
	bool forks;     /* fork shares its pages copy-on-write */
	bool swaps;     /* the kernel can swap its pages out */
	bool read_only; /* its pages are only read when it is populated; else they are written */
	bool unscanned; /* no known kernel's scanner arms it: only the family `arm` asks this one */
	int filesystem; /* of the file that is mapped, see lib/memory/scratch.h */
	/* Whether this kernel and machine can make it. NULL: always. */
	int (*available)(const struct mapping *mapping, struct error *error);
	/* Maps region->bytes at region->start (MAP_FIXED). */
	int (*map)(struct region *region, struct error *error);
	/* Brings the populated pages into the state that the mapping is about. NULL: they are. */
	int (*settle)(struct region *region, struct error *error);
};

struct region {
	const struct mapping *mapping;
	const struct page_kind *page;
	char *start; /* on a PMD boundary, with unused address space on either side */
	size_t bytes;
	size_t units;
	size_t touch_bytes; /* the page kind's, unless changed */
	size_t touches;     /* accesses in all: bytes / touch_bytes */
	int fd;             /* of the mapped file, or -1 */
};

/* Each table ends with a row without a name. */
extern const struct mapping mappings[];
extern struct page_kind page_kinds[]; /* constant from main() on */

/*
 * Sends khugepaged to sleep, which would collapse what a case has split, at a moment that depends on the
 * cases before. To be called once, before cases run: changing the setting wakes it. Changes settings. Returns
 * 0, or -errno with `error`.
 */
int region_prepare(struct error *error);

/*
 * Maps `units` units (0: the kind's own number) and populates them with memory of `node`. The calling
 * thread's memory policy is the default afterwards. Changes settings, see lib/base/settings.h. Returns 0, or
 * -errno with `error`: -EAGAIN where the kernel gave other memory than was asked for.
 */
int region_create(struct region *region, const struct mapping *mapping, const struct page_kind *page,
                  size_t units, int node, struct error *error);

/* Has every 4K page accessed: where a THP won't be mapped by a PMD any more. */
void region_touch_base_pages(struct region *region);

/* How many 4K pages of the region are mapped by a PMD, or -errno with `error` (/proc/self/smaps). */
long region_pmd_mapped_pages(const struct region *region, struct error *error);

#endif
