/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/plan.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNITS_MAX      (1UL << 20)
#define ALWAYS_PLANNED "overhead"

struct selection {
	char *const *words;
	size_t word_count;
	size_t units;
};

static bool is_pattern(const char *word)
{
	return strchr(word, '/') || !strchr(word, '=');
}

/* Parts key=values; false where the word is a pattern or the size. */
static bool split_filter(const char *word, char *key, size_t key_bytes, const char **values)
{
	const char *equals = strchr(word, '=');
	if (is_pattern(word))
		return false;
	snprintf(key, key_bytes, "%.*s", (int)(equals - word), word);
	*values = equals + 1;
	return strcmp(key, "units") != 0;
}

static int parse_units(const char *text, size_t *units, struct error *error)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);
	if (*end || value < 1 || value > UNITS_MAX || text[0] == '-')
		return error_set(error, EINVAL, "units=%s: a whole number from 1 to %lu is wanted", text,
		                 UNITS_MAX);
	*units = value;
	return 0;
}

static int check_words(struct selection *selection, const struct case_list *all, struct error *error)
{
	int err = 0;
	for (size_t i = 0; !err && i < selection->word_count; i++) {
		const char *word = selection->words[i], *values;
		char key[64];
		if (is_pattern(word))
			err = cases_check_pattern(all, word, error);
		else if (split_filter(word, key, sizeof(key), &values))
			err = cases_check_axis(key, values, error);
		else
			err = parse_units(strchr(word, '=') + 1, &selection->units, error);
	}
	return err;
}

static bool value_is_in(const char *value, const char *list)
{
	size_t length = strlen(value);
	for (const char *at = list; at; at = strchr(at, ','), at = at ? at + 1 : NULL)
		if (strncmp(at, value, length) == 0 && (at[length] == ',' || at[length] == '\0'))
			return true;
	return false;
}

static bool fits(const struct selection *selection, const struct bench_case *c)
{
	bool any_pattern = false, fits_pattern = false;
	for (size_t i = 0; i < selection->word_count; i++) {
		const char *word = selection->words[i], *values;
		char key[64];
		if (is_pattern(word)) {
			any_pattern = true;
			fits_pattern = fits_pattern || case_fits(c->name, word);
		} else if (split_filter(word, key, sizeof(key), &values)) {
			const char *value = case_value(c, key);
			if (!value || !value_is_in(value, values))
				return false;
		}
	}
	return fits_pattern || !any_pattern;
}

/* The selections of a config's jobs, checked; NULL where there is none. */
static struct selection *selections_of(const struct job_file *config, const struct case_list *all,
                                       struct error *error)
{
	struct selection *jobs = calloc(config->job_count, sizeof(*jobs));
	for (size_t i = 0; jobs && i < config->job_count; i++) {
		struct error what;
		jobs[i].words = config->jobs[i].words;
		jobs[i].word_count = config->jobs[i].word_count;
		if (check_words(&jobs[i], all, &what) != 0) {
			error_set(error, EINVAL, "job [%s]: %s", config->jobs[i].name, what.text);
			free(jobs);
			return NULL;
		}
	}
	return jobs;
}

static bool fits_a_job(const struct bench_case *c, const struct selection *jobs, size_t job_count)
{
	for (size_t i = 0; i < job_count; i++)
		if (fits(&jobs[i], c))
			return true;
	return job_count == 0;
}

/* The size that a case is planned with, into `units`; false where it isn't planned. */
static bool planned_units(const struct bench_case *c, const struct selection *words,
                          const struct selection *jobs, size_t job_count, size_t *units)
{
	bool always = strcmp(c->family->name, ALWAYS_PLANNED) == 0;
	*units = words->units;
	if (!always && !fits(words, c))
		return false;
	for (size_t i = 0; i < job_count; i++) {
		if (fits(&jobs[i], c)) {
			*units = words->units ? words->units : jobs[i].units;
			return true;
		}
	}
	return always || job_count == 0;
}

static void add_planned(struct plan *plan, const struct case_list *all, bool always,
                        const struct selection *words, const struct selection *jobs, size_t job_count)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct bench_case *c = &all->items[i];
		size_t units;
		if ((strcmp(c->family->name, ALWAYS_PLANNED) == 0) != always)
			continue;
		if (planned_units(c, words, jobs, job_count, &units))
			plan->items[plan->count++] = (struct planned){c, units};
	}
}

int plan_make(struct plan *plan, const struct case_list *all, char *const *words, size_t word_count,
              const struct job_file *config, struct error *error)
{
	struct selection selection = {.words = words, .word_count = word_count};
	struct selection *jobs = NULL;
	size_t job_count = config ? config->job_count : 0;
	*plan = (struct plan){0};
	int err = check_words(&selection, all, error);
	if (err)
		return err;
	if (config && !(jobs = selections_of(config, all, error)))
		return -EINVAL;
	plan->items = calloc(all->count, sizeof(*plan->items));
	if (!plan->items) {
		free(jobs);
		return error_set(error, ENOMEM, "no memory for the plan");
	}
	add_planned(plan, all, true, &selection, jobs, job_count);
	size_t always_count = plan->count;
	add_planned(plan, all, false, &selection, jobs, job_count);
	/* Only what is always planned: was it asked for? */
	bool wanted = plan->count > always_count;
	for (size_t i = 0; !wanted && i < plan->count; i++)
		wanted = fits(&selection, plan->items[i].c) && fits_a_job(plan->items[i].c, jobs, job_count);
	free(jobs);
	if (!wanted) {
		plan_free(plan);
		return error_set(
		    error, EINVAL,
		    "no case fits all of what was asked for; `hintbench list` shows what there is");
	}
	return 0;
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
