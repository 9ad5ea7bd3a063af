/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/config.h"

#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/inifile.h"

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

static int add_word(struct job *job, const char *key, const char *value, struct reason *why)
{
	if (job->word_count == JOB_WORDS_MAX)
		return because(why, EINVAL, "more than %d words in [%s]", JOB_WORDS_MAX, job->name);
	int length = key ? asprintf(&job->words[job->word_count], "%s=%s", key, value)
	                 : asprintf(&job->words[job->word_count], "%s", value);
	if (length < 0)
		return because(why, ENOMEM, "no memory");
	job->word_count++;
	return 0;
}

/* Every case of a run is counted alike. */
static int take_events(struct config *config, const char *set, struct reason *why)
{
	if (config->events && strcmp(config->events, set) != 0)
		return because(why, EINVAL, "the events '%s' were asked for above: one set is for all jobs",
		               config->events);
	if (!config->events)
		config->events = strdup(set);
	return config->events ? 0 : because(why, ENOMEM, "no memory");
}

static int take_key(void *data, const char *section, const char *key, const char *value, struct reason *why)
{
	struct job *job = section[0] ? job_of_section(data, section) : NULL;
	if (!section[0])
		return because(why, EINVAL, "no [job] stands above `%s = …`", key);
	if (!job)
		return because(why, ENOMEM, "no memory");
	if (strcmp(key, "events") == 0)
		return take_events(data, value, why);
	if (strcmp(key, "cases") != 0)
		return add_word(job, key, value, why);
	char list[INI_MAX_LINE];
	snprintf(list, sizeof(list), "%s", value);
	char *rest = list, *word;
	int err = 0;
	while (!err && (word = strsep(&rest, " \t")))
		err = word[0] ? add_word(job, NULL, word, why) : 0;
	return err;
}

int config_find(const char *name, char *path, size_t path_bytes, struct reason *why)
{
	return inifile_find("configs", name, path, path_bytes, why);
}

int config_load(struct config *config, const char *name, struct reason *why)
{
	char path[PATH_MAX];
	*config = (struct config){0};
	int err = config_find(name, path, sizeof(path), why);
	if (!err)
		err = inifile_read(path, take_key, config, why);
	if (!err && config->job_count == 0)
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
	free(config->events);
	*config = (struct config){0};
}
