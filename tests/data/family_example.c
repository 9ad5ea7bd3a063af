/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that a new family of benchmarks takes: a file like this in bench/. tests/unit/test_cases.c includes it. */
#include <errno.h>
#include <sys/mman.h>

#include "bench/bench.h"
#include "lib/meter/clock.h"

static const char *const advices[] = {"cold", "normal", NULL};
static const struct axis axis_advice = AXIS("advice", advices);

static bool exists(const struct bench_case *c)
{
	const struct mapping *mapping = case_row(c, &axis_map);
	const struct page_kind *page = case_row(c, &axis_page);
	return mapping->forks && page->bit == PAGE_BASE;
}

static int setup(struct pass *pass, struct error *error)
{
	int advice = case_string(pass->c, &axis_advice) == advices[0] ? MADV_COLD : MADV_NORMAL;
	if (madvise(pass->region.start, pass->region.bytes, advice) != 0)
		return error_set_errno(error, errno, "madvise() failed");
	pass_count(pass, "advised", pass->region.bytes / BASE_PAGE_BYTES);
	return 0;
}

static struct family example = {
    .name = "example",
    .what = "madvise() on memory that is then accessed",
    .axes = {&axis_map, &axis_page, &axis_access, &axis_advice},
    .exists = exists,
    .setup = setup,
};
BENCH_FAMILY(example);
