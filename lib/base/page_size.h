/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sizes of pages: on x86-64 always the same, on arm64 a choice of who built the kernel (4K, 16K or 64K). */
#ifndef HINTBENCH_BASE_PAGE_SIZE_H
#define HINTBENCH_BASE_PAGE_SIZE_H

#include <stddef.h>

/* In bytes. Asked of the kernel before main(). */
struct page_sizes {
	size_t base; /* what one PTE maps */
	size_t pmd;  /* what one PMD maps: a THP */
};
extern struct page_sizes page_sizes;

#define BASE_PAGE_BYTES page_sizes.base
#define PMD_BYTES       page_sizes.pmd
#define PMD_PAGES       (PMD_BYTES / BASE_PAGE_BYTES)

/* The priority of the constructor that asks; those that need the sizes come later. */
#define PAGE_SIZE_CONSTRUCTOR 101

#endif
