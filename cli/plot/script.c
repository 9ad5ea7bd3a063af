/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/plot/script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "cli/escape.h"
#include "lib/base/paths.h"

#define MARK             "# Written by `hintbench plot`, sum "
#define MARK_END         ": edit it as you like; it is kept once it is edited."
#define SCRIPT_BYTES_MAX (1L << 20)

static unsigned long sum_of(const char *text, size_t length)
{
	return crc32_z(0, (const unsigned char *)text, length);
}

/* The file's text, to be freed, with a 0 after it; NULL with errno where it can't be read. */
static char *read_script(const char *path, size_t *length)
{
	FILE *in = fopen(path, "re");
	char *text = in ? calloc(1, SCRIPT_BYTES_MAX + 1) : NULL;
	*length = text ? fread(text, 1, SCRIPT_BYTES_MAX, in) : 0;
	if (text && (ferror(in) || !feof(in))) {
		errno = ferror(in) ? errno : EFBIG;
		free(text);
		text = NULL;
	}
	int err = errno;
	if (in)
		fclose(in);
	errno = err;
	return text;
}

/* What the mark says that the text was when it was written; false where there is none. */
static bool marked_sum(const char *text, unsigned long *sum)
{
	return strncmp(text, MARK, strlen(MARK)) == 0 && sscanf(text + strlen(MARK), "%8lx:", sum) == 1;
}

static bool is_edited(const char *text, size_t length)
{
	unsigned long sum;
	const char *body = memchr(text, '\n', length);
	return !body || !marked_sum(text, &sum) ||
	       sum_of(body + 1, length - (size_t)(body + 1 - text)) != sum;
}

enum script_origin script_origin(const char *path)
{
	size_t length;
	unsigned long sum;
	char *text = read_script(path, &length);
	enum script_origin origin = SCRIPT_FOREIGN;
	if (text && marked_sum(text, &sum))
		origin = is_edited(text, length) ? SCRIPT_EDITED : SCRIPT_UNEDITED;
	free(text);
	return origin;
}

/* Scripts find it under its name in the stage as well. */
static int keep(struct folder *folder, const char *name, struct error *error)
{
	char link[PATH_MAX], target[PATH_MAX];
	int length = snprintf(link, sizeof(link), "%s/%s.gp", folder->stage, name);
	snprintf(target, sizeof(target), "../%s.gp", name);
	if (length >= (int)sizeof(link) || symlink(target, link) != 0)
		return error_set_errno(error, errno, "cannot write into %s", folder->path);
	folder->has_edited = true;
	print_line(stderr, "hintbench: %s.gp was edited and is kept; delete it to get the new one", name);
	return 0;
}

/* Of other results it would say what is not so: it goes out of the way. */
static int set_aside(const struct folder *folder, const char *name, const char *text, size_t length,
                     struct error *error)
{
	char suffix[32], path[PATH_MAX];
	struct stat status;
	int number = 0;
	do {
		snprintf(suffix, sizeof(suffix), ".gp.~%d~", ++number);
		if (snprintf(path, sizeof(path), "%s/%s%s", folder->path, name, suffix) >= (int)sizeof(path))
			return error_set_errno(error, ENAMETOOLONG, "cannot write into %s", folder->path);
	} while (lstat(path, &status) == 0);
	fprintf(stderr, "hintbench: %s.gp was edited, for other results: it is kept as %s%s\n", name, name,
	        suffix);
	return folder_write(folder, name, suffix, text, length, error);
}

/* Sees to what is there: returns 1 where it is kept, 0 where it is replaced, or -errno with `error`. */
static int see_to_old(struct folder *folder, const char *name, const char *text, size_t length,
                      bool has_results, struct error *error)
{
	char path[PATH_MAX];
	unsigned long sum;
	size_t old_length;
	snprintf(path, sizeof(path), "%s/%s.gp", folder->path, name);
	char *old = read_script(path, &old_length);
	if (!old)
		return errno == ENOENT ? 0 : error_set_errno(error, errno, "cannot read %s", path);
	int err = 0;
	if (is_edited(old, old_length)) {
		bool fits = !has_results || (marked_sum(old, &sum) && sum == sum_of(text, length));
		err = fits ? keep(folder, name, error) : set_aside(folder, name, old, old_length, error);
		err = err ? err : fits;
	}
	free(old);
	return err;
}

int script_put(struct folder *folder, const char *name, const char *text, size_t length, bool has_results,
               struct error *error)
{
	int kept = see_to_old(folder, name, text, length, has_results, error);
	if (kept != 0)
		return kept < 0 ? kept : 0;
	FILE *out = folder_create(folder, name, ".gp", error);
	if (!out)
		return -EIO;
	fprintf(out, "%s%08lx%s\n", MARK, sum_of(text, length), MARK_END);
	fwrite(text, 1, length, out);
	return folder_finish(folder, out, error);
}

int script_copy(struct folder *folder, const char *name, struct error *error)
{
	char data_name[64], path[PATH_MAX];
	size_t length;
	snprintf(data_name, sizeof(data_name), "plot/%s.gp", name);
	if (data_path(data_name, path, sizeof(path)) != 0)
		return error_set(error, ENOENT, "%s is not there: reinstall hintbench", path);
	char *text = read_script(path, &length);
	if (!text)
		return error_set_errno(error, errno, "cannot read %s", path);
	int err = script_put(folder, name, text, length, false, error);
	free(text);
	return err;
}
