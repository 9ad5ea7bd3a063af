/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/memory/ksm.h"

#include <errno.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/page_size.h"
#include "lib/base/settings.h"
#include "lib/base/textfile.h"
#include "lib/memory/pagemap.h"

#define KSM_DIR       "/sys/kernel/mm/ksm/"
#define LOOK_AGAIN_NS (10 * 1000 * 1000)
#define LOOKS_MAX     1000 /* 10 s */

int ksm_available(struct error *error)
{
	if (access(KSM_DIR "run", W_OK) != 0)
		return error_set(error, ENOSYS, "this kernel has no KSM (%srun)", KSM_DIR);
	return 0;
}

static int set_pace(struct error *error)
{
	int err = settings_write(KSM_DIR "pages_to_scan", "10000", error);
	if (!err)
		err = settings_write(KSM_DIR "sleep_millisecs", "1", error);
	return err ? err : settings_write(KSM_DIR "run", "1", error);
}

int ksm_merge(void *start, size_t bytes, struct error *error)
{
	const struct timespec look_again = {.tv_nsec = LOOK_AGAIN_NS};
	long wanted = (long)(bytes / BASE_PAGE_BYTES), merged = 0;
	if (madvise(start, bytes, MADV_MERGEABLE) != 0)
		return error_set_errno(error, errno, "cannot offer a range to KSM");
	int err = set_pace(error);
	/* The pages themselves are asked: KSM's counters hold pages of processes that have ended. */
	for (int looks = 0; !err && merged >= 0 && merged < wanted && looks < LOOKS_MAX; looks++) {
		nanosleep(&look_again, NULL);
		merged = pagemap_count_merged(start, bytes, error);
	}
	if (merged < 0)
		return (int)merged;
	/* Stopped, it keeps what it has merged. */
	if (!err)
		err = settings_write(KSM_DIR "run", "0", error);
	if (!err && merged < wanted)
		err = error_set(error, EAGAIN, "KSM merged %ld of %ld pages", merged, wanted);
	return err;
}
