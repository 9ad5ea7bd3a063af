/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/snapshot.h"

#include <ftw.h>
#include <glob.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/textfile.h"
#include "tests/support/cmocka_all.h"

static FILE *out;

/* They change by themselves, or reading them takes long. */
static bool is_restless(const char *path)
{
	static const char *const endings[] = {"/ns_last_pid", "/perf_event_max_sample_rate",
	                                      "/max_newidle_lb_cost", "/stat_refresh"};
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		const char *at = strstr(path, endings[i]);
		if (at && at[strlen(endings[i])] == '\0')
			return true;
	}
	return false;
}

static void add_text(const char *path)
{
	char text[16384];
	if (textfile_read(path, text, sizeof(text)) < 0)
		return;
	for (char *newline; (newline = strchr(text, '\n'));)
		*newline = ';';
	fprintf(out, "%s: %s\n", path, text);
}

static int add_setting(const char *path, const struct stat *file, int type, struct FTW *place)
{
	(void)place;
	bool is_setting = (file->st_mode & S_IRUSR) && (file->st_mode & S_IWUSR);
	if (type == FTW_F && is_setting && !is_restless(path))
		add_text(path);
	return 0;
}

static int add_cgroup(const char *path, const struct stat *file, int type, struct FTW *place)
{
	(void)file;
	(void)place;
	if (type == FTW_D)
		fprintf(out, "%s\n", path);
	else if (strstr(path, "/cgroup.subtree_control"))
		add_text(path);
	return 0;
}

static int add_name(const char *path, const struct stat *file, int type, struct FTW *place)
{
	(void)file;
	(void)type;
	(void)place;
	fprintf(out, "%s\n", path);
	return 0;
}

static void walk(const char *folder, int (*add)(const char *, const struct stat *, int, struct FTW *))
{
	nftw(folder, add, 16, FTW_PHYS | FTW_MOUNT);
}

static void each_match(const char *pattern, void (*add)(const char *path))
{
	glob_t found;
	if (glob(pattern, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			add(found.gl_pathv[i]);
		globfree(&found);
	}
}

static void add_settings_below(const char *folder)
{
	walk(folder, add_setting);
}

char *snapshot_take(void)
{
	char *text;
	size_t bytes;
	out = open_memstream(&text, &bytes);
	assert_non_null(out);
	add_settings_below("/proc/sys/kernel");
	add_settings_below("/proc/sys/vm");
	add_settings_below("/sys/kernel/mm");
	add_settings_below("/sys/kernel/debug/sched");
	add_settings_below("/sys/devices/system/node");
	each_match("/sys/devices/virtual/block/zram*", add_settings_below);
	each_match("/sys/devices/virtual/block/loop*/loop/backing_file", add_text);
	each_match("/sys/kernel/tracing/[ku]probe_events", add_text);
	add_text("/proc/swaps");
	add_text("/proc/mounts");
	walk("/sys/fs/cgroup", add_cgroup);
	walk("/run", add_name);
	walk("/dev/shm", add_name);
	walk("/scratch/ext4", add_name);
	walk("/scratch/xfs", add_name);
	assert_int_equal(fclose(out), 0);
	return text;
}

static bool has_line(const char *text, const char *line, size_t length)
{
	for (; *text; text += strcspn(text, "\n") + 1)
		if (strncmp(text, line, length) == 0 && text[length] == '\n')
			return true;
	return false;
}

static size_t print_what_lacks(const char *text, const char *other, const char *mark, FILE *to)
{
	size_t count = 0;
	for (size_t length; *text; text += length + 1) {
		length = strcspn(text, "\n");
		if (has_line(other, text, length))
			continue;
		fprintf(to, "%s %.*s\n", mark, (int)length, text);
		count++;
	}
	return count;
}

size_t snapshot_differences(const char *before, const char *after, FILE *to)
{
	if (strcmp(before, after) == 0)
		return 0;
	size_t count = print_what_lacks(before, after, "-", to) + print_what_lacks(after, before, "+", to);
	return count ? count : 1;
}
