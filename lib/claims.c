/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/claims.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/version.h"

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
	FILE *in;
	struct section *sections;
	size_t count;
	int line;       /* the one that is read */
	int wrong_line; /* the first of them that `why` is about, 0 while there is none */
	struct reason *why;
};

static void wrong(struct reading *reading, const char *format, const char *text)
{
	if (reading->wrong_line)
		return;
	reading->wrong_line = reading->line;
	snprintf(reading->why->text, sizeof(reading->why->text), format, text);
}

/* inih's reader, which counts lines and refuses those that it would cut in two. */
static char *read_line(char *line, int bytes, void *data)
{
	struct reading *reading = data;
	if (!fgets(line, bytes, reading->in))
		return NULL;
	reading->line++;
	if (!strchr(line, '\n') && !feof(reading->in)) {
		wrong(reading, "a line is longer than inih reads: continue it on the next, indented%s", "");
		int c;
		while ((c = getc(reading->in)) != EOF && c != '\n')
			;
	}
	return line;
}

static bool name_is_good(const char *name)
{
	return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name) &&
	       strlen(name) < NAME_LENGTH_MAX;
}

static struct section *section_of(struct reading *reading, const char *name)
{
	if (reading->count > 0 && strcmp(reading->sections[reading->count - 1].name, name) == 0)
		return &reading->sections[reading->count - 1];
	for (size_t i = 0; i < reading->count; i++)
		if (strcmp(reading->sections[i].name, name) == 0)
			wrong(reading, "there is a second claim [%s]", name);
	if (!name_is_good(name))
		wrong(reading,
		      *name ? "the name [%s] is too long, or has other than small letters, digits and -"
		            : "no [claim] stands above it%s",
		      name);
	struct section *sections =
	    reallocarray(reading->sections, reading->count + 1, sizeof(*reading->sections));
	if (!sections)
		return NULL;
	reading->sections = sections;
	struct section *section = &sections[reading->count];
	*section = (struct section){.name = strdup(name)};
	if (!section->name)
		return NULL;
	reading->count++;
	return section;
}

/* inih's handler: 0 is an error. */
static int take_line(void *data, const char *name, const char *key, const char *value)
{
	struct reading *reading = data;
	struct section *section = section_of(reading, name);
	int k = 0;
	while (k < KEYS && strcmp(keys[k], key) != 0)
		k++;
	if (k == KEYS)
		wrong(reading, "there is no key '%s': says, where, cases and holds", key);
	if (!section || reading->wrong_line == reading->line)
		return 0;
	char *before = section->text[k], *joined;
	if (asprintf(&joined, "%s%s%s", before ? before : "", before ? " " : "", value) < 0)
		return 0;
	free(before);
	section->text[k] = joined;
	return 1;
}

static int read_sections(struct reading *reading, const char *path)
{
	struct stat st;
	reading->in = fopen(path, "re");
	if (!reading->in)
		return because_errno(reading->why, errno, "cannot read the claims file %s", path);
	if (fstat(fileno(reading->in), &st) == 0 && S_ISDIR(st.st_mode)) {
		fclose(reading->in);
		return because(reading->why, EISDIR, "%s is a folder: name a file of claims in it", path);
	}
	int line = ini_parse_stream(read_line, reading, take_line, reading);
	bool failed = ferror(reading->in);
	fclose(reading->in);
	if (failed)
		return because(reading->why, EIO, "cannot read the claims file %s", path);
	if (reading->wrong_line && (line <= 0 || reading->wrong_line <= line)) {
		struct reason text = *reading->why;
		return because(reading->why, EINVAL, "%s:%d: %.400s", path, reading->wrong_line, text.text);
	}
	if (line > 0)
		return because(reading->why, EINVAL, "%s:%d: neither a [claim] nor `key = value` in one",
		               path, line);
	return line < 0 ? because(reading->why, ENOMEM, "out of memory") : 0;
}

static int split_patterns(struct claim *claim, char *text)
{
	char *pattern;
	while ((pattern = strsep(&text, " \t"))) {
		if (!*pattern)
			continue;
		char **patterns =
		    reallocarray(claim->patterns, claim->pattern_count + 1, sizeof(*claim->patterns));
		if (!patterns)
			return -ENOMEM;
		claim->patterns = patterns;
		patterns[claim->pattern_count] = strdup(pattern);
		if (!patterns[claim->pattern_count])
			return -ENOMEM;
		claim->pattern_count++;
	}
	return 0;
}

/* Takes the section's text over. */
static int make_claim(struct claim *claim, struct section *section, const char *path, struct reason *why)
{
	struct reason expr_why;
	for (int k = 0; k < KEYS; k++)
		if (!section->text[k] || !section->text[k][0])
			return because(why, EINVAL, "%s: [%s] has no `%s = …`", path, section->name, keys[k]);
	claim->name = section->name;
	claim->says = section->text[KEY_SAYS];
	claim->where = section->text[KEY_WHERE];
	section->name = section->text[KEY_SAYS] = section->text[KEY_WHERE] = NULL;
	if (claim_expr_parse(section->text[KEY_HOLDS], &claim->holds, &expr_why) != 0)
		return because(why, EINVAL, "%s: [%s] holds = %.100s: %.200s", path, claim->name,
		               section->text[KEY_HOLDS], expr_why.text);
	return split_patterns(claim, section->text[KEY_CASES]) == 0 ? 0
	                                                            : because(why, ENOMEM, "out of memory");
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

static int find_file(const char *name, char *path, size_t path_bytes)
{
	char data_name[PATH_MAX];
	snprintf(path, path_bytes, "%s", name);
	if (access(path, F_OK) == 0)
		return 0;
	snprintf(data_name, sizeof(data_name), "configs/claims/%s.ini", name);
	return strchr(name, '/') ? -ENOENT : data_path(data_name, path, path_bytes);
}

int claims_load(struct claims *claims, const char *name, struct reason *why)
{
	char path[PATH_MAX];
	struct reason text = {""};
	struct reading reading = {.why = &text};
	*claims = (struct claims){0};
	if (find_file(name, path, sizeof(path)) != 0)
		return because(why, ENOENT, "there is no claims file '%s', as a path or in configs/claims/",
		               name);
	int err = read_sections(&reading, path);
	if (!err && reading.count == 0)
		err = because(&text, EINVAL, "%s: no [claim] in it", path);
	claims->path = strdup(path);
	claims->items = calloc(reading.count ? reading.count : 1, sizeof(*claims->items));
	if (!claims->path || !claims->items)
		err = because(&text, ENOMEM, "out of memory");
	for (size_t i = 0; !err && i < reading.count; i++)
		err = make_claim(&claims->items[claims->count++], &reading.sections[i], path, &text);
	free_sections(&reading);
	if (err) {
		claims_free(claims);
		return because(why, -err, "%s", text.text);
	}
	return 0;
}

void claims_free(struct claims *claims)
{
	for (size_t i = 0; i < claims->count; i++) {
		struct claim *claim = &claims->items[i];
		for (size_t p = 0; p < claim->pattern_count; p++)
			free(claim->patterns[p]);
		free(claim->patterns);
		free(claim->name);
		free(claim->says);
		free(claim->where);
	}
	free(claims->items);
	free(claims->path);
	*claims = (struct claims){0};
}
