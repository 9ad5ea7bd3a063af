/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mprotect() round trips: whether the first write afterwards takes a write-protect fault. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/bench.h"

struct trip {
	const char *name;
	int protection; /* between two times PROT_READ | PROT_WRITE */
	bool armed;     /* the scanner armed the range before */
};

static const struct trip trips[] = {
    {"read", PROT_READ, false},
    {"none", PROT_NONE, false},
    {"armed-read", PROT_READ, true},
    {0},
};
static const struct axis axis_trip = AXIS("trip", trips);

static bool exists(const struct bench_case *c)
{
	const struct trip *trip = case_row(c, &axis_trip);
	const struct page_kind *page = case_row(c, &axis_page);
	const struct sharing *sharing = case_row(c, &axis_share);
	const struct track *track = case_row(c, &axis_track);
	bool plain = !sharing->forks && !track->start;
	if (page->shape_armed || sharing->after_arming || (sharing->forks && track->start))
		return false;
	/* Sharing and tracking meet one kind of trip: to mprotect() both are the same. */
	return plain || strcmp(trip->name, "read") == 0;
}

static int available(const struct bench_case *c, struct error *error)
{
	const struct trip *trip = case_row(c, &axis_trip);
	return trip->armed ? scanner_available(error) : 0;
}

static int setup(struct pass *pass, struct error *error)
{
	const struct trip *trip = case_row(pass->c, &axis_trip);
	const struct region *region = &pass->region;
	int err = trip->armed ? pass_arm(pass, error) : 0;
	if (!err && trip->armed)
		err = pass_armed_all(pass, error);
	if (err)
		return err;
	if (mprotect(region->start, region->bytes, trip->protection) != 0 ||
	    mprotect(region->start, region->bytes, PROT_READ | PROT_WRITE) != 0)
		return error_set_errno(error, errno, "mprotect() failed");
	return 0;
}

static struct family mprotect_family = {
    .name = "mprotect",
    .what = "mprotect() round trips RW → READ or NONE → RW, then accesses",
    .axes = {&axis_map, &axis_page, &axis_trip, &axis_share, &axis_track},
    .exists = exists,
    .available = available,
    .setup = setup,
};
BENCH_FAMILY(mprotect_family);
