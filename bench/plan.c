/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/plan.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <string.h>

#define UNITS          "units="
#define UNITS_MAX      (1UL << 20)
#define ALWAYS_PLANNED "overhead"

/* What the command line, or a job, asks for. */
struct request {
	const char **words; /* those that choose cases */
	size_t word_count;
	size_t units;
};

/* The command line's, and those of a file's jobs. */
struct requests {
	struct request words, *jobs;
	size_t job_count;
};

static int parse_units(const char *text, size_t *units, struct error *error)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);
	if (*end || value < 1 || value > UNITS_MAX || text[0] == '-')
		return error_set(error, EINVAL, UNITS "%s: a whole number from 1 to %lu is wanted", text,
		                 UNITS_MAX);
	*units = value;
	return 0;
}

static int request_read(struct request *request, const struct case_list *all, char *const *words,
                        size_t word_count, struct error *error)
{
	int err = 0;
	*request = (struct request){.words = calloc(word_count + 1, sizeof(*request->words))};
	if (!request->words)
		return error_set(error, ENOMEM, "no memory for %zu words", word_count);
	for (size_t i = 0; !err && i < word_count; i++) {
		if (strncmp(words[i], UNITS, strlen(UNITS)) == 0)
			err = parse_units(words[i] + strlen(UNITS), &request->units, error);
		else
			request->words[request->word_count++] = words[i];
	}
	return err ? err
	           : selection_check(all->selectables, all->count, request->words, request->word_count,
	                             error);
}

static void requests_free(struct requests *requests)
{
	for (size_t i = 0; i < requests->job_count; i++)
		free(requests->jobs[i].words);
	free(requests->jobs);
	free(requests->words.words);
}

static int requests_read(struct requests *requests, const struct case_list *all, char *const *words,
                         size_t word_count, const struct job_file *config, struct error *error)
{
	size_t job_count = config ? config->job_count : 0;
	*requests = (struct requests){.jobs = calloc(job_count + 1, sizeof(*requests->jobs))};
	if (!requests->jobs)
		return error_set(error, ENOMEM, "no memory for %zu jobs", job_count);
	int err = request_read(&requests->words, all, words, word_count, error);
	for (size_t i = 0; !err && i < job_count; i++) {
		const struct job *job = &config->jobs[i];
		struct error what;
		requests->job_count = i + 1;
		err = request_read(&requests->jobs[i], all, job->words, job->word_count, &what);
		if (err)
			error_set(error, -err, "job [%s]: %.400s", job->name, what.text);
	}
	return err;
}

static bool fits(const struct request *request, const struct selectable *c)
{
	return selection_fits(c, request->words, request->word_count);
}

/* The first job that the case fits, or NULL. */
static const struct request *job_of(const struct requests *requests, const struct selectable *c)
{
	for (size_t i = 0; i < requests->job_count; i++)
		if (fits(&requests->jobs[i], c))
			return &requests->jobs[i];
	return NULL;
}

/* Plans the cases that are always planned, or the others. Returns how many of them were asked for. */
static size_t add_planned(struct plan *plan, const struct case_list *all, bool always,
                          const struct requests *requests)
{
	size_t asked_for = 0;
	for (size_t i = 0; i < all->count; i++) {
		const struct bench_case *c = &all->items[i];
		if ((strcmp(c->family->name, ALWAYS_PLANNED) == 0) != always)
			continue;
		const struct request *job = job_of(requests, &all->selectables[i]);
		bool wanted =
		    fits(&requests->words, &all->selectables[i]) && (job || requests->job_count == 0);
		size_t units = requests->words.units ? requests->words.units : job ? job->units : 0;
		if (wanted || always)
			plan->items[plan->count++] = (struct planned){c, units};
		asked_for += wanted;
	}
	return asked_for;
}

int plan_make(struct plan *plan, const struct case_list *all, char *const *words, size_t word_count,
              const struct job_file *config, struct error *error)
{
	struct requests requests;
	*plan = (struct plan){.items = calloc(all->count, sizeof(*plan->items))};
	int err = requests_read(&requests, all, words, word_count, config, error);
	if (!err && !plan->items)
		err = error_set(error, ENOMEM, "no memory for the plan");
	if (!err) {
		size_t asked_for = add_planned(plan, all, true, &requests);
		asked_for += add_planned(plan, all, false, &requests);
		if (asked_for == 0)
			err = error_set(
			    error, EINVAL,
			    "no case fits all of what was asked for; `hintbench list` shows what there is");
	}
	requests_free(&requests);
	if (err)
		plan_free(plan);
	return err;
}

void plan_shuffle(struct plan *plan, unsigned long seed)
{
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(random, seed);
	gsl_ran_shuffle(random, plan->items, plan->count, sizeof(*plan->items));
	gsl_rng_free(random);
}

void plan_free(struct plan *plan)
{
	free(plan->items);
	*plan = (struct plan){0};
}
