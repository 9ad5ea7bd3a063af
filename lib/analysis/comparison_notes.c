/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/comparison_notes.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Parts of the context that should be alike in everything that is compared. */
static const char *const parts[] = {"settings", "machine", "suite"};

static void note(json_t *notes, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void note(json_t *notes, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	if (vasprintf(&text, format, args) >= 0)
		json_array_append_new(notes, json_string(text));
	va_end(args);
	free(text);
}

static json_t *context_value(const struct side *side, size_t boot, const char *part, const char *key)
{
	json_t *context = json_object_get(side->results[boot], "context");
	return json_object_get(json_object_get(context, part), key);
}

/* Whether a value is in all files and the same in all. */
static bool agreed(const struct side *sides, size_t count, const char *part, const char *key)
{
	const json_t *first = context_value(&sides[0], 0, part, key);
	for (size_t i = 0; i < count; i++) {
		for (size_t boot = 0; boot < sides[i].boots; boot++) {
			json_t *value = context_value(&sides[i], boot, part, key);
			if (!first || !value || !json_equal(first, value))
				return false;
		}
	}
	return true;
}

static json_t *keys_of_all(const struct side *sides, size_t count, const char *part)
{
	json_t *keys = json_object();
	for (size_t i = 0; i < count; i++) {
		for (size_t boot = 0; boot < sides[i].boots; boot++) {
			json_t *context = json_object_get(sides[i].results[boot], "context");
			json_object_update_missing(keys, json_object_get(context, part));
		}
	}
	return keys;
}

json_t *common_context(const struct side *sides, size_t count)
{
	json_t *common = json_object();
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		json_t *keys = keys_of_all(sides, count, parts[i]), *same = json_object(), *value;
		const char *key;
		json_object_foreach (keys, key, value) {
			if (agreed(sides, count, parts[i], key))
				json_object_set(same, key, value);
		}
		json_object_set_new(common, parts[i], same);
		json_decref(keys);
	}
	return common;
}

/* A value as a person reads it. To be freed. */
static char *value_text(const json_t *value)
{
	if (!value)
		return strdup("not told");
	if (json_is_string(value))
		return strdup(json_string_value(value));
	return json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
}

/*
 * For each value of a key, as text, the files that have it; of a side's boots after the first only those that
 * differ from it. A new reference.
 */
static json_t *files_by_value(const struct side *sides, size_t count, const char *part, const char *key)
{
	json_t *files = json_object();
	for (size_t i = 0; i < count; i++) {
		const json_t *first = context_value(&sides[i], 0, part, key);
		for (size_t boot = 0; boot < sides[i].boots; boot++) {
			const json_t *value = context_value(&sides[i], boot, part, key);
			if (boot > 0 && (value == first || json_equal(value, first)))
				continue;
			char *text = value_text(value);
			const char *known = text ? text : "?";
			if (!json_object_get(files, known))
				json_object_set_new(files, known, json_array());
			json_array_append_new(json_object_get(files, known),
			                      json_string(sides[i].paths[boot]));
			free(text);
		}
	}
	return files;
}

/* "settings differ: KEY is 1 in BASE; 2 in NEW, NEWER". */
static void note_value(json_t *notes, const struct side *sides, size_t count, const char *part,
                       const char *key)
{
	char *text = NULL;
	size_t bytes, index;
	FILE *out = open_memstream(&text, &bytes);
	if (!out)
		return;
	json_t *by_value = files_by_value(sides, count, part, key), *files, *file;
	const char *value, *separator = "";
	json_object_foreach (by_value, value, files) {
		fprintf(out, "%s%s in ", separator, value);
		json_array_foreach (files, index, file)
			fprintf(out, "%s%s", index > 0 ? ", " : "", json_string_value(file));
		separator = "; ";
	}
	json_decref(by_value);
	if (fclose(out) == 0)
		note(notes, "%s differ: %s is %s", strcmp(part, "machine") == 0 ? "machines" : part, key,
		     text);
	free(text);
}

static void note_contexts(json_t *notes, const struct side *sides, size_t count)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		json_t *keys = keys_of_all(sides, count, parts[i]), *unused;
		const char *key;
		json_object_foreach (keys, key, unused) {
			if (!agreed(sides, count, parts[i], key))
				note_value(notes, sides, count, parts[i], key);
		}
		json_decref(keys);
	}
}

static void note_clocks(json_t *notes, const struct side *base, const struct side *new)
{
	if (strcmp(side_clock(base), side_clock(new)) != 0)
		note(notes, "clocks differ (%s in %s, %s in %s): only counts are compared", side_clock(base),
		     base->spec, side_clock(new), new->spec);
	else if (strcmp(side_clock(base), "none") == 0)
		note(notes, "neither %s nor %s has a clock: only counts are compared", base->spec, new->spec);
	if (side_exact(base) != side_exact(new))
		note(notes, "%s is exact and %s is not: noise is allowed for",
		     (side_exact(base) ? base : new)->spec, (side_exact(base) ? new : base)->spec);
}

static void note_incomplete(json_t *notes, const struct side *side)
{
	for (size_t i = 0; i < side->boots; i++) {
		const char *ended = json_string_value(json_object_get(side->results[i], "ended"));
		if (json_is_false(json_object_get(side->results[i], "complete")))
			note(notes, "%s ended early: %s", side->paths[i], ended ? ended : "no reason told");
	}
}

/* Cases that go by one name and were not done alike: how many, and the first as an example. */
static void note_cases(json_t *notes, const struct side *base, const struct side *new, const char *key,
                       const char *what)
{
	json_t *names = sides_case_names(base, 1), *name, *example_base = NULL, *example_new = NULL;
	const char *example = NULL;
	size_t index, found = 0;
	json_array_foreach (names, index, name) {
		json_t *a = json_object_get(side_best_record(base, json_string_value(name)), key);
		json_t *b = json_object_get(side_best_record(new, json_string_value(name)), key);
		bool measured = side_ok_record(base, 0, json_string_value(name)) &&
		                side_ok_record(new, 0, json_string_value(name));
		if (!measured || !a || !b || json_equal(a, b) || found++ > 0)
			continue;
		example = json_string_value(name);
		example_base = a;
		example_new = b;
	}
	if (found > 0) {
		char *a = value_text(example_base), *b = value_text(example_new);
		note(notes, "%s differ in %zu case%s, for one in %s: %s in %s, %s in %s", what, found,
		     found > 1 ? "s" : "", example, a ? a : "?", base->spec, b ? b : "?", new->spec);
		free(a);
		free(b);
	}
	json_decref(names);
}

json_t *difference_notes(const struct side *sides, size_t count)
{
	json_t *notes = json_array();
	for (size_t i = 0; i < count; i++)
		note_incomplete(notes, &sides[i]);
	for (size_t i = 1; i < count; i++)
		note_clocks(notes, &sides[0], &sides[i]);
	note_contexts(notes, sides, count);
	for (size_t i = 1; i < count; i++) {
		note_cases(notes, &sides[0], &sides[i], "units", "numbers of units");
		note_cases(notes, &sides[0], &sides[i], "params", "parameters");
	}
	return notes;
}
