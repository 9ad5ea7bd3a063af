/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/memory/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

static const struct {
	const char *name;
	long magic;
} filesystems[] = {
    [FILESYSTEM_EXT4] = {"ext4", EXT4_SUPER_MAGIC},
    [FILESYSTEM_XFS] = {"xfs", XFS_SUPER_MAGIC},
};

static bool is_on(const char *folder, enum filesystem filesystem)
{
	struct statfs st;
	return statfs(folder, &st) == 0 && st.f_type == filesystems[filesystem].magic &&
	       access(folder, W_OK) == 0;
}

/* Finds the folder into `folder`. */
static int find_folder(enum filesystem filesystem, char *folder, size_t folder_bytes, struct error *error)
{
	char list[4096];
	const char *wished = getenv("HINTBENCH_SCRATCH");
	snprintf(list, sizeof(list), "%s%s/var/tmp:.", wished ? wished : "", wished ? ":" : "");
	char *rest = list, *entry;
	while ((entry = strsep(&rest, ":"))) {
		if (is_on(entry, filesystem)) {
			snprintf(folder, folder_bytes, "%s", entry);
			return 0;
		}
	}
	return error_set(error, ENODEV, "no writable folder on %s; name one in HINTBENCH_SCRATCH",
	                 filesystems[filesystem].name);
}

int scratch_available(enum filesystem filesystem, struct error *error)
{
	char folder[4096];
	return find_folder(filesystem, folder, sizeof(folder), error);
}

int scratch_open(enum filesystem filesystem, size_t bytes, struct error *error)
{
	char folder[4096];
	int err = find_folder(filesystem, folder, sizeof(folder), error);
	if (err)
		return err;
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_set_errno(error, errno, "cannot make a file in %s", folder);
	/* Real blocks: a hole would make the first write fault allocate one. */
	err = posix_fallocate(fd, 0, (off_t)bytes);
	if (err) {
		close(fd);
		return error_set_errno(error, err, "cannot make a file of %zu bytes in %s", bytes, folder);
	}
	return fd;
}
