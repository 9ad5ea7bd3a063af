/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/claims.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/inifile.h"

/* inih cuts a section's name that is longer, without a word. */
#define NAME_LENGTH_MAX 48

enum key { KEY_SAYS, KEY_WHERE, KEY_CASES, KEY_HOLDS, KEYS };

static const char *const keys[KEYS] = {"says", "where", "cases", "holds"};

/* A section while it is read: what stands under each key, its lines joined by blanks. */
struct section {
	char *name;
	char *text[KEYS];
};

struct reading {
	struct section *sections;
	size_t count;
};

static bool name_is_good(const char *name)
{
	return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name) &&
	       strlen(name) < NAME_LENGTH_MAX;
}

static int check_new_section(const struct reading *reading, const char *name, struct error *error)
{
	for (size_t i = 0; i < reading->count; i++)
		if (strcmp(reading->sections[i].name, name) == 0)
			return error_set(error, EINVAL, "there is a second claim [%s]", name);
	if (!*name)
		return error_set(error, EINVAL, "no [claim] stands above it");
	if (!name_is_good(name))
		return error_set(error, EINVAL,
		                 "the name [%s] is too long, or has other than small letters, digits and -",
		                 name);
	return 0;
}

/* The section that is read, which is a new one where the name changes. NULL with `error`. */
static struct section *section_of(struct reading *reading, const char *name, struct error *error)
{
	if (reading->count > 0 && strcmp(reading->sections[reading->count - 1].name, name) == 0)
		return &reading->sections[reading->count - 1];
	if (check_new_section(reading, name, error) != 0)
		return NULL;
	struct section *sections = reallocarray(reading->sections, reading->count + 1, sizeof(*sections));
	if (sections)
		reading->sections = sections;
	char *copy = sections ? strdup(name) : NULL;
	if (!copy) {
		error_set(error, ENOMEM, "no memory");
		return NULL;
	}
	sections[reading->count] = (struct section){.name = copy};
	return &sections[reading->count++];
}

static int take_key(void *data, const char *name, const char *key, const char *value, struct error *error)
{
	struct section *section = section_of(data, name, error);
	int k = 0;
	if (!section)
		return -EINVAL;
	while (k < KEYS && strcmp(keys[k], key) != 0)
		k++;
	if (k == KEYS)
		return error_set(error, EINVAL, "there is no key '%s': says, where, cases and holds", key);
	char *before = section->text[k], *joined;
	if (asprintf(&joined, "%s%s%s", before ? before : "", before ? " " : "", value) < 0)
		return error_set(error, ENOMEM, "no memory");
	free(before);
	section->text[k] = joined;
	return 0;
}

static int split_words(struct claim *claim, char *text)
{
	char *word;
	while ((word = strsep(&text, " \t"))) {
		if (!*word)
			continue;
		const char **words = reallocarray(claim->words, claim->word_count + 1, sizeof(*words));
		if (!words)
			return -ENOMEM;
		claim->words = words;
		words[claim->word_count] = strdup(word);
		if (!words[claim->word_count])
			return -ENOMEM;
		claim->word_count++;
	}
	return 0;
}

/* Takes the section's text over. */
static int make_claim(struct claim *claim, struct section *section, const char *path, struct error *error)
{
	struct error expr_error;
	for (int k = 0; k < KEYS; k++)
		if (!section->text[k] || !section->text[k][0])
			return error_set(error, EINVAL, "%s: [%s] has no `%s = …`", path, section->name,
			                 keys[k]);
	claim->name = section->name;
	claim->says = section->text[KEY_SAYS];
	claim->where = section->text[KEY_WHERE];
	section->name = section->text[KEY_SAYS] = section->text[KEY_WHERE] = NULL;
	if (claim_expr_parse(section->text[KEY_HOLDS], &claim->holds, &expr_error) != 0)
		return error_set(error, EINVAL, "%s: [%s] holds = %.100s: %.200s", path, claim->name,
		                 section->text[KEY_HOLDS], expr_error.text);
	return split_words(claim, section->text[KEY_CASES]) == 0 ? 0
	                                                         : error_set(error, ENOMEM, "out of memory");
}

static void free_sections(struct reading *reading)
{
	for (size_t i = 0; i < reading->count; i++) {
		free(reading->sections[i].name);
		for (int k = 0; k < KEYS; k++)
			free(reading->sections[i].text[k]);
	}
	free(reading->sections);
}

int claims_load(struct claims *claims, const char *name, struct error *error)
{
	char path[PATH_MAX];
	struct error text = {""};
	struct reading reading = {0};
	*claims = (struct claims){0};
	int err = inifile_find("configs/claims", name, path, sizeof(path), error);
	if (err)
		return err;
	err = inifile_read(path, take_key, &reading, &text);
	if (!err && reading.count == 0)
		err = error_set(&text, EINVAL, "%s: no [claim] in it", path);
	claims->path = strdup(path);
	claims->items = calloc(reading.count ? reading.count : 1, sizeof(*claims->items));
	if (!claims->path || !claims->items)
		err = error_set(&text, ENOMEM, "out of memory");
	for (size_t i = 0; !err && i < reading.count; i++)
		err = make_claim(&claims->items[claims->count++], &reading.sections[i], path, &text);
	free_sections(&reading);
	if (err) {
		claims_free(claims);
		return error_set(error, -err, "%s", text.text);
	}
	return 0;
}

static void free_claim(struct claim *claim)
{
	for (size_t i = 0; i < claim->word_count; i++)
		free((char *)claim->words[i]);
	free(claim->words);
	free(claim->name);
	free(claim->says);
	free(claim->where);
}

void claims_free(struct claims *claims)
{
	for (size_t i = 0; i < claims->count; i++)
		free_claim(&claims->items[i]);
	free(claims->items);
	free(claims->path);
	*claims = (struct claims){0};
}

bool claim_speaks_of(const struct claim *claim, const struct selectable *selectable)
{
	return selection_fits(selectable, claim->words, claim->word_count);
}

int claims_keep(struct claims *claims, const char *name, struct error *error)
{
	size_t kept = 0;
	for (size_t i = 0; i < claims->count; i++) {
		if (strcmp(claims->items[i].name, name) == 0)
			claims->items[kept++] = claims->items[i];
		else
			free_claim(&claims->items[i]);
	}
	claims->count = kept;
	return kept ? 0 : error_set(error, ENOENT, "%s has no claim [%s]", claims->path, name);
}
