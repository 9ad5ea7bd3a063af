/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of page. */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/cpu.h"
#include "lib/region.h"
#include "lib/settings.h"
#include "lib/textfile.h"

#define THP_DIR "/sys/kernel/mm/transparent_hugepage"

/*
 * Settings instead of madvise(): VM_HUGEPAGE and VM_NOHUGEPAGE would keep a VMA from merging with a new
 * neighbour, which the cases of soft-dirty tracking need.
 */
static int want_pmds(const char *anon, const char *shmem, struct reason *why)
{
	if (access(THP_DIR "/enabled", F_OK) != 0)
		return 0;
	int err = settings_write(THP_DIR "/enabled", anon, why);
	if (!err)
		err = settings_write(THP_DIR "/defrag", "always", why);
	if (!err && access(THP_DIR "/shmem_enabled", F_OK) == 0)
		err = settings_write(THP_DIR "/shmem_enabled", shmem, why);
	return err;
}

static int prepare_base(const struct page_kind *page, struct reason *why)
{
	(void)page;
	return want_pmds("never", "never", why);
}

static int pmd_available(const struct page_kind *page, struct reason *why)
{
	(void)page;
	if (access(THP_DIR "/enabled", W_OK) != 0)
		return because_errno(why, errno, "no transparent huge pages here (%s/enabled)", THP_DIR);
	return 0;
}

static int prepare_pmd(const struct page_kind *page, struct reason *why)
{
	(void)page;
	return want_pmds("always", "always", why);
}

static int check_pmds(struct region *region, struct reason *why)
{
	long pages = region_pmd_mapped_pages(region, why);
	if (pages < 0)
		return (int)pages;
	if ((size_t)pages != region->bytes / BASE_PAGE_BYTES)
		return because(why, EAGAIN, "the kernel gave %ld of %zu units as THPs mapped by a PMD",
		               pages / (long)PMD_PAGES, region->units);
	return 0;
}

const struct page_kind page_kinds[] = {
    {
        .name = "4k",
        .what = "base pages",
        .bit = PAGE_BASE,
        .unit = "page",
        .unit_bytes = BASE_PAGE_BYTES,
        .touch_bytes = BASE_PAGE_BYTES,
        .units = 1024,
        .prepare = prepare_base,
    },
    {
        .name = "thp",
        .what = "transparent huge pages, each mapped by a PMD",
        .bit = PAGE_PMD,
        .unit = "pmd",
        .unit_bytes = PMD_BYTES,
        .touch_bytes = PMD_BYTES,
        .units = 4,
        .available = pmd_available,
        .prepare = prepare_pmd,
        .shape = check_pmds,
    },
    {0},
};
