/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/meter/restored.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/meter/entry.h"
#include "lib/meter/tracepoint.h"

/* include/trace/events/{migrate,thp}.h */
static const struct {
	const char *tracepoint, *entry;
} levels[RESTORED_LEVELS] = {
    {"migrate:remove_migration_pte", "pte"},
    {"thp:remove_migration_pmd", "pmd"},
};

int restored_start(struct restored *restored, const void *start, size_t bytes, struct error *error)
{
	for (int level = 0; level < RESTORED_LEVELS; level++) {
		char range[128], writable[192];
		restored->all[level] = restored->writable[level] = -1;
		if (tracepoint_available(levels[level].tracepoint, NULL) != 0)
			continue;
		snprintf(range, sizeof(range), "addr >= %lu && addr < %lu", (unsigned long)start,
		         (unsigned long)start + bytes);
		snprintf(writable, sizeof(writable), "%s && %s & %lu", range, levels[level].entry,
		         ENTRY_WRITABLE);
		restored->all[level] = tracepoint_open(levels[level].tracepoint, range, error);
		if (restored->all[level] < 0)
			return restored->all[level];
		restored->writable[level] = tracepoint_open(levels[level].tracepoint, writable, error);
		if (restored->writable[level] < 0)
			return restored->writable[level];
		tracepoint_start(restored->all[level]);
		tracepoint_start(restored->writable[level]);
	}
	return 0;
}

static int take(int fd, uint64_t *sum, struct error *error)
{
	uint64_t count;
	tracepoint_stop(fd);
	int err = tracepoint_read(fd, &count, error);
	close(fd);
	if (!err)
		*sum += count;
	return err;
}

int restored_stop(struct restored *restored, uint64_t *entries, uint64_t *writable, struct error *error)
{
	int err = -ENOENT;
	*entries = *writable = 0;
	for (int level = 0; level < RESTORED_LEVELS; level++) {
		if (restored->all[level] < 0)
			continue;
		err = take(restored->all[level], entries, error);
		int second = take(restored->writable[level], writable, err ? NULL : error);
		if (err || second)
			return err ? err : second;
	}
	return err;
}
