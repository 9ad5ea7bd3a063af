/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/config.h"

#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/version.h"

static struct job *job_of_section(struct config *config, const char *section)
{
	if (config->job_count > 0 && strcmp(config->jobs[config->job_count - 1].name, section) == 0)
		return &config->jobs[config->job_count - 1];
	struct job *jobs = reallocarray(config->jobs, config->job_count + 1, sizeof(*jobs));
	if (!jobs)
		return NULL;
	config->jobs = jobs;
	struct job *job = &jobs[config->job_count++];
	memset(job, 0, sizeof(*job));
	snprintf(job->name, sizeof(job->name), "%s", section);
	return job;
}

static int add_word(struct job *job, const char *key, const char *value)
{
	if (job->word_count == JOB_WORDS_MAX)
		return 0;
	int length = key ? asprintf(&job->words[job->word_count], "%s=%s", key, value)
	                 : asprintf(&job->words[job->word_count], "%s", value);
	if (length < 0)
		return 0;
	job->word_count++;
	return 1;
}

/* inih's handler: 0 is an error. */
static int take_line(void *data, const char *section, const char *key, const char *value)
{
	struct job *job = section[0] ? job_of_section(data, section) : NULL;
	if (!job || !value)
		return 0;
	if (strcmp(key, "cases") != 0)
		return add_word(job, key, value);
	char list[INI_MAX_LINE];
	snprintf(list, sizeof(list), "%s", value);
	char *rest = list, *word;
	while ((word = strsep(&rest, " \t")))
		if (word[0] && !add_word(job, NULL, word))
			return 0;
	return 1;
}

struct lines {
	FILE *in;
	int count;
	int too_long; /* the first line that is too long for inih, which would cut it without a word */
};

/* inih's reader: fgets(), counting. */
static char *read_line(char *text, int bytes, void *stream)
{
	struct lines *lines = stream;
	if (!fgets(text, bytes, lines->in))
		return NULL;
	lines->count++;
	int next = strchr(text, '\n') ? '\n' : fgetc(lines->in);
	if (next != '\n' && next != EOF && !lines->too_long)
		lines->too_long = lines->count;
	while (next != '\n' && next != EOF)
		next = fgetc(lines->in);
	return text;
}

static bool is_file(const char *path)
{
	struct stat st;
	return access(path, R_OK) == 0 && stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

int config_find(const char *name, char *path, size_t path_bytes, struct reason *why)
{
	char data_name[PATH_MAX];
	snprintf(path, path_bytes, "%s", name);
	if (is_file(path))
		return 0;
	snprintf(data_name, sizeof(data_name), "configs/%s.ini", name);
	if (strchr(name, '/') || data_path(data_name, path, path_bytes) != 0)
		return because(why, ENOENT, "there is no job file '%s', as a path or in configs/", name);
	return 0;
}

int config_load(struct config *config, const char *name, struct reason *why)
{
	char path[PATH_MAX];
	*config = (struct config){0};
	int err = config_find(name, path, sizeof(path), why);
	if (err)
		return err;
	struct lines lines = {.in = fopen(path, "re")};
	if (!lines.in)
		return because_errno(why, errno, "cannot read the job file %s", path);
	int line = ini_parse_stream(read_line, &lines, take_line, config);
	err = ferror(lines.in) ? because(why, EIO, "cannot read the job file %s", path) : 0;
	fclose(lines.in);
	if (lines.too_long && (line == 0 || lines.too_long <= line))
		err = because(why, EINVAL,
		              "%s:%d: longer than a line may be; several lines `cases = …` are one list", path,
		              lines.too_long);
	else if (line > 0)
		err = because(why, EINVAL,
		              "%s:%d: not a [job], nor `cases = PATTERN …` or `key = value` in one", path,
		              line);
	else if (line < 0)
		err = because(why, ENOMEM, "no memory for the job file %s", path);
	else if (!err && config->job_count == 0)
		err = because(why, EINVAL, "%s: no [job] in it", path);
	if (err)
		config_free(config);
	return err;
}

void config_free(struct config *config)
{
	for (size_t i = 0; i < config->job_count; i++)
		for (size_t w = 0; w < config->jobs[i].word_count; w++)
			free(config->jobs[i].words[w]);
	free(config->jobs);
	*config = (struct config){0};
}
