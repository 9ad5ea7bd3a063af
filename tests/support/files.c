/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/files.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/cmocka_all.h"

char folder[64];

int set_up_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/hintbench-test.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *file, int type, struct FTW *place)
{
	(void)file;
	(void)type;
	(void)place;
	return remove(path);
}

int tear_down_folder(void **state)
{
	(void)state;
	int err = nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	*folder = '\0';
	return err;
}

const char *in_folder(const char *name)
{
	static char paths[8][256];
	static unsigned next;
	char *path = paths[next++ % 8];
	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

void write_file(const char *path, const void *bytes, size_t length)
{
	FILE *file = fopen(path, "w");
	if (!file)
		fail_msg("cannot make %s", path);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

void write_text(const char *path, const char *text)
{
	write_file(path, text, strlen(text));
}

size_t read_text(const char *path, char *text, size_t room)
{
	FILE *file = fopen(path, "r");
	if (!file)
		fail_msg("no file %s", path);
	size_t length = fread(text, 1, room - 1, file);
	text[length] = '\0';
	fclose(file);
	return length;
}

void read_and_remove(const char *path, char *text, size_t room)
{
	*text = '\0';
	if (access(path, F_OK) == 0)
		read_text(path, text, room);
	unlink(path);
}
