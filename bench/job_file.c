/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/job_file.h"

#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/inifile.h"

static struct job *job_of_section(struct job_file *config, const char *section)
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

static int add_word(struct job *job, const char *key, const char *value, struct error *error)
{
	if (job->word_count == JOB_WORDS_MAX)
		return error_set(error, EINVAL, "more than %d words in [%s]", JOB_WORDS_MAX, job->name);
	int length = key ? asprintf(&job->words[job->word_count], "%s=%s", key, value)
	                 : asprintf(&job->words[job->word_count], "%s", value);
	if (length < 0)
		return error_set(error, ENOMEM, "no memory");
	job->word_count++;
	return 0;
}

/* Every case of a run is counted alike. */
static int take_events(struct job_file *config, const char *set, struct error *error)
{
	if (config->events && strcmp(config->events, set) != 0)
		return error_set(error, EINVAL,
		                 "the events '%s' were asked for above: one set is for all jobs",
		                 config->events);
	if (!config->events)
		config->events = strdup(set);
	return config->events ? 0 : error_set(error, ENOMEM, "no memory");
}

static int take_key(void *data, const char *section, const char *key, const char *value, struct error *error)
{
	struct job *job = section[0] ? job_of_section(data, section) : NULL;
	if (!section[0])
		return error_set(error, EINVAL, "no [job] stands above `%s = …`", key);
	if (!job)
		return error_set(error, ENOMEM, "no memory");
	if (strcmp(key, "events") == 0)
		return take_events(data, value, error);
	if (strcmp(key, "cases") != 0)
		return add_word(job, key, value, error);
	char list[INI_MAX_LINE];
	snprintf(list, sizeof(list), "%s", value);
	char *rest = list, *word;
	int err = 0;
	while (!err && (word = strsep(&rest, " \t")))
		err = word[0] ? add_word(job, NULL, word, error) : 0;
	return err;
}

int job_file_find(const char *name, char *path, size_t path_bytes, struct error *error)
{
	return inifile_find("configs", name, path, path_bytes, error);
}

int job_file_load(struct job_file *config, const char *name, struct error *error)
{
	char path[PATH_MAX];
	*config = (struct job_file){0};
	int err = job_file_find(name, path, sizeof(path), error);
	if (!err)
		err = inifile_read(path, take_key, config, error);
	if (!err && config->job_count == 0)
		err = error_set(error, EINVAL, "%s: no [job] in it", path);
	if (err)
		job_file_free(config);
	return err;
}

void job_file_free(struct job_file *config)
{
	for (size_t i = 0; i < config->job_count; i++)
		for (size_t w = 0; w < config->jobs[i].word_count; w++)
			free(config->jobs[i].words[w]);
	free(config->jobs);
	free(config->events);
	*config = (struct job_file){0};
}
