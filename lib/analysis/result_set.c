/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/result_set.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/analysis/result.h"

static const char *text_at(const json_t *object, const char *outer, const char *inner)
{
	const char *text = json_string_value(json_object_get(json_object_get(object, outer), inner));
	return text ? text : "";
}

/* A comma separates boots, unless there is a file with the comma in its name. */
static size_t split_spec(const char *spec, char ***paths)
{
	size_t count = 1;
	bool one = access(spec, F_OK) == 0;
	for (const char *c = spec; *c && !one; c++)
		count += *c == ',';
	*paths = calloc(count, sizeof(**paths));
	for (size_t i = 0; *paths && i < count; i++) {
		size_t length = one ? strlen(spec) : strcspn(spec, ",");
		(*paths)[i] = strndup(spec, length);
		spec += length + 1;
	}
	return count;
}

static int load_boot(struct side *side, size_t boot, struct error *error)
{
	side->records[boot] = json_object();
	side->results[boot] = result_load(side->paths[boot], error);
	if (!side->results[boot])
		return -EINVAL;
	size_t index;
	json_t *record;
	json_array_foreach (json_object_get(side->results[boot], "cases"), index, record)
		json_object_set(side->records[boot], json_string_value(json_object_get(record, "name")),
		                record);
	return 0;
}

/* Boots are compared with each other as if only noise were between them. */
static int check_boots(const struct side *side, size_t a, size_t b, struct error *error)
{
	json_t *first = json_object_get(side->results[a], "context");
	json_t *second = json_object_get(side->results[b], "context");
	const char *first_boot = json_string_value(json_object_get(first, "boot_id"));
	const char *second_boot = json_string_value(json_object_get(second, "boot_id"));

	if (strcmp(text_at(first, "kernel", "release"), text_at(second, "kernel", "release")) != 0 ||
	    strcmp(text_at(first, "kernel", "version"), text_at(second, "kernel", "version")) != 0)
		return error_set(
		    error, EINVAL,
		    "%s and %s are of different kernels: join with a comma only boots of one kernel",
		    side->paths[a], side->paths[b]);
	if (!json_equal(json_object_get(first, "clock"), json_object_get(second, "clock")))
		return error_set(
		    error, EINVAL,
		    "%s and %s have different clocks: join with a comma only boots of one machine",
		    side->paths[a], side->paths[b]);
	if (!json_is_true(json_object_get(first, "exact")) && first_boot && second_boot &&
	    strcmp(first_boot, second_boot) == 0)
		return error_set(error, EINVAL,
		                 "%s and %s are from the same boot: start the kernel anew for each file",
		                 side->paths[a], side->paths[b]);
	return 0;
}

/* What the person who ran it calls the kernel, else its release. */
static const char *kernel_name(const struct side *side)
{
	const char *name = text_at(side_context(side), "kernel", "name");
	return *name ? name : text_at(side_context(side), "kernel", "release");
}

int side_load(struct side *side, const char *spec, struct error *error)
{
	memset(side, 0, sizeof(*side));
	side->spec = strdup(spec);
	side->boots = split_spec(spec, &side->paths);
	side->results = calloc(side->boots, sizeof(*side->results));
	side->records = calloc(side->boots, sizeof(*side->records));
	int err = side->spec && side->paths && side->results && side->records
	              ? 0
	              : error_set(error, ENOMEM, "out of memory");
	for (size_t i = 0; !err && i < side->boots; i++) {
		err = load_boot(side, i, error);
		for (size_t j = 0; !err && j < i; j++)
			err = check_boots(side, j, i, error);
	}
	if (err) {
		side_free(side);
		return err;
	}
	side->label = strdup(kernel_name(side));
	return 0;
}

void side_free(struct side *side)
{
	for (size_t i = 0; i < side->boots; i++) {
		if (side->paths)
			free(side->paths[i]);
		if (side->results)
			json_decref(side->results[i]);
		if (side->records)
			json_decref(side->records[i]);
	}
	free(side->paths);
	free(side->results);
	free(side->records);
	free(side->label);
	free(side->spec);
	memset(side, 0, sizeof(*side));
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/*
 * Whether sides before or after `i` have its kernel's name, and with `by_file` its first file's name as well.
 */
static bool has_namesake(const struct side *sides, size_t count, size_t i, bool by_file)
{
	for (size_t j = 0; j < count; j++) {
		if (j != i && strcmp(kernel_name(&sides[j]), kernel_name(&sides[i])) == 0 &&
		    (!by_file || strcmp(file_name(sides[j].paths[0]), file_name(sides[i].paths[0])) == 0))
			return true;
	}
	return false;
}

static size_t times_given_before(const struct side *sides, size_t i)
{
	size_t times = 0;
	for (size_t j = 0; j < i; j++)
		times += strcmp(sides[j].spec, sides[i].spec) == 0;
	return times;
}

/* Kernels of the same name are told apart by their files, by whole paths where need be. */
static void tell_apart(struct side *sides, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!has_namesake(sides, count, i, false))
			continue;
		const char *file =
		    has_namesake(sides, count, i, true) ? sides[i].spec : file_name(sides[i].paths[0]);
		size_t again = times_given_before(sides, i);
		char *label = NULL, number[32] = "";
		if (again > 0)
			snprintf(number, sizeof(number), ", %zu", again + 1);
		if (asprintf(&label, "%s (%s%s)", kernel_name(&sides[i]), file, number) >= 0) {
			free(sides[i].label);
			sides[i].label = label;
		}
	}
}

struct side *sides_load(char *const *specs, size_t count, struct error *error)
{
	struct side *sides = calloc(count, sizeof(*sides));
	if (!sides) {
		error_set(error, ENOMEM, "out of memory");
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		if (side_load(&sides[i], specs[i], error) != 0) {
			sides_free(sides, i);
			return NULL;
		}
	}
	tell_apart(sides, count);
	return sides;
}

void sides_free(struct side *sides, size_t count)
{
	for (size_t i = 0; i < count; i++)
		side_free(&sides[i]);
	free(sides);
}

json_t *side_context(const struct side *side)
{
	return json_object_get(side->results[0], "context");
}

const char *side_clock(const struct side *side)
{
	return json_string_value(json_object_get(side_context(side), "clock"));
}

bool side_exact(const struct side *side)
{
	for (size_t i = 0; i < side->boots; i++) {
		if (!json_is_true(json_object_get(json_object_get(side->results[i], "context"), "exact")))
			return false;
	}
	return true;
}

json_t *side_record(const struct side *side, size_t boot, const char *case_name)
{
	return json_object_get(side->records[boot], case_name);
}

json_t *side_ok_record(const struct side *side, size_t boot, const char *case_name)
{
	json_t *record = side_record(side, boot, case_name);
	const char *status = json_string_value(json_object_get(record, "status"));
	return status && strcmp(status, "ok") == 0 ? record : NULL;
}

json_t *side_best_record(const struct side *side, const char *case_name)
{
	json_t *best = NULL;
	for (size_t i = 0; i < side->boots; i++) {
		json_t *ok = side_ok_record(side, i, case_name);
		if (ok)
			return ok;
		if (!best)
			best = side_record(side, i, case_name);
	}
	return best;
}

json_t *sides_case_names(const struct side *sides, size_t count)
{
	json_t *names = json_array(), *seen = json_object();
	for (size_t i = 0; i < count; i++) {
		for (size_t boot = 0; boot < sides[i].boots; boot++) {
			const char *name;
			json_t *record;
			json_object_foreach (sides[i].records[boot], name, record) {
				if (json_object_get(seen, name))
					continue;
				json_object_set(seen, name, record);
				json_array_append_new(names, json_string(name));
			}
		}
	}
	json_decref(seen);
	return names;
}

struct bin {
	double value;
	uint64_t count;
};

static int ascending_bins(const void *a, const void *b)
{
	double x = ((const struct bin *)a)->value, y = ((const struct bin *)b)->value;
	return (x > y) - (x < y);
}

static json_t *distribution_of(const struct side *side, size_t boot, const char *case_name,
                               const char *access_name)
{
	json_t *latency = json_object_get(side_ok_record(side, boot, case_name), "latency");
	return json_object_get(json_object_get(latency, access_name), "distribution");
}

static bool fill_samples(struct bin *bins, size_t length, struct side_samples *samples)
{
	samples->values = calloc(length, sizeof(*samples->values));
	samples->counts = calloc(length, sizeof(*samples->counts));
	if (!samples->values || !samples->counts) {
		side_samples_free(samples);
		return false;
	}
	qsort(bins, length, sizeof(*bins), ascending_bins);
	for (size_t i = 0; i < length; i++) {
		samples->values[i] = bins[i].value;
		samples->counts[i] = bins[i].count;
	}
	samples->length = length;
	return true;
}

bool side_samples(const struct side *side, const char *case_name, const char *access_name,
                  struct side_samples *samples)
{
	size_t room = 0, used = 0;
	memset(samples, 0, sizeof(*samples));
	for (size_t i = 0; i < side->boots; i++)
		room += json_array_size(distribution_of(side, i, case_name, access_name));
	struct bin *bins = calloc(room ? room : 1, sizeof(*bins));
	for (size_t i = 0; bins && i < side->boots; i++) {
		size_t index;
		json_t *pair;
		json_array_foreach (distribution_of(side, i, case_name, access_name), index, pair) {
			json_int_t count = json_integer_value(json_array_get(pair, 1));
			if (count > 0 && json_is_number(json_array_get(pair, 0)))
				bins[used++] =
				    (struct bin){json_number_value(json_array_get(pair, 0)), (uint64_t)count};
		}
	}
	bool filled = bins && used > 0 && fill_samples(bins, used, samples);
	free(bins);
	return filled;
}

void side_samples_free(struct side_samples *samples)
{
	free(samples->values);
	free(samples->counts);
	memset(samples, 0, sizeof(*samples));
}
