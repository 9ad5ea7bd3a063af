/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fuzz/input.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/text.h"

enum { FILES = 4 };

const char *input_file(size_t index, const void *bytes, size_t size)
{
	static char paths[FILES][32];
	static int fds[FILES];
	assert(index < FILES);
	if (!*paths[index]) {
		fds[index] = memfd_create("input", MFD_CLOEXEC);
		snprintf(paths[index], sizeof(paths[index]), "/proc/self/fd/%d", fds[index]);
	}
	if (ftruncate(fds[index], 0) != 0 || pwrite(fds[index], bytes, size, 0) != (ssize_t)size)
		abort();
	return paths[index];
}

char *input_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

void check_error(const struct error *error)
{
	assert(*error->text && text_is_clean(error->text));
}

void check_printed(const char *text, size_t length)
{
	char *copy = input_text((const uint8_t *)text, length);
	assert(strlen(copy) == length);
	for (char *c = copy; *c; c++)
		if (*c == '\n' || *c == '\t')
			*c = ' ';
	assert(text_is_clean(copy));
	free(copy);
}
