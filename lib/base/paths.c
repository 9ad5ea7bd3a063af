/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/paths.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The source tree that holds the build folder of this program; false where the path of the program is not
 * known. */
static int source_tree(char *tree, size_t bytes)
{
	ssize_t length = readlink("/proc/self/exe", tree, bytes - 1);
	if (length < 0)
		return 0;
	tree[length] = '\0';
	for (int up = 0; up < 2; up++) {
		char *slash = strrchr(tree, '/');
		if (!slash)
			return 0;
		*slash = '\0';
	}
	return 1;
}

int data_path(const char *name, char *path, size_t path_bytes)
{
	char tree[PATH_MAX];
	if (source_tree(tree, sizeof(tree))) {
		snprintf(path, path_bytes, "%s/%s", tree, name);
		if (access(path, R_OK) == 0)
			return 0;
	}
	snprintf(path, path_bytes, "%s/%s", HINTBENCH_DATADIR, name);
	return access(path, R_OK) == 0 ? 0 : -ENOENT;
}
