/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/memory/pagemap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kernel-page-flags.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/page_size.h"

#define PFN_MASK ((1ULL << 55) - 1)

/* Reads `count` 64-bit words from word `first` on. */
static int read_words(const char *path, uint64_t first, uint64_t *words, size_t count, struct error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set_errno(error, errno, "cannot read %s", path);
	ssize_t bytes = (ssize_t)(count * sizeof(*words));
	ssize_t got = pread(fd, words, (size_t)bytes, (off_t)(first * sizeof(*words)));
	int err = got < 0 ? errno : EIO;
	close(fd);
	return got == bytes ? 0 : error_set_errno(error, err, "cannot read %s", path);
}

/* The entries of every page of a range; the caller frees them. NULL with `error`. */
static uint64_t *read_pagemap(const void *start, size_t bytes, struct error *error)
{
	size_t pages = bytes / BASE_PAGE_BYTES;
	uint64_t *entries = calloc(pages, sizeof(*entries));
	if (!entries)
		error_set(error, ENOMEM, "no memory for %zu entries of pagemap", pages);
	else if (read_words("/proc/self/pagemap", (uintptr_t)start / BASE_PAGE_BYTES, entries, pages,
	                    error) != 0) {
		free(entries);
		entries = NULL;
	}
	return entries;
}

long pagemap_count(const void *start, size_t bytes, size_t stride_bytes, uint64_t bits, struct error *error)
{
	uint64_t *entries = read_pagemap(start, bytes, error);
	long count = 0;
	if (!entries)
		return -EIO;
	for (size_t at = 0; at < bytes; at += stride_bytes)
		count += (entries[at / BASE_PAGE_BYTES] & bits) == bits;
	free(entries);
	return count;
}

static int compare_words(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

long pagemap_count_merged(const void *start, size_t bytes, struct error *error)
{
	size_t pages = bytes / BASE_PAGE_BYTES;
	uint64_t *frames = read_pagemap(start, bytes, error);
	long count = 0;
	if (!frames)
		return -EIO;
	for (size_t page = 0; page < pages; page++)
		frames[page] = frames[page] & PAGEMAP_PRESENT ? frames[page] & PFN_MASK : 0;
	qsort(frames, pages, sizeof(*frames), compare_words);
	for (size_t page = 0; page < pages; page++) {
		bool like_last = page > 0 && frames[page] == frames[page - 1];
		bool like_next = page + 1 < pages && frames[page] == frames[page + 1];
		count += frames[page] && (like_last || like_next);
	}
	free(frames);
	return count;
}

/* Whether `pages` pages, of which the first has this entry, are one folio. `flags` is room for them. */
static bool is_folio(uint64_t entry, uint64_t *flags, size_t pages)
{
	if (!(entry & PAGEMAP_PRESENT) || !(entry & PFN_MASK) ||
	    read_words("/proc/kpageflags", entry & PFN_MASK, flags, pages, NULL) != 0)
		return false;
	bool folio = flags[0] & 1ULL << KPF_COMPOUND_HEAD;
	for (size_t i = 1; folio && i < pages; i++)
		folio = flags[i] & 1ULL << KPF_COMPOUND_TAIL;
	return folio;
}

long pagemap_count_folios(const void *start, size_t bytes, size_t folio_bytes, struct error *error)
{
	size_t folio_pages = folio_bytes / BASE_PAGE_BYTES;
	uint64_t *entries = read_pagemap(start, bytes, error);
	uint64_t *flags = calloc(folio_pages, sizeof(*flags));
	long count = entries && flags ? 0 : -EIO;
	for (size_t page = 0; count >= 0 && page < bytes / BASE_PAGE_BYTES; page += folio_pages)
		count += is_folio(entries[page], flags, folio_pages);
	free(entries);
	free(flags);
	return count;
}
