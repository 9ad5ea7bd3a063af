/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/textfile.h"

/* /run is empty after a boot, as the settings are. */
#define JOURNAL_PATH "/run/hintbench.journal"
#define LINE_BYTES   4096

/* One line an entry: the verb, the path, and for `write` the value, parted by tabs. */
static int journal_fd = -1;

static int undo_entry(const char *entry, size_t length, struct error *error)
{
	char copy[LINE_BYTES], *line = copy;
	snprintf(copy, sizeof(copy), "%.*s", (int)length - 1, entry);
	const char *verb = strsep(&line, "\t");
	const char *path = line ? strsep(&line, "\t") : NULL;
	int err = 0;
	if (!path)
		return error_set(error, EINVAL, "a line of %s makes no sense: '%s'", JOURNAL_PATH, verb);
	if (strcmp(verb, "write") == 0)
		err = line ? -textfile_write(path, line) : EINVAL;
	else if (strcmp(verb, "swapoff") == 0)
		err = swapoff(path) ? errno : 0;
	else if (strcmp(verb, "rmdir") == 0)
		err = rmdir(path) ? errno : 0;
	else
		err = EINVAL;
	/* What is gone needs no undoing; EINVAL of swapoff: it is not in use as swap any more. */
	if (err == ENOENT || (err == EINVAL && strcmp(verb, "swapoff") == 0))
		return 0;
	return err ? error_set_errno(error, err, "cannot put back: %s %s %s", verb, path, line ? line : "")
	           : 0;
}

static char *read_journal(size_t *bytes)
{
	struct stat st;
	if (fstat(journal_fd, &st) != 0)
		return NULL;
	*bytes = (size_t)st.st_size;
	char *text = calloc(1, *bytes + 1);
	if (text && pread(journal_fd, text, *bytes, 0) != (ssize_t)*bytes) {
		free(text);
		return NULL;
	}
	return text;
}

/* Leaves its first `bytes` bytes and, for another try, the entries that could not be undone. */
static int rewrite_journal(size_t bytes, const char *kept, size_t kept_bytes)
{
	if (ftruncate(journal_fd, (off_t)bytes) != 0)
		return -errno;
	return write(journal_fd, kept, kept_bytes) == (ssize_t)kept_bytes ? 0 : -EIO;
}

int settings_undo_to(size_t mark, struct error *error)
{
	size_t bytes;
	int first = 0;
	if (journal_fd < 0)
		return 0;
	char *text = read_journal(&bytes);
	if (!text)
		return error_set(error, EIO, "cannot read %s", JOURNAL_PATH);
	/* What stands behind the last newline was never done: /run was full. */
	char *torn = memrchr(text, '\n', bytes);
	bytes = torn ? (size_t)(torn + 1 - text) : 0;
	char *kept = text + bytes, *end = kept;
	while (bytes > mark) {
		char *newline = memrchr(text, '\n', bytes - 1);
		char *line = newline ? newline + 1 : text;
		size_t length = bytes - (size_t)(line - text);
		int err = undo_entry(line, length, first ? NULL : error);
		first = first ? first : err;
		/* Another try would not make sense of nonsense. */
		if (err && err != -EINVAL) {
			kept -= length;
			memmove(kept, line, length);
		}
		bytes -= length;
	}
	int err = rewrite_journal(bytes, kept, (size_t)(end - kept));
	free(text);
	return err && !first ? error_set_errno(error, -err, "cannot shorten %s", JOURNAL_PATH) : first;
}

static size_t count_entries(void)
{
	size_t bytes = 0, entries = 0;
	char *text = read_journal(&bytes);
	for (size_t i = 0; text && i < bytes; i++)
		entries += text[i] == '\n';
	free(text);
	return entries;
}

/*
 * The processes of a killed run share its lock and may take a moment to end; nothing may be undone before
 * they have, or they would change it again.
 */
static bool lock_journal(void)
{
	const struct timespec moment = {.tv_nsec = 100 * 1000 * 1000};
	for (int tries = 0; tries < 20; tries++) {
		if (flock(journal_fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		nanosleep(&moment, NULL);
	}
	return false;
}

int settings_open(size_t *restored, struct error *error)
{
	journal_fd = open(JOURNAL_PATH, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (journal_fd < 0)
		return error_set_errno(error, errno, "cannot open the journal of settings %s; run as root",
		                       JOURNAL_PATH);
	if (!lock_journal()) {
		close(journal_fd);
		journal_fd = -1;
		return error_set(error, EBUSY,
		                 "another hintbench is running here (it holds %s); wait until it ends",
		                 JOURNAL_PATH);
	}
	size_t left_behind = count_entries();
	if (restored)
		*restored = left_behind;
	int err = settings_undo_to(0, error);
	if (err) {
		close(journal_fd);
		journal_fd = -1;
	}
	return err;
}

bool settings_left_behind(void)
{
	struct stat st;
	int fd = open(JOURNAL_PATH, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	/* A journal that is locked is of a run that goes on. */
	bool left = fstat(fd, &st) == 0 && st.st_size > 0 && flock(fd, LOCK_SH | LOCK_NB) == 0;
	close(fd);
	return left;
}

int settings_close(struct error *error)
{
	if (journal_fd < 0)
		return 0;
	int err = settings_undo_to(0, error);
	/* A journal that could not be undone stays for another try. */
	if (!err)
		unlink(JOURNAL_PATH);
	close(journal_fd);
	journal_fd = -1;
	return err;
}

size_t settings_mark(void)
{
	struct stat st;
	return journal_fd >= 0 && fstat(journal_fd, &st) == 0 ? (size_t)st.st_size : 0;
}

/* Drops entries whose change was not made. */
static void forget_since(size_t mark)
{
	if (ftruncate(journal_fd, (off_t)mark) != 0)
		return;
}

static int append(const char *verb, const char *path, const char *value, struct error *error)
{
	char line[LINE_BYTES];
	int length =
	    snprintf(line, sizeof(line), "%s\t%s%s%s\n", verb, path, value ? "\t" : "", value ? value : "");
	if (journal_fd < 0)
		return error_set(error, EBADF, "settings can't be changed before the journal is open");
	if (length >= (int)sizeof(line) || strchr(line, '\n') != line + length - 1)
		return error_set(error, EINVAL,
		                 "the value of %s is not one line and can't be kept in the journal", path);
	size_t mark = settings_mark();
	errno = ENOSPC;
	if (write(journal_fd, line, (size_t)length) != length || fdatasync(journal_fd) != 0) {
		int err = errno;
		forget_since(mark);
		return error_set_errno(error, err, "cannot write %s", JOURNAL_PATH);
	}
	return 0;
}

/* A file such as "always [madvise] never" shows its choices; the one in brackets is the value. */
static void pick_choice(char *value)
{
	char *open = strchr(value, '['), *close = open ? strchr(open, ']') : NULL;
	if (!close)
		return;
	*close = '\0';
	memmove(value, open + 1, strlen(open + 1) + 1);
}

int settings_write(const char *path, const char *value, struct error *error)
{
	char old[LINE_BYTES / 2];
	int err = textfile_read(path, old, sizeof(old));
	if (err < 0)
		return error_set_errno(error, -err, "cannot read the setting %s", path);
	pick_choice(old);
	if (strcmp(old, value) == 0)
		return 0;
	size_t mark = settings_mark();
	err = append("write", path, old, error);
	if (err)
		return err;
	err = textfile_write(path, value);
	if (!err)
		return 0;
	forget_since(mark);
	return error_set_errno(error, -err, "cannot write '%s' to %s", value, path);
}

int settings_undo_with_write(const char *path, const char *value, struct error *error)
{
	return append("write", path, value, error);
}

int settings_undo_with_swapoff(const char *path, struct error *error)
{
	return append("swapoff", path, NULL, error);
}

int settings_undo_with_rmdir(const char *path, struct error *error)
{
	return append("rmdir", path, NULL, error);
}
