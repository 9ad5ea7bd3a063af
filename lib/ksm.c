/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/ksm.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "lib/cpu.h"
#include "lib/settings.h"
#include "lib/textfile.h"

#define KSM_DIR       "/sys/kernel/mm/ksm/"
#define LOOK_AGAIN_NS (10 * 1000 * 1000)
#define LOOKS_MAX     1000 /* 10 s */

int ksm_available(struct reason *why)
{
	if (access(KSM_DIR "run", W_OK) != 0)
		return because(why, ENOSYS, "this kernel has no KSM (%srun)", KSM_DIR);
	return 0;
}

/* Pages that KSM holds: one for up to 256 that look like it, and those that share it. */
static size_t merged_pages(void)
{
	char shared[32], sharing[32];
	textfile_read(KSM_DIR "pages_shared", shared, sizeof(shared));
	textfile_read(KSM_DIR "pages_sharing", sharing, sizeof(sharing));
	return strtoul(shared, NULL, 10) + strtoul(sharing, NULL, 10);
}

static int set_pace(struct reason *why)
{
	int err = settings_write(KSM_DIR "pages_to_scan", "10000", why);
	if (!err)
		err = settings_write(KSM_DIR "sleep_millisecs", "1", why);
	return err ? err : settings_write(KSM_DIR "run", "1", why);
}

int ksm_merge(void *start, size_t bytes, struct reason *why)
{
	const struct timespec look_again = {.tv_nsec = LOOK_AGAIN_NS};
	size_t before = merged_pages(), wanted = bytes / BASE_PAGE_BYTES, merged = 0;
	if (madvise(start, bytes, MADV_MERGEABLE) != 0)
		return because_errno(why, errno, "cannot offer a range to KSM");
	int err = set_pace(why);
	for (int looks = 0; !err && merged < wanted && looks < LOOKS_MAX; looks++) {
		nanosleep(&look_again, NULL);
		merged = merged_pages() - before;
	}
	/* Stopped, it keeps what it has merged. */
	if (!err)
		err = settings_write(KSM_DIR "run", "0", why);
	if (!err && merged < wanted)
		err = because(why, EAGAIN, "KSM merged %zu of %zu pages", merged, wanted);
	return err;
}
