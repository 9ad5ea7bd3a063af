/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/kernels/cache.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KERNELS       "kernels"
#define DEBIAN_PREFIX "debian-"
#define BUILT_PREFIX  "built-"

/* The folders that only the shell parts use, and KERNELS. */
static const struct {
	const char *variable, *name;
} shared[] = {
    {"LAB_KERNELS", KERNELS},         /* kernels that can be booted */
    {"LAB_BUILT", "built"},           /* what was built, by what it was built of */
    {"LAB_BUILD", "build"},           /* the work tree, objects and logs */
    {"LAB_SOURCES", "source"},        /* Debian's sources, as it packs them */
    {"LAB_REPOSITORY", "source.git"}, /* every source that was ever built */
    {"LAB_APT", "apt"},               /* package lists, a folder a suite */
    {"LAB_CCACHE", "ccache"},
};

/* "~/.cache/hintbench/NAME"; empty where it is too long. */
static void in_cache(char *path, size_t path_bytes, const char *name)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	int length = cache && *cache
	                 ? snprintf(path, path_bytes, "%s/hintbench/%s", cache, name)
	                 : snprintf(path, path_bytes, "%s/.cache/hintbench/%s", home ? home : "", name);
	if (length < 0 || (size_t)length >= path_bytes)
		*path = '\0';
}

void lab_cache_kernels(char *path, size_t path_bytes)
{
	in_cache(path, path_bytes, KERNELS);
}

void lab_cache_debian_kernel(const char *suite, const struct lab_arch *arch, char *path, size_t path_bytes)
{
	char name[NAME_MAX];
	snprintf(name, sizeof(name), KERNELS "/" DEBIAN_PREFIX "%s%s", suite, arch->suffix);
	in_cache(path, path_bytes, name);
}

void lab_cache_built_kernel(const char *name, char *path, size_t path_bytes)
{
	char folder[NAME_MAX];
	snprintf(folder, sizeof(folder), KERNELS "/" BUILT_PREFIX "%s", name);
	in_cache(path, path_bytes, folder);
}

void lab_cache_sysroot(const struct lab_arch *arch, char *path, size_t path_bytes)
{
	char name[NAME_MAX];
	snprintf(name, sizeof(name), "sysroot-%s", arch->name);
	in_cache(path, path_bytes, name);
}

bool lab_cache_kernel_spec(const char *name, char *spec, size_t spec_bytes)
{
	if (strncmp(name, BUILT_PREFIX, strlen(BUILT_PREFIX)) == 0) {
		snprintf(spec, spec_bytes, "built:%s", name + strlen(BUILT_PREFIX));
		return true;
	}
	if (strncmp(name, DEBIAN_PREFIX, strlen(DEBIAN_PREFIX)) != 0)
		return false;
	const char *suite = name + strlen(DEBIAN_PREFIX);
	size_t suite_bytes;
	const struct lab_arch *arch = lab_arch_of_suffix(suite, &suite_bytes);
	snprintf(spec, spec_bytes, "debian:%.*s%s%s", (int)suite_bytes, suite, *arch->suffix ? ":" : "",
	         *arch->suffix ? arch->name : "");
	return true;
}

int lab_cache_export(void)
{
	char path[PATH_MAX];
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		in_cache(path, sizeof(path), shared[i].name);
		if (setenv(shared[i].variable, path, 1) != 0)
			return -ENOMEM;
	}
	return 0;
}
