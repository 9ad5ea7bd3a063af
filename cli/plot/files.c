/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/plot/files.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "lib/base/paths.h"

FILE *open_in(const char *folder, const char *name, const char *suffix)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/%s%s", folder, name, suffix);
	FILE *out = fopen(path, "we");
	if (!out)
		bad_input("cannot write %s: %s", path, strerror(errno));
	return out;
}

int close_in(FILE *out, const char *folder)
{
	bool failed = ferror(out) != 0;
	if (fclose(out) != 0 || failed)
		return bad_input("cannot write into %s: %s", folder, strerror(errno));
	return EXIT_DONE;
}

int copy_script(const char *folder, const char *name)
{
	char data_name[64], path[PATH_MAX], block[1 << 13];
	snprintf(data_name, sizeof(data_name), "plot/%s.gp", name);
	if (data_path(data_name, path, sizeof(path)) != 0)
		return bad_input("%s is not there: reinstall hintbench", path);
	FILE *in = fopen(path, "re");
	if (!in)
		return bad_input("cannot read %s: %s", path, strerror(errno));
	FILE *out = open_in(folder, name, ".gp");
	size_t bytes;
	while (out && (bytes = fread(block, 1, sizeof(block), in)) > 0)
		fwrite(block, 1, bytes, out);
	fclose(in);
	return out ? close_in(out, folder) : EXIT_BAD_INPUT;
}

int run_gnuplot(const char *folder, const char *name)
{
	extern char **environ;
	char script[128];
	snprintf(script, sizeof(script), "%s.gp", name);
	char *argv[] = {"gnuplot", script, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, folder);
	int err = posix_spawnp(&pid, "gnuplot", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (err == ENOENT)
		return bad_input(
		    "gnuplot is not installed (package gnuplot-nox); then run `gnuplot %s` in %s", script,
		    folder);
	if (err)
		return bad_input("cannot start gnuplot: %s", strerror(err));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return bad_input("gnuplot failed on %s/%s", folder, script);
	return EXIT_DONE;
}

void remove_old(const char *folder, const char *name)
{
	static const char *const suffixes[] = {".dat", ".gp", ".svg", ".png"};
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		char path[PATH_MAX];
		snprintf(path, sizeof(path), "%s/%s%s", folder, name, suffixes[i]);
		unlink(path);
	}
}

/* A person may keep files of the same kind there: only ours begin so. */
static bool is_generated(const char *folder, const char *file)
{
	char path[PATH_MAX], head[256] = "";
	snprintf(path, sizeof(path), "%s/%s", folder, file);
	FILE *in = fopen(path, "re");
	if (!in)
		return false;
	head[fread(head, 1, sizeof(head) - 1, in)] = '\0';
	fclose(in);
	return strncmp(head, GENERATED_HEAD, strlen(GENERATED_HEAD)) == 0;
}

void remove_old_generated(const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	while (dir && (entry = readdir(dir))) {
		const char *end = strrchr(entry->d_name, '.');
		char name[NAME_MAX + 1];
		if (!end || strcmp(end, ".gp") != 0 || !is_generated(folder, entry->d_name))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(end - entry->d_name), entry->d_name);
		remove_old(folder, name);
	}
	if (dir)
		closedir(dir);
}
