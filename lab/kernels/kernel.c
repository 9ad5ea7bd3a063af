/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/kernels/kernel.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/guests/console.h"
#include "lab/kernels/cache.h"

bool lab_kernel_name_is_safe(const char *name)
{
	if (!isalnum((unsigned char)*name))
		return false;
	for (; *name; name++) {
		if (!isalnum((unsigned char)*name) && !strchr("._+-", *name))
			return false;
	}
	return true;
}

/* The name of a kernel that was given as a path: its base name, with what may not stand in a name replaced. */
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

/* The files of a kernel that lies in a folder of the cache. False where there is none. */
static bool take_folder(const char *folder, struct lab_kernel *kernel)
{
	if (find_file(kernel->modules_path, folder, "modules/modules.dep"))
		*strrchr(kernel->modules_path, '/') = '\0';
	find_file(kernel->origin_path, folder, "origin");
	find_file(kernel->package_path, folder, "package");
	return find_file(kernel->image_path, folder, "vmlinuz");
}

/* SUITE or SUITE:ARCH. The result is named debian-SUITE[-ARCH]. */
static int take_debian(const char *text, struct lab_kernel *kernel, struct error *error)
{
	char folder[PATH_MAX], suite[sizeof(kernel->name)];
	const char *colon = strchrnul(text, ':');
	const struct lab_arch *arch = *colon ? lab_arch_find(colon + 1, error) : &lab_x86;
	if (!arch)
		return -EINVAL;
	snprintf(suite, sizeof(suite), "%.*s", (int)(colon - text), text);
	int used = snprintf(kernel->name, sizeof(kernel->name), "debian-%s%s", suite, arch->suffix);
	if (used >= (int)sizeof(kernel->name) || !lab_kernel_name_is_safe(suite))
		return error_set(error, EINVAL, "'debian:%s' cannot be a kernel's name", text);
	lab_cache_debian_kernel(suite, arch, folder, sizeof(folder));
	if (take_folder(folder, kernel))
		return 0;
	return error_set(error, ENOENT,
	                 "no kernel debian:%s in the cache: fetch it with `hintbench lab fetch %s%s%s%s`",
	                 text, arch == &lab_x86 ? "" : "--arch ", arch == &lab_x86 ? "" : arch->name,
	                 arch == &lab_x86 ? "" : " ", suite);
}

/* NAME, which is the result's too. */
static int take_built(const char *name, struct lab_kernel *kernel, struct error *error)
{
	char folder[PATH_MAX];
	if (strlen(name) >= sizeof(kernel->name) || !lab_kernel_name_is_safe(name))
		return error_set(error, EINVAL, "'built:%s' cannot be a kernel's name", name);
	strcpy(kernel->name, name);
	lab_cache_built_kernel(name, folder, sizeof(folder));
	if (take_folder(folder, kernel))
		return 0;
	return error_set(
	    error, ENOENT,
	    "no kernel built:%s in the cache: build it with `hintbench lab build --source … --name %s`", name,
	    name);
}

/* What --kernel begins with, up to its first comma. */
static int take_image(const char *image, struct lab_kernel *kernel, struct error *error)
{
	if (strncmp(image, "debian:", 7) == 0)
		return take_debian(image + 7, kernel, error);
	if (strncmp(image, "built:", 6) == 0)
		return take_built(image + 6, kernel, error);
	strcpy(kernel->image_path, image);
	name_from_path(image, kernel->name, sizeof(kernel->name));
	return 0;
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
	if (!lab_kernel_name_is_safe(option + 5) || strlen(option + 5) >= sizeof(kernel->name))
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

	int err = take_image(image, kernel, error);
	while (!err && rest)
		err = take_option(strsep(&rest, ","), kernel, error);
	if (!err)
		err = lab_image_read(kernel->image_path, &kernel->arch, kernel->release,
		                     sizeof(kernel->release), error);
	if (!err)
		find_config(kernel);
	return err;
}

static void describe_file(const char *path, const char *prefix, FILE *out)
{
	char line[1024], clean[sizeof(line)];
	FILE *file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		printable_copy(clean, sizeof(clean), line, strcspn(line, "\n"));
		fprintf(out, "%s%s\n", prefix, clean);
	}
	if (file)
		fclose(file);
}

void lab_kernel_describe(const struct lab_kernel *kernel, FILE *out)
{
	fprintf(out, "release %s\n", kernel->release);
	if (*kernel->origin_path)
		describe_file(kernel->origin_path, "", out);
	else if (*kernel->package_path)
		describe_file(kernel->package_path, "package ", out);
	else
		fprintf(out, "image %s\n", kernel->image_path);
}
