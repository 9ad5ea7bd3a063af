/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/kernels/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool lab_source_is_version(const char *text)
{
	static const char digits[] = "0123456789";
	size_t length = strspn(text, digits);
	while (length && text[length] == '.' && strspn(text + length + 1, digits))
		length += 1 + strspn(text + length + 1, digits);
	return length && !text[length] && length < 32;
}

static int find_tree(const char *text, char source[PATH_MAX], struct error *error)
{
	static const char *const files[] = {"Makefile", "Kbuild", "mm/memory.c"};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[PATH_MAX];
		int length = snprintf(path, sizeof(path), "%s/%s", text, files[i]);
		if (length >= PATH_MAX || access(path, R_OK) != 0)
			return error_set(error, ENOENT, "%s is no kernel source tree: it has no %s", text,
			                 files[i]);
	}
	return realpath(text, source) ? 0 : error_set_errno(error, errno, "source tree %s", text);
}

int lab_source_find(const char *text, char source[PATH_MAX], struct error *error)
{
	size_t prefix = strlen(LAB_SOURCE_DEBIAN);
	if (strncmp(text, LAB_SOURCE_DEBIAN, prefix) != 0)
		return find_tree(text, source, error);
	if (!lab_source_is_version(text + prefix))
		return error_set(error, EINVAL, "'%s' is not of the form debian:6.1", text);
	strcpy(source, text);
	return 0;
}
