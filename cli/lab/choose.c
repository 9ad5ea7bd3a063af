/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What guests are to run: it is chosen here, and a guest sees only the list of cases. */
#include <errno.h>
#include <stdio.h>

#include "bench/job_file.h"
#include "bench/plan_file.h"
#include "cli/lab/guest.h"
#include "cli/request.h"
#include "lib/meter/event_set.h"

/* The event set of the command line or of the job file, which the guest gets along. */
static int find_events(struct lab_request *request, const struct job_file *config, struct error *error)
{
	const char *name = request->events ? request->events : config->events;
	if (!name)
		return 0;
	request->job.events_path = request->events_path;
	return event_set_find(name, request->events_path, sizeof(request->events_path), error);
}

static int write_plan(struct lab_request *request, const struct job_file *config, struct error *error)
{
	struct case_list all;
	struct plan plan;
	if (cases_all(&all) != 0)
		return error_set(error, ENOMEM, "no memory for the list of cases");
	int err = plan_make(&plan, &all, (char *const *)request->words, request->word_count,
	                    request->config ? config : NULL, error);
	if (!err) {
		err = plan_write(&plan, request->job.plan_path, error);
		plan_free(&plan);
	}
	cases_free(&all);
	return err;
}

int lab_request_choose(struct lab_request *request, struct error *error)
{
	struct lab_job *job = &request->job;
	struct job_file config = {0};
	char config_path[PATH_MAX];
	int err = 0;
	snprintf(request->plan_path, sizeof(request->plan_path), "%s/plan", job->work_folder);
	job->plan_path = request->plan_path;
	if (request->config)
		err = job_file_find(request->config, config_path, sizeof(config_path), error);
	if (!err && request->config)
		err = job_file_load(&config, config_path, error);
	if (!err)
		err = find_events(request, &config, error);
	if (!err)
		err = write_plan(request, &config, error);
	if (!err) {
		job->plan_text = request_text(request->config ? config_path : NULL, request->words,
		                              request->word_count, job->events_path);
		err = job->plan_text ? 0 : error_set(error, ENOMEM, "no memory");
	}
	job_file_free(&config);
	return err;
}
