/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/kernel.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Offsets into a bzImage, and values there (Documentation/arch/x86/boot.rst). */
enum {
	BOOT_FLAG_OFFSET = 0x1fe,
	BOOT_FLAG = 0xaa55,
	HEADER_OFFSET = 0x202, /* "HdrS" */
	VERSION_OFFSET = 0x20e,
	VERSION_BASE = 0x200,
	HEAD_BYTES = 0x10000, /* the setup code, which holds the version's text, is smaller */
};

/* Kernels of the cache: `debian:SUITE` lies in the folder debian-SUITE, `built:NAME` in built-NAME. */
static const struct {
	const char *prefix, *folder_prefix;
	bool names_result; /* the folder's name is the kernel's; else what follows the prefix is */
	const char *get;
} cache_kinds[] = {
    {"debian:", "debian-", true, "fetch it with `hintbench lab fetch"},
    {"built:", "built-", false, "build it with `hintbench lab build --source … --name"},
};

void lab_kernel_cache(char *path, size_t path_bytes)
{
	const char *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");

	if (cache && *cache)
		snprintf(path, path_bytes, "%s/hintbench/kernels", cache);
	else
		snprintf(path, path_bytes, "%s/.cache/hintbench/kernels", home ? home : "");
}

static int read_head(const char *path, unsigned char *head, size_t *length, struct reason *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return because_errno(why, errno, "kernel %s", path);
	struct stat file;
	if (fstat(fd, &file) == 0 && !S_ISREG(file.st_mode)) {
		close(fd);
		return because(why, ENOEXEC, "kernel %s is not a file", path);
	}
	ssize_t got = read(fd, head, HEAD_BYTES);
	int err = errno;
	close(fd);
	if (got < 0)
		return because_errno(why, err, "kernel %s", path);
	*length = (size_t)got;
	return 0;
}

int lab_kernel_release(const char *path, char *release, size_t release_bytes, struct reason *why)
{
	unsigned char head[HEAD_BYTES + 1];
	size_t length = 0;
	int err = read_head(path, head, &length, why);
	if (err)
		return err;
	head[length] = '\0';
	if (length <= VERSION_OFFSET + 2 || head[BOOT_FLAG_OFFSET] != (BOOT_FLAG & 0xff) ||
	    head[BOOT_FLAG_OFFSET + 1] != BOOT_FLAG >> 8 || memcmp(head + HEADER_OFFSET, "HdrS", 4) != 0)
		return because(why, ENOEXEC, "%s is not an x86 kernel image (bzImage)", path);
	size_t version = (size_t)(head[VERSION_OFFSET] | head[VERSION_OFFSET + 1] << 8) + VERSION_BASE;
	if (version >= length)
		return because(why, ENOEXEC, "%s is cut short, or does not tell its version", path);
	const char *text = (const char *)head + version;
	snprintf(release, release_bytes, "%.*s", (int)strcspn(text, " "), text);
	return 0;
}

static bool name_is_safe(const char *name)
{
	if (!isalnum((unsigned char)*name))
		return false;
	for (; *name; name++) {
		if (!isalnum((unsigned char)*name) && !strchr("._+-", *name))
			return false;
	}
	return true;
}

/* The name of a kernel that was given as a path: its base name, with what may not stand in a name replaced.
 */
static void name_from_path(const char *path, char *name, size_t name_bytes)
{
	const char *slash = strrchr(path, '/');
	snprintf(name, name_bytes, "%s", slash ? slash + 1 : path);
	for (char *c = name; *c; c++) {
		if (!isalnum((unsigned char)*c) && !strchr("._+-", *c))
			*c = '-';
	}
	if (!isalnum((unsigned char)*name))
		*name = 'k';
}

/* Joins folder and name into `path` if such a file can be read, else leaves `path` empty. */
static bool find_file(char *path, const char *folder, const char *name)
{
	char joined[2 * PATH_MAX];
	snprintf(joined, sizeof(joined), "%s/%s", folder, name);
	if (strlen(joined) >= PATH_MAX || access(joined, R_OK) != 0) {
		*path = '\0';
		return false;
	}
	strcpy(path, joined);
	return true;
}

static void find_config(struct lab_kernel *kernel)
{
	char folder[PATH_MAX], beside[160];
	snprintf(folder, sizeof(folder), "%s", kernel->image_path);
	char *slash = strrchr(folder, '/');
	if (slash)
		*slash = '\0';
	else
		strcpy(folder, ".");
	snprintf(beside, sizeof(beside), "config-%s", kernel->release);
	if (find_file(kernel->config_path, folder, beside) ||
	    find_file(kernel->config_path, folder, "config"))
		return;
	find_file(kernel->config_path, folder, "../../../.config");
}

/* Whether `image` names a kernel of the cache; then 0, or -errno with `why`, in `err`. */
static bool take_cached(const char *image, struct lab_kernel *kernel, int *err, struct reason *why)
{
	for (size_t i = 0; i < sizeof(cache_kinds) / sizeof(cache_kinds[0]); i++) {
		size_t length = strlen(cache_kinds[i].prefix);
		if (strncmp(image, cache_kinds[i].prefix, length) != 0)
			continue;
		const char *name = image + length;
		char cache[PATH_MAX / 2], folder[PATH_MAX];
		snprintf(kernel->name, sizeof(kernel->name), "%s%s",
		         cache_kinds[i].names_result ? cache_kinds[i].folder_prefix : "", name);
		lab_kernel_cache(cache, sizeof(cache));
		snprintf(folder, sizeof(folder), "%s/%s%s", cache, cache_kinds[i].folder_prefix, name);
		if (!name_is_safe(kernel->name))
			*err = because(why, EINVAL, "'%s' cannot be a kernel's name", image);
		else if (!find_file(kernel->image_path, folder, "vmlinuz"))
			*err = because(why, ENOENT, "no kernel %s in the cache: %s %s`", image,
			               cache_kinds[i].get, name);
		else if (find_file(kernel->modules_path, folder, "modules/modules.dep"))
			*strrchr(kernel->modules_path, '/') = '\0';
		return true;
	}
	return false;
}

static int take_modules(const char *folder, struct lab_kernel *kernel, struct reason *why)
{
	if (!find_file(kernel->modules_path, folder, "modules.dep"))
		return because(why, ENOENT,
		               "%s has no modules.dep: give modules= the folder lib/modules/RELEASE that "
		               "`make modules_install` and depmod made",
		               folder);
	*strrchr(kernel->modules_path, '/') = '\0';
	return 0;
}

static int take_option(const char *option, struct lab_kernel *kernel, struct reason *why)
{
	if (strncmp(option, "modules=", 8) == 0)
		return take_modules(option + 8, kernel, why);
	if (strncmp(option, "name=", 5) != 0)
		return because(why, EINVAL, "--kernel knows modules= and name=, not '%s'", option);
	if (!name_is_safe(option + 5) || strlen(option + 5) >= sizeof(kernel->name))
		return because(
		    why, EINVAL,
		    "name '%s': a kernel's name names its files: letters, digits and ._+- (at most %zu)",
		    option + 5, sizeof(kernel->name) - 1);
	strcpy(kernel->name, option + 5);
	return 0;
}

int lab_kernel_parse(const char *spec, struct lab_kernel *kernel, struct reason *why)
{
	char text[PATH_MAX];
	*kernel = (struct lab_kernel){0};
	if (strlen(spec) >= sizeof(text))
		return because(why, EINVAL, "--kernel: too long");
	strcpy(text, spec);
	char *rest = text;
	const char *image = strsep(&rest, ",");
	if (!*image)
		return because(why, EINVAL, "--kernel needs a path, or debian:SUITE");

	int err = 0;
	if (!take_cached(image, kernel, &err, why)) {
		strcpy(kernel->image_path, image);
		name_from_path(image, kernel->name, sizeof(kernel->name));
	}
	while (!err && rest)
		err = take_option(strsep(&rest, ","), kernel, why);
	if (!err)
		err = lab_kernel_release(kernel->image_path, kernel->release, sizeof(kernel->release), why);
	if (!err)
		find_config(kernel);
	return err;
}
