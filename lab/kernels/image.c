/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/kernels/image.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* Offsets into a bzImage, and values there (Documentation/arch/x86/boot.rst). */
enum {
	BOOT_FLAG_OFFSET = 0x1fe,
	BOOT_FLAG = 0xaa55,
	HEADER_OFFSET = 0x202, /* "HdrS" */
	VERSION_OFFSET = 0x20e,
	VERSION_BASE = 0x200,
	HEAD_BYTES = 0x10000, /* the setup code, which holds the version's text, is smaller */
};

/* Where an arm64 Image has its magic number (Documentation/arch/arm64/booting.rst). */
enum { ARM64_MAGIC_OFFSET = 0x38 };
static const char arm64_magic[] = "ARM\x64";

/* The kernel's linux_banner, which `cat /proc/version` shows. */
static const char banner[] = "Linux version ";

bool lab_release_is_safe(const char *release)
{
	static const char more[] = "._+~-", alphanumeric[] = "abcdefghijklmnopqrstuvwxyz"
	                                                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	if (!*release || !strchr(alphanumeric, *release) || strlen(release) > LAB_RELEASE_MAX)
		return false;
	for (; *release; release++)
		if (!strchr(alphanumeric, *release) && !strchr(more, *release))
			return false;
	return true;
}

static int read_head(const char *path, unsigned char *head, size_t *length, struct error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set_errno(error, errno, "kernel %s", path);
	struct stat file;
	if (fstat(fd, &file) == 0 && !S_ISREG(file.st_mode)) {
		close(fd);
		return error_set(error, ENOEXEC, "kernel %s is not a file", path);
	}
	ssize_t got = read(fd, head, HEAD_BYTES);
	int err = errno;
	close(fd);
	if (got < 0)
		return error_set_errno(error, err, "kernel %s", path);
	*length = (size_t)got;
	return 0;
}

static bool is_bzimage(const unsigned char *head, size_t length)
{
	return length > VERSION_OFFSET + 2 && head[BOOT_FLAG_OFFSET] == (BOOT_FLAG & 0xff) &&
	       head[BOOT_FLAG_OFFSET + 1] == BOOT_FLAG >> 8 && memcmp(head + HEADER_OFFSET, "HdrS", 4) == 0;
}

/*
 * Writes the release at `text`, which a space ends. Whoever made the image chose it, and it names files and stands on
 * terminals. Returns 0, or -ENOEXEC with `error`.
 */
static int take_release(const char *path, const char *text, char *release, size_t release_bytes,
                        struct error *error)
{
	size_t length = strcspn(text, " ");
	snprintf(release, release_bytes, "%.*s", (int)length, text);
	if (length >= release_bytes || !lab_release_is_safe(release))
		return error_set(error, ENOEXEC,
		                 "%s is refused: the release that it tells is none (letters, digits and "
		                 "._+~-, at most %d)",
		                 path, LAB_RELEASE_MAX);
	return 0;
}

static int read_bzimage(const char *path, const unsigned char *head, size_t length, char *release,
                        size_t release_bytes, struct error *error)
{
	size_t version = (size_t)(head[VERSION_OFFSET] | head[VERSION_OFFSET + 1] << 8) + VERSION_BASE;
	if (version >= length)
		return error_set(error, ENOEXEC, "%s is cut short, or does not tell its version", path);
	return take_release(path, (const char *)head + version, release, release_bytes, error);
}

/* The release that follows the banner, where it is whole in these bytes; else NULL. */
static const char *find_release(const unsigned char *bytes, size_t length)
{
	const unsigned char *at = bytes, *end = bytes + length;
	while ((at = memmem(at, (size_t)(end - at), banner, strlen(banner)))) {
		at += strlen(banner);
		if (at < end && isdigit(*at) && memchr(at, ' ', (size_t)(end - at)))
			return (const char *)at;
	}
	return NULL;
}

/* Reads all of an arm64 Image, block by block; gzread() takes one that isn't compressed as it is. */
static int read_arm64_image(const char *path, char *release, size_t release_bytes, struct error *error)
{
	enum { BLOCK = 1 << 16, OVERLAP = 256 };
	unsigned char block[OVERLAP + BLOCK + 1];
	size_t kept = 0;
	int got, err = 0;
	bool first = true;
	const char *found = NULL;
	gzFile file = gzopen(path, "re");
	while (file && !found && (got = gzread(file, block + kept, BLOCK)) > 0) {
		size_t length = kept + (size_t)got;
		block[length] = '\0';
		if (first && (length < ARM64_MAGIC_OFFSET + 4 ||
		              memcmp(block + ARM64_MAGIC_OFFSET, arm64_magic, 4) != 0))
			break;
		first = false;
		found = find_release(block, length);
		if (found)
			err = take_release(path, found, release, release_bytes, error);
		/* The text may go on in the next block. */
		kept = length < OVERLAP ? length : OVERLAP;
		memmove(block, block + length - kept, kept);
	}
	if (file)
		gzclose(file);
	if (first)
		return error_set(error, ENOEXEC,
		                 "%s is not an x86 kernel image (bzImage), and not one of arm64 (Image)",
		                 path);
	return found ? err : error_set(error, ENOEXEC, "%s does not tell its version", path);
}

int lab_image_read(const char *path, const struct lab_arch **arch, char *release, size_t release_bytes,
                   struct error *error)
{
	unsigned char head[HEAD_BYTES + 1];
	size_t length = 0;
	int err = read_head(path, head, &length, error);
	if (err)
		return err;
	head[length] = '\0';
	bool x86 = is_bzimage(head, length);
	*arch = x86 ? &lab_x86 : &lab_arm64;
	return x86 ? read_bzimage(path, head, length, release, release_bytes, error)
	           : read_arm64_image(path, release, release_bytes, error);
}
