/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/page_size.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/base/textfile.h"

struct page_sizes page_sizes;

/* A kernel without THP doesn't tell; there a PMD maps what one page full of 8-byte entries maps. */
static void __attribute__((constructor(PAGE_SIZE_CONSTRUCTOR))) ask_kernel(void)
{
	char text[32];
	page_sizes.base = (size_t)sysconf(_SC_PAGESIZE);
	if (textfile_read("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", text, sizeof(text)) > 0)
		page_sizes.pmd = strtoul(text, NULL, 10);
	if (page_sizes.pmd < page_sizes.base)
		page_sizes.pmd = page_sizes.base / 8 * page_sizes.base;
}
