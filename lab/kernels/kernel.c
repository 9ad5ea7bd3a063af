/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/kernels/kernel.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/kernels/image.h"

/* Kernels of the cache: `debian:SUITE` lies in the folder debian-SUITE, `built:NAME` in built-NAME. */
static const struct {
	const char *prefix, *folder_prefix;
	bool names_result; /* the folder's name is the kernel's; else what follows the prefix is */
	const char *get;
} cache_kinds[] = {
    {"debian:", "debian-", true, "fetch it with `hintbench lab fetch"},
    {"built:", "built-", false, "build it with `hintbench lab build --source … --name"},
};

void lab_cache_folder(char *path, size_t path_bytes)
{
	const char *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");

	if (cache && *cache)
		snprintf(path, path_bytes, "%s/hintbench", cache);
	else
		snprintf(path, path_bytes, "%s/.cache/hintbench", home ? home : "");
}

void lab_kernel_cache(char *path, size_t path_bytes)
{
	char cache[PATH_MAX / 4];
	lab_cache_folder(cache, sizeof(cache));
	snprintf(path, path_bytes, "%s/kernels", cache);
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

/*
 * The name of a kernel that was given as a path: its base name, with what may not stand in a name replaced.
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

/* NAME or NAME:ARCH. */
static int split_arch(const char *text, char *name, size_t name_bytes, const struct lab_arch **arch,
                      struct error *error)
{
	const char *colon = strchr(text, ':');
	*arch = colon ? lab_arch_find(colon + 1) : &lab_x86;
	snprintf(name, name_bytes, "%.*s", colon ? (int)(colon - text) : (int)strlen(text), text);
	return *arch ? 0
	             : error_set(error, EINVAL, "no architecture '%s': there are x86 and arm64", colon + 1);
}

/* Whether `image` names a kernel of the cache; then 0, or -errno with `error`, in `err`. */
static bool take_cached(const char *image, struct lab_kernel *kernel, int *err, struct error *error)
{
	for (size_t i = 0; i < sizeof(cache_kinds) / sizeof(cache_kinds[0]); i++) {
		size_t length = strlen(cache_kinds[i].prefix);
		if (strncmp(image, cache_kinds[i].prefix, length) != 0)
			continue;
		char cache[PATH_MAX / 2], folder[PATH_MAX], name[sizeof(kernel->name)];
		const struct lab_arch *arch;
		*err = split_arch(image + length, name, sizeof(name), &arch, error);
		if (*err)
			return true;
		int used = snprintf(kernel->name, sizeof(kernel->name), "%s%s%s",
		                    cache_kinds[i].names_result ? cache_kinds[i].folder_prefix : "", name,
		                    arch->suffix);
		lab_kernel_cache(cache, sizeof(cache));
		snprintf(folder, sizeof(folder), "%s/%s%s%s", cache, cache_kinds[i].folder_prefix, name,
		         arch->suffix);
		if (!name_is_safe(kernel->name) || used >= (int)sizeof(kernel->name))
			*err = error_set(error, EINVAL, "'%s' cannot be a kernel's name", image);
		else if (!find_file(kernel->image_path, folder, "vmlinuz"))
			*err = error_set(error, ENOENT, "no kernel %s in the cache: %s %s%s`", image,
			                 cache_kinds[i].get, arch == &lab_x86 ? "" : "--arch arm64 ", name);
		else if (find_file(kernel->modules_path, folder, "modules/modules.dep"))
			*strrchr(kernel->modules_path, '/') = '\0';
		return true;
	}
	return false;
}

static int take_modules(const char *folder, struct lab_kernel *kernel, struct error *error)
{
	if (!find_file(kernel->modules_path, folder, "modules.dep"))
		return error_set(error, ENOENT,
		                 "%s has no modules.dep: give modules= the folder lib/modules/RELEASE that "
		                 "`make modules_install` and depmod made",
		                 folder);
	*strrchr(kernel->modules_path, '/') = '\0';
	return 0;
}

static int take_option(const char *option, struct lab_kernel *kernel, struct error *error)
{
	if (strncmp(option, "modules=", 8) == 0)
		return take_modules(option + 8, kernel, error);
	if (strncmp(option, "name=", 5) != 0)
		return error_set(error, EINVAL, "--kernel knows modules= and name=, not '%s'", option);
	if (!name_is_safe(option + 5) || strlen(option + 5) >= sizeof(kernel->name))
		return error_set(
		    error, EINVAL,
		    "name '%s': a kernel's name names its files: letters, digits and ._+- (at most %zu)",
		    option + 5, sizeof(kernel->name) - 1);
	strcpy(kernel->name, option + 5);
	return 0;
}

int lab_kernel_parse(const char *spec, struct lab_kernel *kernel, struct error *error)
{
	char text[PATH_MAX];
	*kernel = (struct lab_kernel){0};
	if (strlen(spec) >= sizeof(text))
		return error_set(error, EINVAL, "--kernel: too long");
	strcpy(text, spec);
	char *rest = text;
	const char *image = strsep(&rest, ",");
	if (!*image)
		return error_set(error, EINVAL, "--kernel needs a path, or debian:SUITE");

	int err = 0;
	if (!take_cached(image, kernel, &err, error)) {
		strcpy(kernel->image_path, image);
		name_from_path(image, kernel->name, sizeof(kernel->name));
	}
	while (!err && rest)
		err = take_option(strsep(&rest, ","), kernel, error);
	if (!err)
		err = lab_image_read(kernel->image_path, &kernel->arch, kernel->release,
		                     sizeof(kernel->release), error);
	if (!err)
		find_config(kernel);
	return err;
}
