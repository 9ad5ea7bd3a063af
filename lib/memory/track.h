/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Write tracking: what wants to be told of the first write to each page, and must not lose one when the
 * kernel gives a page back writable. A new kind of tracking is a row in track.c.
 */
#ifndef HINTBENCH_MEMORY_TRACK_H
#define HINTBENCH_MEMORY_TRACK_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/memory/region.h"

/* Kinds of tracking, as bits: which ones a mapping can be under. */
enum {
	TRACK_SOFT_DIRTY = 1 << 0,
	TRACK_UFFD_WP = 1 << 1,
};

struct track;

/* Tracking that goes on. */
struct tracker {
	const struct track *track;
	struct region *region;
	int uffd;
	bool told_by_pagemap; /* the kernel shows which pages are protected (userfaultfd: since Linux 5.14) */
	pthread_t handler;
	unsigned char *told; /* a flag for each page of region->touches: a write to it was delivered */
	size_t events;       /* how many were delivered */
};

struct track {
	const char *name; /* as in a case's name */
	const char *what;
	int bit;           /* 0: no tracking */
	bool protects;     /* writes are to be caught; else only what tracking needs is set up */
	bool delivers;     /* each caught write is an event (userfaultfd) */
	uint64_t features; /* of userfaultfd, beyond what the mapping needs */
	/* Whether this kernel can track such memory. NULL: always. */
	int (*available)(const struct track *track, const struct mapping *mapping, struct error *error);
	/* Starts tracking: no page of the region counts as written. */
	int (*start)(struct tracker *tracker, struct error *error);
	/* How many pages tracking takes for written now, or -errno. */
	long (*written)(const struct tracker *tracker, struct error *error);
};

/* Ends with a row without a name; the first row is no tracking. */
extern const struct track tracks[];

/* Starts tracking a populated region. Returns 0, or -errno with `error`. */
int tracker_start(struct tracker *tracker, const struct track *track, struct region *region,
                  struct error *error);

/*
 * How many of region->touches pages tracking takes for written now, or -errno with `error`: -ENODATA where
 * there is no tracking or the kernel doesn't tell.
 */
long tracker_written(const struct tracker *tracker, struct error *error);

/*
 * After every page was written: how many of these writes tracking did not catch, or -errno with `error`. 0
 * where the tracking doesn't protect.
 */
long tracker_lost(const struct tracker *tracker, struct error *error);

#endif
