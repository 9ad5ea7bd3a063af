/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What /proc/self/pagemap and /proc/kpageflags say of a range's pages (Documentation/admin-guide/mm/pagemap.rst). */
#ifndef HINTBENCH_MEMORY_PAGEMAP_H
#define HINTBENCH_MEMORY_PAGEMAP_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"

#define PAGEMAP_SOFT_DIRTY (1ULL << 55)
#define PAGEMAP_UFFD_WP    (1ULL << 57)
#define PAGEMAP_SWAPPED    (1ULL << 62)
#define PAGEMAP_PRESENT    (1ULL << 63) /* an entry that is PROT_NONE counts as present */

/* How many of the pages at start, start + stride, … have all of `bits` set, or -errno with `error`. */
long pagemap_count(const void *start, size_t bytes, size_t stride_bytes, uint64_t bits, struct error *error);

/*
 * How many of a range's pages have the same frame as another page of the range, as KSM makes them; -errno with `error`.
 * Not by KPF_KSM: Linux 6.12 sets it for every anonymous page (fs/proc/page.c, stable_page_flags()).
 */
long pagemap_count_merged(const void *start, size_t bytes, struct error *error);

/*
 * How many naturally aligned pieces of `folio_bytes` in a range are one folio each: a head and nothing but
 * its tails. Returns -errno with `error`; the frame numbers that it needs are shown to root only.
 */
long pagemap_count_folios(const void *start, size_t bytes, size_t folio_bytes, struct error *error);

#endif
