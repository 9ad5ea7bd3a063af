/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/inifile.h"

#include <errno.h>
#include <glob.h>
#include <ini.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/paths.h"

/* inih keeps 49 bytes of a section's name, and of a key that goes on in the next line; it cuts the rest in silence. */
#define NAME_BYTES_MAX 48

struct reading {
	FILE *in;
	inifile_take *take;
	void *data;
	int line;         /* the one that is read */
	int section_line; /* that of the [section] it is in */
	int wrong_line;   /* the first that `error` is about, 0 while there is none */
	int err;
	struct error error;
};

/* inih's reader: counts lines, and refuses those that inih would cut in two without a word. */
static char *read_line(char *text, int bytes, void *stream)
{
	struct reading *reading = stream;
	if (!fgets(text, bytes, reading->in))
		return NULL;
	reading->line++;
	if (text[strspn(text, "\xef\xbb\xbf \t")] == '[')
		reading->section_line = reading->line;
	int next = strchr(text, '\n') ? '\n' : fgetc(reading->in);
	if (next != '\n' && next != EOF && !reading->wrong_line) {
		reading->wrong_line = reading->line;
		reading->err =
		    error_set(&reading->error, EINVAL,
		              "a line is longer than %d bytes: continue it on the next, indented", bytes - 2);
	}
	while (next != '\n' && next != EOF)
		next = fgetc(reading->in);
	return text;
}

/* inih's handler: 0 is an error. */
static int take_key(void *data, const char *section, const char *key, const char *value)
{
	struct reading *reading = data;
	if (reading->wrong_line || !value)
		return 0;
	bool long_section = strlen(section) > NAME_BYTES_MAX;
	if (long_section || strlen(key) > NAME_BYTES_MAX) {
		reading->wrong_line = long_section ? reading->section_line : reading->line;
		reading->err = error_set(&reading->error, EINVAL, "the name of a %s is longer than %d bytes",
		                         long_section ? "section" : "key", NAME_BYTES_MAX);
		return 0;
	}
	reading->err = reading->take(reading->data, section, key, value, &reading->error);
	if (reading->err)
		reading->wrong_line = reading->line;
	return reading->err == 0;
}

/* The names of the folder's files, without their ending. */
static void list_names(const char *folder, char *names, size_t bytes)
{
	char pattern[PATH_MAX + 8];
	size_t used = 0;
	glob_t found;
	names[0] = '\0';
	if (data_path(folder, pattern, PATH_MAX) != 0)
		return;
	strcat(pattern, "/*.ini");
	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc && used < bytes; i++) {
		const char *file = strrchr(found.gl_pathv[i], '/') + 1;
		used += (size_t)snprintf(names + used, bytes - used, "%s%.*s", i ? ", " : "",
		                         (int)(strlen(file) - strlen(".ini")), file);
	}
	globfree(&found);
}

int inifile_find(const char *folder, const char *name, char *path, size_t path_bytes, struct error *error)
{
	struct stat st;
	char data_name[PATH_MAX], names[ERROR_BYTES / 2];
	snprintf(path, path_bytes, "%s", name);
	if (access(path, R_OK) == 0 && stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		return 0;
	snprintf(data_name, sizeof(data_name), "%s/%s.ini", folder, name);
	if (strchr(name, '/'))
		return error_set(error, ENOENT, "there is no file '%s'", name);
	if (data_path(data_name, path, path_bytes) == 0)
		return 0;
	list_names(folder, names, sizeof(names));
	return error_set(error, ENOENT, "there is no file '%.128s', and none of that name in %s%s%s", name,
	                 folder, *names ? ", which has " : "", names);
}

int inifile_read(const char *path, inifile_take *take, void *data, struct error *error)
{
	struct reading reading = {.in = fopen(path, "re"), .take = take, .data = data};
	if (!reading.in)
		return error_set_errno(error, errno, "cannot read %s", path);
	int line = ini_parse_stream(read_line, &reading, take_key, &reading);
	int failed = ferror(reading.in);
	fclose(reading.in);
	if (failed)
		return error_set(error, EIO, "cannot read %s", path);
	if (reading.wrong_line && (line == 0 || reading.wrong_line <= line))
		return error_set(error, -reading.err, "%s:%d: %s", path, reading.wrong_line,
		                 reading.error.text);
	if (line > 0)
		return error_set(error, EINVAL, "%s:%d: neither a [section] nor `key = value` in one", path,
		                 line);
	return line < 0 ? error_set(error, ENOMEM, "no memory to read %s", path) : 0;
}
