/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/meter/event_set.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/inifile.h"
#include "lib/meter/formula.h"

#define METRIC "metric "

static const char *const own_names[] = {"units", "touches", "faults"};

/* inih gives the lines of a value that goes on one by one. */
static int add_text(char **text, const char *value, struct error *error)
{
	char *joined;
	if (asprintf(&joined, "%s%s%s", *text ? *text : "", *text ? " " : "", value) < 0)
		return error_set(error, ENOMEM, "no memory");
	free(*text);
	*text = joined;
	return 0;
}

/* A name stands in formulas and in tables beside the counts of the suite, and is no other's. */
static int check_name(const struct event_set *set, const char *name, struct error *error)
{
	bool taken = (set->taken && set->taken(name)) || event_set_index(set, name, NULL) >= 0;
	for (size_t i = 0; i < sizeof(own_names) / sizeof(own_names[0]); i++)
		taken |= strcmp(name, own_names[i]) == 0;
	for (size_t i = 0; i < set->metric_count; i++)
		taken |= strcmp(name, set->metrics[i].name) == 0;
	if (taken)
		return error_set(error, EINVAL, "the name '%s' is taken", name);
	if (!*name || strlen(name) >= EVENT_NAME_BYTES || strchr("0123456789", name[0]) ||
	    name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")])
		return error_set(error, EINVAL,
		                 "the name '%s' is empty, too long, or has other than small letters, digits "
		                 "and _",
		                 name);
	return 0;
}

static int take_pmus(struct event_set *set, const char *value, struct error *error)
{
	char list[256], *rest = list, *word;
	snprintf(list, sizeof(list), "%s", value);
	while ((word = strsep(&rest, " \t"))) {
		if (!*word)
			continue;
		if (set->pmu_count == EVENT_PMUS_MAX || strlen(word) >= sizeof(set->pmus[0]))
			return error_set(error, EINVAL,
			                 "more than %d PMUs, or a longer name than libpfm4 has: '%s'",
			                 EVENT_PMUS_MAX, word);
		strcpy(set->pmus[set->pmu_count++], word);
	}
	return 0;
}

static int take_event(struct event_set *set, const char *name, const char *code, struct error *error)
{
	int err = check_name(set, name, error);
	if (err)
		return err;
	if (!*code)
		return error_set(error, EINVAL, "no event stands behind `%s =`", name);
	if (set->event_count == EVENTS_MAX)
		return error_set(error, EINVAL, "more than %d events", EVENTS_MAX);
	struct event *event = &set->events[set->event_count++];
	strcpy(event->name, name);
	return add_text(&event->code, code, error);
}

static struct event_metric *metric_of(struct event_set *set, const char *name, struct error *error)
{
	struct event_metric *last = set->metric_count ? &set->metrics[set->metric_count - 1] : NULL;
	if (last && strcmp(last->name, name) == 0)
		return last;
	if (check_name(set, name, error) != 0)
		return NULL;
	if (set->metric_count == EVENTS_MAX) {
		error_set(error, EINVAL, "more than %d metrics", EVENTS_MAX);
		return NULL;
	}
	struct event_metric *metric = &set->metrics[set->metric_count++];
	strcpy(metric->name, name);
	return metric;
}

static int take_metric(struct event_set *set, const char *name, const char *key, const char *value,
                       struct error *error)
{
	struct event_metric *metric = metric_of(set, name, error);
	if (!metric)
		return -EINVAL;
	if (strcmp(key, "about") == 0)
		return add_text(&metric->about, value, error);
	if (strcmp(key, "formula") == 0)
		return add_text(&metric->formula, value, error);
	if (strcmp(key, "unit") == 0)
		return add_text(&metric->unit, value, error);
	return error_set(error, EINVAL, "there is no key '%s' in [metric …]: about, formula and unit", key);
}

static int take_key(void *data, const char *section, const char *key, const char *value, struct error *error)
{
	struct event_set *set = data;
	if (strncmp(section, METRIC, strlen(METRIC)) == 0)
		return take_metric(set, section + strlen(METRIC), key, value, error);
	if (strcmp(section, "events") == 0)
		return take_event(set, key, value, error);
	if (strcmp(section, "set") != 0)
		return error_set(error, EINVAL, "there is no section [%s]: [set], [events] and [metric NAME]",
		                 section);
	if (strcmp(key, "about") == 0)
		return add_text(&set->about, value, error);
	if (strcmp(key, "pmu") == 0)
		return take_pmus(set, value, error);
	return error_set(error, EINVAL, "there is no key '%s' in [set]: about and pmu", key);
}

int event_set_index(const struct event_set *set, const char *name, bool *baseline)
{
	const char *dot = strchr(name, '.');
	bool has_tail = dot && (strcmp(dot, ".baseline") == 0 || strcmp(dot, ".again") == 0);
	size_t length = baseline && has_tail ? (size_t)(dot - name) : strlen(name);
	if (baseline)
		*baseline = has_tail;
	for (size_t i = 0; i < set->event_count; i++)
		if (strlen(set->events[i].name) == length && strncmp(set->events[i].name, name, length) == 0)
			return (int)i;
	return -1;
}

/* Only whether there is such a name: what it is worth shows in a run. */
static int name_exists(const void *data, const char *name, double *value, struct error *error)
{
	bool baseline;
	*value = 1;
	for (size_t i = 0; i < sizeof(own_names) / sizeof(own_names[0]); i++)
		if (strcmp(name, own_names[i]) == 0)
			return 0;
	if (event_set_index(data, name, &baseline) >= 0)
		return 0;
	return error_set(error, ENOENT, "there is no event '%s' in the set", name);
}

static int check_metric(const struct event_set *set, const struct event_metric *metric, struct error *error)
{
	struct error formula_error;
	double value;
	if (!metric->formula || !metric->unit)
		return error_set(error, EINVAL, "[metric %s] has no formula, or no unit", metric->name);
	int err = formula_value(metric->formula, name_exists, set, &value, &formula_error);
	if (err == 0 || err == -EDOM)
		return 0;
	return error_set(error, EINVAL, "[metric %s] formula = %.100s: %.200s", metric->name, metric->formula,
	                 formula_error.text);
}

static int check_set(const struct event_set *set, const char *path, struct error *error)
{
	struct error metric_error;
	if (!set->about || set->event_count == 0)
		return error_set(error, EINVAL, "%s: no `about = …` in [set], or nothing in [events]", path);
	for (size_t i = 0; i < set->event_count; i++)
		if (set->pmu_count == 0 && !strstr(set->events[i].code, "::"))
			return error_set(error, EINVAL,
			                 "%s: %s = %s says no PMU: write perf::%s, or `pmu = …` in [set]",
			                 path, set->events[i].name, set->events[i].code, set->events[i].code);
	for (size_t i = 0; i < set->metric_count; i++)
		if (check_metric(set, &set->metrics[i], &metric_error) != 0)
			return error_set(error, EINVAL, "%s: %s", path, metric_error.text);
	return 0;
}

int event_set_find(const char *name, char *path, size_t path_bytes, struct error *error)
{
	return inifile_find("configs/events", name, path, path_bytes, error);
}

int event_set_load(struct event_set *set, const char *name, event_set_taken *taken, struct error *error)
{
	char path[PATH_MAX];
	*set = (struct event_set){.taken = taken};
	int err = event_set_find(name, path, sizeof(path), error);
	if (err)
		return err;
	const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
	size_t length = strlen(file);
	length -= length > 4 && strcmp(file + length - 4, ".ini") == 0 ? 4 : 0;
	snprintf(set->name, sizeof(set->name), "%.*s", (int)length, file);
	err = inifile_read(path, take_key, set, error);
	if (!err)
		err = check_set(set, path, error);
	if (err)
		event_set_free(set);
	return err;
}

void event_set_free(struct event_set *set)
{
	for (size_t i = 0; i < set->event_count; i++)
		free(set->events[i].code);
	for (size_t i = 0; i < set->metric_count; i++) {
		free(set->metrics[i].about);
		free(set->metrics[i].formula);
		free(set->metrics[i].unit);
	}
	free(set->about);
	memset(set, 0, sizeof(*set));
}

void event_set_code(const struct event *event, const char *pmu, char *code, size_t bytes)
{
	bool has_pmu = strstr(event->code, "::") || !pmu;
	snprintf(code, bytes, "%s%s%s", has_pmu ? "" : pmu, has_pmu ? "" : "::", event->code);
}
