/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/ksm.h"

#include <errno.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "lib/cpu.h"
#include "lib/pagemap.h"
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
	long wanted = (long)(bytes / BASE_PAGE_BYTES), merged = 0;
	if (madvise(start, bytes, MADV_MERGEABLE) != 0)
		return because_errno(why, errno, "cannot offer a range to KSM");
	int err = set_pace(why);
	/* The pages themselves are asked: KSM's counters hold pages of processes that have ended. */
	for (int looks = 0; !err && merged >= 0 && merged < wanted && looks < LOOKS_MAX; looks++) {
		nanosleep(&look_again, NULL);
		merged = pagemap_count_merged(start, bytes, why);
	}
	if (merged < 0)
		return (int)merged;
	/* Stopped, it keeps what it has merged. */
	if (!err)
		err = settings_write(KSM_DIR "run", "0", why);
	if (!err && merged < wanted)
		err = because(why, EAGAIN, "KSM merged %ld of %ld pages", merged, wanted);
	return err;
}
