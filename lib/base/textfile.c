/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int textfile_read(const char *path, char *text, size_t text_bytes)
{
	text[0] = '\0';
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	size_t used = 0;
	ssize_t got = 0;
	while (used < text_bytes - 1 && (got = read(fd, text + used, text_bytes - 1 - used)) > 0)
		used += (size_t)got;
	int err = got < 0 ? errno : 0;
	close(fd);
	if (err)
		return -err;
	if (used > 0 && text[used - 1] == '\n')
		used--;
	text[used] = '\0';
	return (int)used;
}

int textfile_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ssize_t put = write(fd, text, strlen(text));
	int err = put < 0 ? errno : 0;
	if (close(fd) != 0 && !err)
		err = errno;
	return -err;
}
