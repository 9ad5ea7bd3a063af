/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/memory/swap.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/page_size.h"
#include "lib/base/settings.h"
#include "lib/base/textfile.h"
#include "lib/memory/placement.h"

#define DEVICES_MAX 16
#define SIZE        "67108864" /* 64 MiB, of which only what is swapped out is ever made */

extern char **environ;

/* The number of a zram device that isn't set up, or -errno with `error`. */
static int find_idle_device(struct error *error)
{
	char path[64], size[32];
	for (int device = 0; device < DEVICES_MAX; device++) {
		snprintf(path, sizeof(path), "/sys/block/zram%d/disksize", device);
		if (textfile_read(path, size, sizeof(size)) >= 0 && strcmp(size, "0") == 0)
			return device;
	}
	return error_set(error, ENODEV, "no idle zram device to swap to; `modprobe zram` makes one");
}

int swap_available(struct error *error)
{
	int device = find_idle_device(error);
	return device < 0 ? device : 0;
}

static int run_mkswap(char *path, struct error *error)
{
	char *arguments[] = {"mkswap", path, NULL};
	posix_spawn_file_actions_t quiet;
	pid_t pid;
	int status = -1;
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	int err = posix_spawnp(&pid, "mkswap", &quiet, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&quiet);
	if (err)
		return error_set_errno(error, err, "cannot run mkswap");
	waitpid(pid, &status, 0);
	return status == 0 ? 0 : error_set(error, EIO, "mkswap %s failed", path);
}

int swap_start(char path[SWAP_PATH_BYTES], struct error *error)
{
	char reset[64], disksize[64];
	int device = find_idle_device(error);
	if (device < 0)
		return device;
	snprintf(path, SWAP_PATH_BYTES, "/dev/zram%d", device);
	snprintf(reset, sizeof(reset), "/sys/block/zram%d/reset", device);
	snprintf(disksize, sizeof(disksize), "/sys/block/zram%d/disksize", device);
	int err = settings_undo_with_write(reset, "1", error);
	if (err)
		return err;
	err = textfile_write(disksize, SIZE);
	if (err)
		return error_set_errno(error, -err, "cannot give %s a size", path);
	err = run_mkswap(path, error);
	if (!err)
		err = settings_undo_with_swapoff(path, error);
	if (!err && swapon(path, SWAP_FLAG_PREFER | SWAP_FLAG_PRIO_MASK) != 0)
		err = error_set_errno(error, errno, "cannot swap to %s", path);
	return err;
}

int swap_out(void *start, size_t bytes, struct error *error)
{
	struct placement_census census = {0};
	/* A page that was just looked at can stay once: try again. */
	for (int tries = 0; tries < 4; tries++) {
		if (madvise(start, bytes, MADV_PAGEOUT) != 0)
			return error_set_errno(error, errno, "cannot swap a range out with MADV_PAGEOUT");
		int err = placement_count(start, bytes, BASE_PAGE_BYTES, 0, &census, error);
		if (err)
			return err;
		if (census.absent == bytes / BASE_PAGE_BYTES)
			return 0;
	}
	return error_set(error, EAGAIN, "%zu of %zu pages were swapped out", census.absent,
	                 bytes / BASE_PAGE_BYTES);
}

int swap_stop(const char *path, struct error *error)
{
	return swapoff(path) == 0 ? 0 : error_set_errno(error, errno, "cannot swap off %s", path);
}
