/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/selection.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct selectable selectable_of(const struct record *record)
{
	return (struct selectable){record->name, record->params, record->param_count};
}

/* Whether the word chooses by name; else it is key=value. */
static bool is_name(const char *word)
{
	/* "*page=4k*" is a glob: no key has such letters. */
	return strchr(word, '/') || word[strcspn(word, "*?[=")] != '=';
}

bool selection_name_fits(const char *name, const char *word)
{
	size_t length = strlen(word);
	if (length > 0 && word[length - 1] == '$')
		return strlen(name) == length - 1 && memcmp(name, word, length - 1) == 0;
	if (fnmatch(word, name, 0) == 0)
		return true;
	return strncmp(name, word, length) == 0 && (name[length] == '/' || name[length] == '\0');
}

/* Whether `length` bytes of text are the string. */
static bool equals(const char *string, const char *text, size_t length)
{
	return strlen(string) == length && memcmp(string, text, length) == 0;
}

/* The value of the key that a word of the kind key=values speaks of; NULL where the case has none. */
static const char *value_of(const struct selectable *selectable, const char *word)
{
	for (size_t i = 0; i < selectable->param_count; i++)
		if (equals(selectable->params[i].key, word, strcspn(word, "=")))
			return selectable->params[i].value;
	return NULL;
}

static bool value_is_in(const char *value, const char *values)
{
	for (;;) {
		size_t length = strcspn(values, ",");
		if (equals(value, values, length))
			return true;
		if (!values[length])
			return false;
		values += length + 1;
	}
}

bool selection_fits(const struct selectable *selectable, const char *const *words, size_t word_count)
{
	bool any_name = false, name_fits = false;
	for (size_t i = 0; i < word_count; i++) {
		if (is_name(words[i])) {
			any_name = true;
			name_fits = name_fits || selection_name_fits(selectable->name, words[i]);
		} else {
			const char *value = value_of(selectable, words[i]);
			if (!value || !value_is_in(value, strchr(words[i], '=') + 1))
				return false;
		}
	}
	return name_fits || !any_name;
}

static int check_name(const struct selectable *known, size_t known_count, const char *word,
                      struct error *error)
{
	for (size_t i = 0; i < known_count; i++)
		if (selection_name_fits(known[i].name, word))
			return 0;
	return error_set(error, EINVAL, "no case fits '%s'; `hintbench list` shows the %zu that there are",
	                 word, known_count);
}

static bool is_in(const char *const *values, size_t count, const char *text, size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (equals(values[i], text, length))
			return true;
	return false;
}

/* The values that the word's key has in any case, each once, into `values`. Returns how many. */
static size_t known_values(const struct selectable *known, size_t known_count, const char *word,
                           const char **values)
{
	size_t count = 0;
	for (size_t i = 0; i < known_count; i++) {
		const char *value = value_of(&known[i], word);
		if (value && !is_in(values, count, value, strlen(value)))
			values[count++] = value;
	}
	return count;
}

static int unknown_value(const char *word, const char *value, size_t length, const char *const *values,
                         size_t count, struct error *error)
{
	char text[ERROR_BYTES] = "";
	size_t used = 0;
	for (size_t i = 0; i < count && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, " %s", values[i]);
	return error_set(error, EINVAL, "'%.*s' has no value '%.*s'; there is%s", (int)strcspn(word, "="),
	                 word, (int)length, value, text);
}

/* Whether each of the word's values is one of `values`. */
static int check_values(const char *word, const char *const *values, size_t count, struct error *error)
{
	if (count == 0)
		return error_set(error, EINVAL,
		                 "there is no key '%.*s'; `hintbench list` shows the keys of each family",
		                 (int)strcspn(word, "="), word);
	for (const char *value = strchr(word, '=') + 1;;) {
		size_t length = strcspn(value, ",");
		if (!is_in(values, count, value, length))
			return unknown_value(word, value, length, values, count, error);
		if (!value[length])
			return 0;
		value += length + 1;
	}
}

static int check_filter(const struct selectable *known, size_t known_count, const char *word,
                        struct error *error)
{
	const char **values = calloc(known_count + 1, sizeof(*values));
	if (!values)
		return error_set(error, ENOMEM, "no memory");
	int err = check_values(word, values, known_values(known, known_count, word, values), error);
	free(values);
	return err;
}

int selection_check(const struct selectable *known, size_t known_count, const char *const *words,
                    size_t word_count, struct error *error)
{
	int err = 0;
	for (size_t i = 0; !err && i < word_count; i++)
		err = is_name(words[i]) ? check_name(known, known_count, words[i], error)
		                        : check_filter(known, known_count, words[i], error);
	return err;
}
