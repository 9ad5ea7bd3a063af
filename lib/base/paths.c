/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/paths.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The folder that holds this program, or, 2 levels up, the source tree or the prefix. Empty where it is not known. */
static void find_top(int levels, char *top, size_t bytes)
{
	ssize_t length = readlink("/proc/self/exe", top, bytes - 1);
	top[length > 0 ? length : 0] = '\0';
	for (int up = 0; up < levels; up++) {
		char *slash = strrchr(top, '/');
		*(slash ? slash : top) = '\0';
	}
}

int data_path(const char *name, char *path, size_t path_bytes)
{
	/* From the program first, so that a tree that is staged or was moved finds its own files. */
	static const char *const below_top[] = {"", "/share/hintbench", "/libexec/hintbench"};
	static const char *const installed[] = {HINTBENCH_DATADIR, HINTBENCH_LIBEXECDIR};
	char top[PATH_MAX];
	find_top(2, top, sizeof(top));
	for (size_t i = 0; *top && i < sizeof(below_top) / sizeof(below_top[0]); i++) {
		snprintf(path, path_bytes, "%s%s/%s", top, below_top[i], name);
		if (access(path, R_OK) == 0)
			return 0;
	}
	for (size_t i = 0; i < sizeof(installed) / sizeof(installed[0]); i++) {
		snprintf(path, path_bytes, "%s/%s", installed[i], name);
		if (access(path, R_OK) == 0)
			return 0;
	}
	return -ENOENT;
}

int built_path(const char *name, char *path, size_t path_bytes)
{
	char folder[PATH_MAX];
	find_top(1, folder, sizeof(folder));
	snprintf(path, path_bytes, "%s/%s", folder, name);
	return access(path, R_OK) == 0 ? 0 : data_path(name, path, path_bytes);
}
