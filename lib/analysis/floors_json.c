/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/analysis/floors.h"
#include "lib/analysis/json_fields.h"
#include "lib/base/text.h"

#define SCHEMA "hintbench-floor/1"

struct floor {
	const char *case_name, *metric, *unit;
	double value;
};

struct floors {
	struct arena *arena;
	struct floor *floors; /* sorted */
	size_t count;
};

static int by_figure(const void *a, const void *b)
{
	const struct floor *x = a, *y = b;
	int order = strcmp(x->case_name, y->case_name);
	order = order ? order : strcmp(x->metric, y->metric);
	return order ? order : strcmp(x->unit, y->unit);
}

static void read_floor(struct floor *floor, const struct fields *fields)
{
	floor->case_name = fields_name(fields, "case");
	floor->metric = fields_name(fields, "metric");
	floor->unit = fields_name(fields, "unit");
	floor->value = fields_number(fields, "floor");
	if (floor->value < 0)
		fields_fail(fields, "floor", "must be at least 0");
}

static int read_floors(struct floors *floors, json_t *doc, const char *path, struct error *error)
{
	struct reading reading = {.arena = floors->arena, .file = path, .error = error};
	const struct fields outer = {.reading = &reading, .json = doc};
	const char *schema = fields_name(&outer, "schema");
	if (schema && strcmp(schema, SCHEMA) != 0)
		fields_fail(&outer, "schema", "must be " SCHEMA);
	json_t *array = fields_array(&outer, "floors");
	floors->floors = arena_alloc(floors->arena, (json_array_size(array) + 1) * sizeof(*floors->floors));
	for (size_t i = 0; i < json_array_size(array); i++) {
		const struct fields fields = {&reading, &outer, "floors", json_array_get(array, i)};
		if (!json_is_object(fields.json))
			fields_fail(&outer, "floors", "must be of objects");
		else
			read_floor(&floors->floors[floors->count++], &fields);
	}
	if (reading.failed)
		return -EINVAL;
	qsort(floors->floors, floors->count, sizeof(*floors->floors), by_figure);
	return 0;
}

struct floors *floors_load(const char *path, struct error *error)
{
	json_error_t place;
	json_t *doc = json_load_file(path, JSON_REJECT_DUPLICATES, &place);
	if (!doc) {
		error_set(error, EINVAL, "%s cannot be read as floors: %s", path, place.text);
		if (error)
			text_clean(error->text);
		return NULL;
	}
	struct arena *arena = arena_new();
	struct floors *floors = arena_alloc(arena, sizeof(*floors));
	floors->arena = arena;
	int err = read_floors(floors, doc, path, error);
	json_decref(doc);
	if (!err)
		return floors;
	floors_free(floors);
	return NULL;
}

void floors_free(struct floors *floors)
{
	if (floors)
		arena_free(floors->arena);
}

double floors_find(const struct floors *floors, const char *case_name, const char *metric, const char *unit)
{
	const struct floor key = {case_name, metric, unit, 0};
	const struct floor *found =
	    bsearch(&key, floors->floors, floors->count, sizeof(*floors->floors), by_figure);
	return found ? found->value : 0;
}
