/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields of JSON objects, for the files that read and write results. What is read comes from strangers: each field is asked
 * for by the type and the range that it must have, and the first that is wrong makes the message.
 */
#ifndef HINTBENCH_ANALYSIS_JSON_FIELDS_H
#define HINTBENCH_ANALYSIS_JSON_FIELDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"

/*
 * The largest size of a real number, and one over it the smallest: their quotients and percentages are finite. Latencies are
 * whole numbers of ticks before they are scaled, and stay where doubles are exact.
 */
#define FIELDS_NUMBER_MAX  1e30
#define FIELDS_LATENCY_MAX 9007199254740992.0 /* 2^53 */

/* A file that is being read. After a failure all that is asked for is 0, false or NULL, and `error` keeps the first. */
struct reading {
	struct arena *arena; /* gets the strings */
	const char *file;
	const char *case_name; /* that is being read; NULL: none, or its name is not known yet */
	size_t case_number;    /* from 1; 0: none */
	struct error *error;
	bool failed;
};

/* An object in it. */
struct fields {
	struct reading *reading;
	const struct fields *outer; /* in which it stands; NULL: the outermost */
	const char *key;            /* of it there */
	json_t *json;               /* borrowed; NULL after a failure */
};

/* The object at `key`. */
struct fields fields_in(const struct fields *fields, const char *key);

/* Whether there is such a field. */
bool fields_have(const struct fields *fields, const char *key);

/* A name: no control characters, not longer than RESULT_NAME_BYTES_MAX; fields_check_name() is for a key. */
const char *fields_name(const struct fields *fields, const char *key);
void fields_check_name(const struct fields *fields, const char *name);

/* A sentence: the same, not longer than RESULT_TEXT_BYTES_MAX. */
const char *fields_sentence(const struct fields *fields, const char *key);

/* Text that a machine gave, such as a command line: control characters become `?`. */
const char *fields_text(const struct fields *fields, const char *key);

/* The same where null stands for nothing. */
const char *fields_text_or_null(const struct fields *fields, const char *key);

int64_t fields_integer(const struct fields *fields, const char *key, int64_t min, int64_t max);
double fields_number(const struct fields *fields, const char *key);
bool fields_bool(const struct fields *fields, const char *key);
json_t *fields_array(const struct fields *fields, const char *key);

/* Says that the field at `key` (NULL: the object) is wrong, where nothing was before it. */
void fields_fail(const struct fields *fields, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * For writing: adds a field to an object. Where memory runs out or a number is not finite, `*object` becomes NULL, and what is
 * put into NULL is dropped: only the last NULL needs to be asked for.
 */
void put_field(json_t **object, const char *key, json_t *value);

/* Text, in the form in which the readers above take it; NULL is no field. */
void put_text(json_t **object, const char *key, const char *text);

/* A string in that form. A new reference, NULL where memory ran out. */
json_t *clean_string(const char *text);

/* The text of a value, to be freed; NULL where there is none. Takes the reference. */
char *text_of_json(json_t *value);

#endif
