/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/guardian.h"
#include "lib/base/journal.h"
#include "lib/base/textfile.h"

enum {
	LINE_BYTES = 4096,
	BUSY_TRIES = 100,
	BUSY_PAUSE_NS = 20 * 1000 * 1000,
};

/*
 * One line an entry: the verb, the path, and for `set` and `write` the value, parted by tabs. What was `set` reads as the value
 * afterwards; `write` is a command.
 */
static struct journal journal = {.fd = -1};
static pid_t guardian;

/* An entry as it was read from the journal. */
struct entry {
	char line[LINE_BYTES];
	const char *verb, *path, *value; /* `path` and `value` are NULL where there is none */
};

static void entry_parse(struct entry *entry, const char *line, size_t length)
{
	char *rest = entry->line;
	snprintf(entry->line, sizeof(entry->line), "%.*s", (int)length - 1, line);
	entry->verb = strsep(&rest, "\t");
	entry->path = rest ? strsep(&rest, "\t") : NULL;
	entry->value = rest;
}

static bool entry_makes_sense(const struct entry *entry)
{
	bool writes = strcmp(entry->verb, "set") == 0 || strcmp(entry->verb, "write") == 0;
	bool known = writes || strcmp(entry->verb, "swapoff") == 0 || strcmp(entry->verb, "rmdir") == 0;
	return known && entry->path && *entry->path == '/' && writes == !!entry->value;
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

/*
 * Of hugetlb pages those that a process still has become surplus ones, and others may stay for ever in their place
 * (mm/hugetlb.c, set_max_huge_pages()): writing what it reads makes them lasting ones, which can be given up again.
 */
static int set_back(const char *path, const char *value)
{
	char now[LINE_BYTES / 2];
	int err = -textfile_write(path, value);
	if (err || textfile_read(path, now, sizeof(now)) < 0)
		return err;
	pick_choice(now);
	if (strcmp(now, value) == 0)
		return 0;
	textfile_write(path, now);
	return EBUSY;
}

/* Returns 0 or a positive errno. */
static int undo_once(const struct entry *entry)
{
	if (strcmp(entry->verb, "set") == 0)
		return set_back(entry->path, entry->value);
	if (strcmp(entry->verb, "write") == 0)
		return -textfile_write(entry->path, entry->value);
	if (strcmp(entry->verb, "swapoff") == 0)
		return swapoff(entry->path) ? errno : 0;
	return rmdir(entry->path) ? errno : 0;
}

/*
 * A process that was killed still holds its cgroup and its hugetlb pages when its files are closed already (do_exit():
 * exit_files() comes before exit_task_work() and cgroup_exit()), and mkswap its device until it ends by itself.
 */
static int undo_when_free(const struct entry *entry)
{
	const struct timespec pause = {.tv_nsec = BUSY_PAUSE_NS};
	int err = undo_once(entry);
	for (int tries = 0; err == EBUSY && tries < BUSY_TRIES; tries++) {
		nanosleep(&pause, NULL);
		err = undo_once(entry);
	}
	return err;
}

static int entry_undo(const struct entry *entry, struct error *error)
{
	int err = undo_when_free(entry);
	/* What is gone needs no undoing; EINVAL of swapoff: it is not in use as swap any more. */
	if (err == ENOENT || (err == EINVAL && strcmp(entry->verb, "swapoff") == 0))
		return 0;
	return err ? error_set_errno(error, err, "cannot put back: %s %s %s", entry->verb, entry->path,
	                             entry->value ? entry->value : "")
	           : 0;
}

/* Whether an entry of this path is among those that are kept. */
static bool is_kept(const char *path, const char *kept, const char *end)
{
	struct entry entry;
	for (const char *line = kept, *newline; line < end; line = newline + 1) {
		newline = memchr(line, '\n', (size_t)(end - line));
		entry_parse(&entry, line, (size_t)(newline + 1 - line));
		if (strcmp(entry.path, path) == 0)
			return true;
	}
	return false;
}

/*
 * Undoes the entries of `text` from `bytes` back to `mark`. Those to keep for another try move to the text's end:
 * the ones that failed, and the earlier ones of the same path, or the later value would be the one that stays.
 * Returns where they begin; `first` gets the first error.
 */
static char *undo_entries(char *text, size_t bytes, size_t mark, int *first, struct error *error)
{
	char *end = text + bytes, *kept = end;
	struct entry entry;
	*first = 0;
	while (bytes > mark) {
		char *newline = memrchr(text, '\n', bytes - 1);
		char *line = newline ? newline + 1 : text;
		size_t length = bytes - (size_t)(line - text);
		bytes -= length;
		entry_parse(&entry, line, length);
		/* Another try would not make sense of nonsense. */
		bool sense = entry_makes_sense(&entry);
		int err = sense ? entry_undo(&entry, *first ? NULL : error)
		                : error_set(*first ? NULL : error, EINVAL,
		                            "a line of %s makes no sense: '%s'", JOURNAL_PATH, entry.verb);
		*first = *first ? *first : err;
		if (sense && (err || is_kept(entry.path, kept, end))) {
			kept -= length;
			memmove(kept, line, length);
		}
	}
	return kept;
}

int settings_undo_to(size_t mark, struct error *error)
{
	size_t bytes;
	int first;
	if (journal.fd < 0)
		return 0;
	if (mark < journal.header_bytes)
		mark = journal.header_bytes;
	char *text = journal_read(&journal, &bytes);
	if (!text)
		return error_set(error, EIO, "cannot read %s", JOURNAL_PATH);
	char *kept = undo_entries(text, bytes, mark, &first, error);
	int err = journal_rewrite(&journal, mark < bytes ? mark : bytes, kept, (size_t)(text + bytes - kept));
	free(text);
	return err && !first ? error_set_errno(error, -err, "cannot shorten %s", JOURNAL_PATH) : first;
}

static void undo_everything(void)
{
	/* A journal that could not be undone stays for another try. */
	if (settings_undo_to(0, NULL) == 0)
		journal_remove(&journal);
}

int settings_open(size_t *restored, struct error *error)
{
	int err = journal_open(&journal, error);
	if (err)
		return err;
	size_t left_behind = journal_count(&journal);
	if (restored)
		*restored = left_behind;
	err = settings_undo_to(0, error);
	if (!err) {
		guardian = guardian_start(journal.fd, undo_everything, error);
		err = guardian < 0 ? guardian : 0;
	}
	if (err) {
		close(journal.fd);
		journal.fd = -1;
	}
	return err;
}

size_t settings_discarded(void)
{
	return journal.discarded;
}

bool settings_left_behind(void)
{
	return journal_is_left_behind();
}

int settings_close(struct error *error)
{
	if (journal.fd < 0)
		return 0;
	int err = settings_undo_to(0, error);
	if (!err)
		journal_remove(&journal);
	guardian_stop(guardian);
	close(journal.fd);
	journal.fd = -1;
	return err;
}

size_t settings_mark(void)
{
	struct stat st;
	return journal.fd >= 0 && fstat(journal.fd, &st) == 0 ? (size_t)st.st_size : 0;
}

/* Drops entries whose change was not made. */
static void forget_since(size_t mark)
{
	journal_rewrite(&journal, mark, NULL, 0);
}

static int append(const char *verb, const char *path, const char *value, struct error *error)
{
	char line[LINE_BYTES];
	if (journal.fd < 0)
		return error_set(error, EBADF, "settings can't be changed before the journal is open");
	/* Who reads the journal may stand in another folder. */
	if (*path != '/' || strpbrk(path, "\t\n"))
		return error_set(error, EINVAL, "'%s' is not a path that can be kept in the journal", path);
	int length =
	    snprintf(line, sizeof(line), "%s\t%s%s%s\n", verb, path, value ? "\t" : "", value ? value : "");
	if (length >= (int)sizeof(line) || strchr(line, '\n') != line + length - 1)
		return error_set(error, EINVAL,
		                 "the value of %s is not one line and can't be kept in the journal", path);
	return journal_append(&journal, line, (size_t)length, error);
}

int settings_write(const char *path, const char *value, struct error *error)
{
	char old[LINE_BYTES / 2];
	int err = textfile_read(path, old, sizeof(old));
	if (err < 0)
		return error_set_errno(error, -err, "cannot read the setting %s", path);
	if (err == (int)sizeof(old) - 1)
		return error_set(error, EINVAL, "the value of %s is too long to be kept in the journal",
		                 path);
	pick_choice(old);
	if (strcmp(old, value) == 0)
		return 0;
	size_t mark = settings_mark();
	err = append("set", path, old, error);
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
