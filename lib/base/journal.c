/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/textfile.h"

enum {
	HEADER_BYTES = 64, /* "boot", a tab, a UUID and a newline */
	LOCK_TRIES = 20,
	LOCK_PAUSE_NS = 100 * 1000 * 1000,
};

/* The first line of a journal of this boot. Returns its length or -errno. */
static int make_header(char header[HEADER_BYTES], struct error *error)
{
	static const char path[] = "/proc/sys/kernel/random/boot_id";
	char boot[HEADER_BYTES / 2 + 8];
	int length = textfile_read(path, boot, sizeof(boot));
	if (length <= 0)
		return error_set_errno(error, length ? -length : EIO,
		                       "cannot read which boot this is from %s", path);
	return snprintf(header, HEADER_BYTES, "boot\t%s\n", boot);
}

/* Where a standard stream is closed, its number would be the journal's, and messages would go into it. */
static int above_the_streams(int fd)
{
	if (fd < 0 || fd > 2)
		return fd;
	int moved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	int err = errno;
	close(fd);
	errno = err;
	return moved;
}

/* What stands in the journal is done with all rights: nobody else may have put it there. */
static int check_trust(const struct stat *st, struct error *error)
{
	const char *wrong = !S_ISREG(st->st_mode)               ? "it is not a regular file"
	                    : st->st_uid != geteuid()           ? "it is another user's"
	                    : st->st_mode & (S_IWGRP | S_IWOTH) ? "others may write to it"
	                    : st->st_nlink > 1                  ? "it has a second name"
	                                                        : NULL;
	return wrong ? error_set(
	                   error, EPERM,
	                   "the journal of settings %s is not obeyed: %s; look who made it, and remove it",
	                   JOURNAL_PATH, wrong)
	             : 0;
}

static int open_trusted(int flags, struct error *error)
{
	struct stat st;
	int fd = above_the_streams(open(JOURNAL_PATH, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
	if (fd < 0 && errno == ELOOP)
		return error_set(
		    error, EPERM,
		    "the journal of settings %s is not obeyed: it is a link; look who made it, and remove it",
		    JOURNAL_PATH);
	if (fd < 0)
		return error_set_errno(error, errno, "cannot open the journal of settings %s; run as root",
		                       JOURNAL_PATH);
	int err = fstat(fd, &st) == 0 ? check_trust(&st, error)
	                              : error_set_errno(error, errno, "cannot look at %s", JOURNAL_PATH);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

/* Who held the lock before may have removed the file: then it is no journal that anybody else would see. */
static bool is_at_its_path(int fd)
{
	struct stat open_file, file;
	return fstat(fd, &open_file) == 0 && lstat(JOURNAL_PATH, &file) == 0 &&
	       open_file.st_dev == file.st_dev && open_file.st_ino == file.st_ino;
}

/*
 * The processes of a killed run share its lock and may take a moment to end; nothing may be undone before they have,
 * or they would change it again.
 */
static int open_locked(struct error *error)
{
	const struct timespec pause = {.tv_nsec = LOCK_PAUSE_NS};
	int tries = 0;
	while (tries < LOCK_TRIES) {
		int fd = open_trusted(O_RDWR | O_CREAT | O_APPEND, error);
		if (fd < 0)
			return fd;
		while (tries < LOCK_TRIES && flock(fd, LOCK_EX | LOCK_NB) != 0) {
			tries++;
			nanosleep(&pause, NULL);
		}
		if (tries < LOCK_TRIES && is_at_its_path(fd))
			return fd;
		close(fd);
	}
	return error_set(error, EBUSY, "another hintbench is running here (it holds %s); wait until it ends",
	                 JOURNAL_PATH);
}

char *journal_read(const struct journal *journal, size_t *bytes)
{
	struct stat st;
	if (fstat(journal->fd, &st) != 0)
		return NULL;
	*bytes = (size_t)st.st_size;
	char *text = calloc(1, *bytes + 1);
	if (text && pread(journal->fd, text, *bytes, 0) != (ssize_t)*bytes) {
		free(text);
		return NULL;
	}
	char *last = text ? memrchr(text, '\n', *bytes) : NULL;
	*bytes = last ? (size_t)(last + 1 - text) : 0;
	return text;
}

static size_t count_lines(const char *text, size_t bytes)
{
	size_t lines = 0;
	for (size_t i = 0; i < bytes; i++)
		lines += text[i] == '\n';
	return lines;
}

size_t journal_count(const struct journal *journal)
{
	size_t bytes = 0;
	char *text = journal_read(journal, &bytes);
	size_t lines = text ? count_lines(text, bytes) : 0;
	free(text);
	return lines > 0 ? lines - 1 : 0;
}

/* The settings of another boot are gone with it: its journal begins anew. */
static int begin(struct journal *journal, struct error *error)
{
	char header[HEADER_BYTES];
	size_t bytes;
	int length = make_header(header, error);
	if (length < 0)
		return length;
	char *text = journal_read(journal, &bytes);
	if (!text)
		return error_set(error, EIO, "cannot read %s", JOURNAL_PATH);
	journal->header_bytes = (size_t)length;
	int err = 0;
	if (bytes >= (size_t)length && memcmp(text, header, (size_t)length) == 0)
		goto out;
	if (bytes > 0 && strncmp(text, "boot\t", 5) != 0) {
		err = error_set(error, EINVAL,
		                "%s does not say which boot it is of, so it is not obeyed; put back by hand "
		                "what it lists, and remove it",
		                JOURNAL_PATH);
		goto out;
	}
	journal->discarded = bytes > 0 ? count_lines(text, bytes) - 1 : 0;
	err = journal_rewrite(journal, 0, NULL, 0);
	err = err ? error_set_errno(error, -err, "cannot empty %s", JOURNAL_PATH)
	          : journal_append(journal, header, (size_t)length, error);
out:
	free(text);
	return err;
}

int journal_open(struct journal *journal, struct error *error)
{
	*journal = (struct journal){.fd = open_locked(error)};
	if (journal->fd < 0)
		return journal->fd;
	int err = begin(journal, error);
	if (err) {
		close(journal->fd);
		journal->fd = -1;
	}
	return err;
}

bool journal_is_left_behind(void)
{
	char header[HEADER_BYTES];
	size_t bytes = 0;
	struct journal journal = {.fd = open_trusted(O_RDONLY, NULL)};
	int length = make_header(header, NULL);
	if (journal.fd < 0 || length < 0)
		return false;
	/* A journal that is locked is of a run that goes on. */
	char *text = flock(journal.fd, LOCK_SH | LOCK_NB) == 0 ? journal_read(&journal, &bytes) : NULL;
	bool left = text && bytes > (size_t)length && memcmp(text, header, (size_t)length) == 0;
	free(text);
	close(journal.fd);
	return left;
}

int journal_append(const struct journal *journal, const char *line, size_t length, struct error *error)
{
	struct stat before;
	if (fstat(journal->fd, &before) != 0)
		return error_set_errno(error, errno, "cannot look at %s", JOURNAL_PATH);
	errno = ENOSPC;
	if (write(journal->fd, line, length) == (ssize_t)length && fdatasync(journal->fd) == 0)
		return 0;
	int err = errno;
	/* Where even this fails, the line has no newline and is no entry. */
	if (ftruncate(journal->fd, before.st_size) != 0)
		err = errno;
	return error_set_errno(error, err, "cannot write %s", JOURNAL_PATH);
}

int journal_rewrite(const struct journal *journal, size_t bytes, const char *kept, size_t kept_bytes)
{
	if (ftruncate(journal->fd, (off_t)bytes) != 0)
		return -errno;
	if (kept_bytes == 0)
		return 0;
	return write(journal->fd, kept, kept_bytes) == (ssize_t)kept_bytes ? 0 : -EIO;
}

void journal_remove(const struct journal *journal)
{
	if (is_at_its_path(journal->fd))
		unlink(JOURNAL_PATH);
}
