/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/json_fields.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/analysis/result.h"
#include "lib/base/text.h"

#define KIND(type) (1u << (type))

/* "metrics.hint_faults.count" */
static void path_of(const struct fields *fields, const char *key, char *path, size_t bytes)
{
	path[0] = '\0';
	if (fields->outer)
		path_of(fields->outer, fields->key, path, bytes);
	size_t used = strlen(path);
	if (key && used + 1 < bytes)
		snprintf(path + used, bytes - used, "%s%s", used ? "." : "", key);
}

void fields_fail(const struct fields *fields, const char *key, const char *format, ...)
{
	struct reading *reading = fields->reading;
	char path[160], what[200], where[160] = "";
	va_list args;
	if (reading->failed)
		return;
	reading->failed = true;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	path_of(fields, key, path, sizeof(path));
	if (reading->case_name)
		snprintf(where, sizeof(where), "case %.120s: ", reading->case_name);
	else if (reading->case_number > 0)
		snprintf(where, sizeof(where), "case %zu: ", reading->case_number);
	error_set(reading->error, EINVAL, "%s: %s%s%s%s: the file was changed, run again", reading->file,
	          where, path, *path ? " " : "", what);
}

static const char *describe(const json_t *value, char *text, size_t bytes)
{
	static const char *const kinds[] = {
	    [JSON_OBJECT] = "an object", [JSON_ARRAY] = "a list", [JSON_STRING] = "a string",
	    [JSON_TRUE] = "true",        [JSON_FALSE] = "false",  [JSON_NULL] = "null",
	};
	if (json_is_integer(value))
		snprintf(text, bytes, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		snprintf(text, bytes, "%g", json_real_value(value));
	else
		snprintf(text, bytes, "%s", kinds[json_typeof(value)]);
	return text;
}

/* The value at `key` if it is of one of `kinds`, of which `what` is a description; else NULL. */
static json_t *get(const struct fields *fields, const char *key, unsigned kinds, const char *what)
{
	char found[40];
	if (fields->reading->failed)
		return NULL;
	json_t *value = json_object_get(fields->json, key);
	if (!value) {
		fields_fail(fields, key, "is missing");
		return NULL;
	}
	if (kinds & KIND(json_typeof(value)))
		return value;
	fields_fail(fields, key, "must be %s, not %s", what, describe(value, found, sizeof(found)));
	return NULL;
}

struct fields fields_in(const struct fields *fields, const char *key)
{
	json_t *value = get(fields, key, KIND(JSON_OBJECT), "an object");
	return (struct fields){fields->reading, fields, key, value};
}

bool fields_have(const struct fields *fields, const char *key)
{
	return !fields->reading->failed && json_object_get(fields->json, key);
}

/* A string of at most `bytes` at `key`; NULL otherwise. */
static const char *get_string(const struct fields *fields, const char *key, size_t bytes)
{
	const json_t *value = get(fields, key, KIND(JSON_STRING), "a string");
	if (!value)
		return NULL;
	if (json_string_length(value) > bytes) {
		fields_fail(fields, key, "has %zu bytes, and %zu is the limit", json_string_length(value),
		            bytes);
		return NULL;
	}
	return json_string_value(value);
}

static const char *get_clean_string(const struct fields *fields, const char *key, size_t bytes)
{
	const char *text = get_string(fields, key, bytes);
	if (text && !text_is_clean(text)) {
		fields_fail(fields, key, "has control characters");
		return NULL;
	}
	return arena_copy(fields->reading->arena, text);
}

const char *fields_name(const struct fields *fields, const char *key)
{
	return get_clean_string(fields, key, RESULT_NAME_BYTES_MAX);
}

void fields_check_name(const struct fields *fields, const char *name)
{
	if (strlen(name) > RESULT_NAME_BYTES_MAX)
		fields_fail(fields, NULL, "has a name of %zu bytes, and %d is the limit", strlen(name),
		            RESULT_NAME_BYTES_MAX);
	else if (!*name || !text_is_clean(name))
		fields_fail(fields, NULL, "has a name that is empty or has control characters");
}

const char *fields_sentence(const struct fields *fields, const char *key)
{
	return get_clean_string(fields, key, RESULT_TEXT_BYTES_MAX);
}

const char *fields_text(const struct fields *fields, const char *key)
{
	char *text = arena_copy(fields->reading->arena, get_string(fields, key, RESULT_TEXT_BYTES_MAX));
	if (text)
		text_clean(text);
	return text;
}

const char *fields_text_or_null(const struct fields *fields, const char *key)
{
	const json_t *value = get(fields, key, KIND(JSON_STRING) | KIND(JSON_NULL), "a string or null");
	return json_is_string(value) ? fields_text(fields, key) : NULL;
}

int64_t fields_integer(const struct fields *fields, const char *key, int64_t min, int64_t max)
{
	const json_t *value = get(fields, key, KIND(JSON_INTEGER), "an integer");
	int64_t integer = json_integer_value(value);
	if (!value || (integer >= min && integer <= max))
		return integer;
	if (max == INT64_MAX)
		fields_fail(fields, key, "must be at least %" PRId64 ", not %" PRId64, min, integer);
	else
		fields_fail(fields, key, "must be from %" PRId64 " to %" PRId64 ", not %" PRId64, min, max,
		            integer);
	return 0;
}

double fields_number(const struct fields *fields, const char *key)
{
	const json_t *value = get(fields, key, KIND(JSON_INTEGER) | KIND(JSON_REAL), "a number");
	double number = json_number_value(value), size = fabs(number);
	if (size == 0 || (size <= FIELDS_NUMBER_MAX && size >= 1 / FIELDS_NUMBER_MAX))
		return number;
	fields_fail(fields, key, "is %g: only sizes from %g to %g are taken", number, 1 / FIELDS_NUMBER_MAX,
	            FIELDS_NUMBER_MAX);
	return 0;
}

bool fields_bool(const struct fields *fields, const char *key)
{
	return json_is_true(get(fields, key, KIND(JSON_TRUE) | KIND(JSON_FALSE), "true or false"));
}

json_t *fields_array(const struct fields *fields, const char *key)
{
	return get(fields, key, KIND(JSON_ARRAY), "a list");
}

void put_field(json_t **object, const char *key, json_t *value)
{
	if (json_object_set_new(*object, key, value) == 0)
		return;
	json_decref(*object);
	*object = NULL;
}

json_t *clean_string(const char *text)
{
	char clean[RESULT_TEXT_BYTES_MAX + 1];
	text_copy(clean, sizeof(clean), text);
	text_clean(clean);
	return json_string(clean);
}

void put_text(json_t **object, const char *key, const char *text)
{
	if (text)
		put_field(object, key, clean_string(text));
}

/* Insertion order keeps names first; 15 digits are what a double holds of a decimal number. */
char *text_of_json(json_t *value)
{
	char *text =
	    json_dumps(value, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(15) | JSON_ENCODE_ANY);
	json_decref(value);
	return text;
}
