/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/plot/folder.h"

#include <dirent.h>
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/plot/script.h"

#define STAGE      ".hintbench-plot"
#define TAIL_BYTES 32

/* What gnuplot draws, and what the file ends with when all of it is there. */
static const struct picture_format {
	const char *suffix, *end;
} formats[] = {{".svg", "</svg>"}, {".png", "IEND\xae\x42\x60\x82"}};
enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

static int join(char *path, const char *folder, const char *name, const char *suffix)
{
	int length = snprintf(path, PATH_MAX, "%s/%s%s", folder, name, suffix);
	return length < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* Files only: there is nothing else in it, and what a link points to is not touched. */
static void empty_stage(const char *stage)
{
	char path[PATH_MAX];
	struct stat status;
	DIR *dir = lstat(stage, &status) == 0 && S_ISDIR(status.st_mode) ? opendir(stage) : NULL;
	const struct dirent *entry;
	while (dir && (entry = readdir(dir)))
		if (strspn(entry->d_name, ".") < strlen(entry->d_name) &&
		    join(path, stage, entry->d_name, "") == 0)
			unlink(path);
	if (dir)
		closedir(dir);
	rmdir(stage);
}

int folder_open(struct folder *folder, const char *path, struct error *error)
{
	*folder = (struct folder){.path = path};
	if (join(folder->stage, path, STAGE, "") != 0)
		return error_set_errno(error, ENAMETOOLONG, "cannot make the folder %s", path);
	folder->is_new = mkdir(path, 0777) == 0;
	if (!folder->is_new && errno != EEXIST)
		return error_set_errno(error, errno, "cannot make the folder %s", path);
	empty_stage(folder->stage); /* of a plot that was killed */
	if (mkdir(folder->stage, 0700) == 0)
		return 0;
	int err = error_set_errno(error, errno, "cannot write into %s", path);
	folder_close(folder);
	return err;
}

void folder_close(struct folder *folder)
{
	empty_stage(folder->stage);
	if (folder->is_new)
		rmdir(folder->path); /* stays where there is something in it */
}

FILE *folder_create(const struct folder *folder, const char *name, const char *suffix, struct error *error)
{
	char path[PATH_MAX];
	int err = join(path, folder->stage, name, suffix);
	FILE *out = err ? NULL : fopen(path, "wxe");
	if (!out)
		error_set_errno(error, err ? -err : errno, "cannot write %s/%s%s", folder->path, name,
		                suffix);
	return out;
}

int folder_finish(const struct folder *folder, FILE *out, struct error *error)
{
	errno = 0;
	bool failed = fflush(out) != 0 || ferror(out);
	int err = !failed ? 0 : errno ? errno : EIO; /* what failed earlier has left no errno */
	if (fclose(out) != 0 && !err)
		err = errno;
	return err ? error_set_errno(error, err, "cannot write into %s", folder->path) : 0;
}

int folder_write(const struct folder *folder, const char *name, const char *suffix, const char *text,
                 size_t length, struct error *error)
{
	FILE *out = folder_create(folder, name, suffix, error);
	if (!out)
		return -EIO;
	fwrite(text, 1, length, out);
	return folder_finish(folder, out, error);
}

/* Runs it where the data are, so that scripts name them without a folder. */
static int run_gnuplot(const struct folder *folder, const char *name, struct error *error)
{
	extern char **environ;
	char script[NAME_MAX + 1];
	snprintf(script, sizeof(script), "%s.gp", name);
	char *argv[] = {"gnuplot", script, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, folder->stage);
	int err = posix_spawnp(&pid, "gnuplot", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (err == ENOENT)
		return error_set(
		    error, err, "gnuplot is not installed (package gnuplot-nox); then run `gnuplot %s` in %s",
		    script, folder->path);
	if (err)
		return error_set_errno(error, err, "cannot start gnuplot");
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return error_set(error, EIO, "gnuplot failed on %s/%s", folder->path, script);
	return 0;
}

/*
 * gnuplot goes on after a write that failed, and a picture may lack its middle: it draws into memory, which stands in the
 * picture's place, and what is there is written here. Returns the descriptor, or -errno with `error`.
 */
static int open_canvas(const struct folder *folder, const char *name, const char *suffix, struct error *error)
{
	char path[PATH_MAX], memory[64];
	int fd = memfd_create(name, MFD_CLOEXEC);
	if (fd < 0)
		return error_set_errno(error, errno, "no memory to draw %s%s", name, suffix);
	snprintf(memory, sizeof(memory), "/proc/%d/fd/%d", (int)getpid(), fd);
	if (join(path, folder->stage, name, suffix) == 0 && symlink(memory, path) == 0)
		return fd;
	int err = error_set_errno(error, errno, "cannot write %s/%s%s", folder->path, name, suffix);
	close(fd);
	return err;
}

/* Writes what was drawn, if it has its end: gnuplot may have been killed. */
static int write_drawn(const struct folder *folder, const char *name, const struct picture_format *format,
                       const char *drawn, size_t length, struct error *error)
{
	char path[PATH_MAX];
	size_t tail = length < TAIL_BYTES ? length : TAIL_BYTES;
	if (!memmem(drawn + length - tail, tail, format->end, strlen(format->end)))
		return error_set(error, EIO, "gnuplot did not draw all of %s/%s%s", folder->path, name,
		                 format->suffix);
	int err = join(path, folder->stage, name, format->suffix);
	if (!err && unlink(path) != 0)
		err = -errno;
	if (err)
		return error_set_errno(error, -err, "cannot write %s/%s%s", folder->path, name,
		                       format->suffix);
	return folder_write(folder, name, format->suffix, drawn, length, error);
}

static int close_canvas(const struct folder *folder, const char *name, const struct picture_format *format,
                        int fd, struct error *error)
{
	struct stat status;
	size_t length = fstat(fd, &status) == 0 ? (size_t)status.st_size : 0;
	/* A script that a person edited may draw into files of other names. */
	if (length == 0 && folder->has_edited)
		return 0;
	char *drawn = length > 0 ? mmap(NULL, length, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	if (drawn == MAP_FAILED)
		return error_set(error, EIO, "gnuplot did not draw %s/%s%s", folder->path, name,
		                 format->suffix);
	int err = write_drawn(folder, name, format, drawn, length, error);
	munmap(drawn, length);
	return err;
}

int folder_draw(const struct folder *folder, const char *name, struct error *error)
{
	int canvas[FORMATS], count = 0, err = 0;
	while (!err && count < FORMATS) {
		canvas[count] = open_canvas(folder, name, formats[count].suffix, error);
		err = canvas[count] < 0 ? canvas[count] : 0;
		count += !err;
	}
	if (!err)
		err = run_gnuplot(folder, name, error);
	for (int i = 0; i < count; i++) {
		if (!err)
			err = close_canvas(folder, name, &formats[i], canvas[i], error);
		close(canvas[i]);
	}
	return err;
}

static bool ends_with(const char *name, const char *suffix)
{
	size_t length = strlen(name), suffix_length = strlen(suffix);
	return length > suffix_length && strcmp(name + length - suffix_length, suffix) == 0;
}

/* Links stand for edited scripts, which stay where they are. */
static bool is_published(const char *path, bool drawn)
{
	struct stat status;
	bool source = ends_with(path, ".dat") || ends_with(path, ".gp") || ends_with(path, "~");
	return lstat(path, &status) == 0 && S_ISREG(status.st_mode) && (drawn || source);
}

static int publish_all(const struct folder *folder, bool drawn, struct error *error)
{
	int err = 0;
	DIR *dir = opendir(folder->stage);
	const struct dirent *entry;
	if (!dir)
		return error_set_errno(error, errno, "cannot read %s", folder->stage);
	while (!err && (entry = readdir(dir))) {
		char from[PATH_MAX], to[PATH_MAX];
		if (join(from, folder->stage, entry->d_name, "") != 0 ||
		    join(to, folder->path, entry->d_name, "") != 0 || !is_published(from, drawn))
			continue;
		if (rename(from, to) != 0)
			err = error_set_errno(error, errno, "cannot write %s", to);
	}
	closedir(dir);
	return err;
}

/* What the picture of a script of ours, which this plot doesn't have, has left; an edited script stays. */
static void remove_picture(const struct folder *folder, const char *script, enum script_origin origin)
{
	static const char *const suffixes[] = {".dat", ".svg", ".png", ".gp"};
	size_t count = origin == SCRIPT_EDITED ? 3 : 4;
	for (size_t i = 0; i < count; i++) {
		char path[PATH_MAX], name[NAME_MAX + 1];
		snprintf(name, sizeof(name), "%.*s", (int)(strlen(script) - strlen(".gp")), script);
		if (join(path, folder->path, name, suffixes[i]) == 0)
			unlink(path);
	}
}

/* A person may keep files of the same kind there: only what has our mark is ours. */
static void remove_others(const struct folder *folder)
{
	DIR *dir = opendir(folder->path);
	const struct dirent *entry;
	while (dir && (entry = readdir(dir))) {
		char here[PATH_MAX], staged[PATH_MAX];
		struct stat status;
		if (!ends_with(entry->d_name, ".gp") || join(here, folder->path, entry->d_name, "") != 0 ||
		    join(staged, folder->stage, entry->d_name, "") != 0 || lstat(staged, &status) == 0)
			continue;
		enum script_origin origin = script_origin(here);
		if (origin != SCRIPT_FOREIGN)
			remove_picture(folder, entry->d_name, origin);
	}
	if (dir)
		closedir(dir);
}

int folder_publish(const struct folder *folder, bool drawn, struct error *error)
{
	if (drawn)
		remove_others(folder);
	return publish_all(folder, drawn, error);
}
