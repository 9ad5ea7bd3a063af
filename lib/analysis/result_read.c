/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/analysis/result.h"
#include "lib/analysis/result_json.h"
#include "lib/base/text.h"

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct record *const *)a)->name, (*(const struct record *const *)b)->name);
}

static int index_cases(struct result *result, const char *file, struct error *error)
{
	result->by_name = arena_alloc(result->arena, result->case_count * sizeof(*result->by_name));
	for (size_t i = 0; i < result->case_count; i++)
		result->by_name[i] = &result->cases[i];
	qsort(result->by_name, result->case_count, sizeof(*result->by_name), by_name);
	for (size_t i = 1; i < result->case_count; i++)
		if (by_name(&result->by_name[i - 1], &result->by_name[i]) == 0)
			return error_set(error, EINVAL,
			                 "%s has the case %.200s twice: the file was changed, run again",
			                 file, result->by_name[i]->name);
	return 0;
}

/* Reads the cases. Those behind the first that is no JSON are dropped where `*whole` may become false. */
static int read_cases(struct result *result, const struct result_pieces *pieces, bool *whole,
                      struct error *error)
{
	result->cases = arena_alloc(result->arena, pieces->case_count * sizeof(*result->cases));
	for (size_t i = 0; i < pieces->case_count; i++) {
		int err = result_case_read(&result->cases[i], result, pieces, i, error);
		if (err == -EBADMSG && whole) {
			*whole = false;
			return 0;
		}
		if (err)
			return err;
		result->case_count++;
	}
	return 0;
}

static struct result *new_result(const char *path)
{
	struct arena *arena = arena_new();
	struct result *result = arena_alloc(arena, sizeof(*result));
	result->arena = arena;
	result->path = arena_copy(arena, path);
	return result;
}

/* The result, or NULL where it turned out to be none. */
static struct result *result_or_null(int err, struct result *result)
{
	if (!err)
		return result;
	result_free(result);
	return NULL;
}

struct result *result_parse(const char *text, size_t length, const char *name, struct error *error)
{
	struct result_pieces pieces;
	struct result *result = new_result(name);
	int err = result_pieces_find(&pieces, text, length, name, error);
	err = err ? err : result_head_read(result, &pieces, true, error);
	err = err ? err : read_cases(result, &pieces, NULL, error);
	err = err ? err : index_cases(result, name, error);
	result_pieces_free(&pieces);
	return result_or_null(err, result);
}

struct result *result_salvage(const char *text, size_t length, const char *name, const char *ended,
                              struct error *error)
{
	struct result_pieces pieces;
	struct result *result = new_result(name);
	bool whole =
	    result_pieces_find(&pieces, text, length, name, NULL) == 0 && result_pieces_have_end(&pieces);
	int err =
	    pieces.has_cases
	        ? result_head_read(result, &pieces, whole, error)
	        : error_set(error, EINVAL,
	                    "%s stops before its first whole line: nothing of the run can be kept", name);
	err = err ? err : read_cases(result, &pieces, &whole, error);
	err = err ? err : index_cases(result, name, error);
	result_pieces_free(&pieces);
	if (!whole) {
		char *why = arena_copy(result->arena, ended ? ended : "the result is cut short");
		text_clean(why);
		result->complete = false;
		result->ended = why;
	}
	return result_or_null(err, result);
}

static int too_large(const char *path, struct error *error)
{
	return error_set(
	    error, EFBIG,
	    "%s has more than %lu MiB, the limit of a result: give a file that `hintbench run` wrote", path,
	    RESULT_BYTES_MAX >> 20);
}

/* All of a stream, to be freed; NULL with `error`. */
static char *read_stream(FILE *in, const char *path, size_t *length, struct error *error)
{
	size_t room = 1 << 16;
	char *text = malloc(room);
	*length = 0;
	while (text) {
		size_t bytes = fread(text + *length, 1, room - *length, in);
		*length += bytes;
		if (bytes == 0 && ferror(in)) {
			error_set_errno(error, errno, "cannot read %s", path);
			break;
		}
		if (bytes == 0)
			return text;
		if (*length > RESULT_BYTES_MAX) {
			too_large(path, error);
			break;
		}
		if (*length < room)
			continue;
		room = 2 * room > RESULT_BYTES_MAX ? RESULT_BYTES_MAX + 1 : 2 * room;
		char *larger = realloc(text, room);
		if (!larger) {
			error_set(error, ENOMEM, "out of memory");
			break;
		}
		text = larger;
	}
	free(text);
	return NULL;
}

static char *read_file(const char *path, size_t *length, struct error *error)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	if (!in) {
		char partial[PATH_MAX];
		int err = errno;
		snprintf(partial, sizeof(partial), "%s" RESULT_PARTIAL, path);
		if (err == ENOENT && access(partial, F_OK) == 0)
			error_set(error, err,
			          "there is no %s, but %s: its run did not end, wait for it or run again",
			          path, partial);
		else
			error_set_errno(error, err, "cannot read %s", path);
		return NULL;
	}
	char *text = read_stream(in, path, length, error);
	if (in != stdin)
		fclose(in);
	return text;
}

struct result *result_load(const char *path, struct error *error)
{
	size_t length;
	char *text = read_file(path, &length, error);
	struct result *result = text ? result_parse(text, length, path, error) : NULL;
	free(text);
	return result;
}

void result_free(struct result *result)
{
	if (result)
		arena_free(result->arena);
}

static int name_of(const void *name, const void *record)
{
	return strcmp(name, (*(const struct record *const *)record)->name);
}

const struct record *result_case(const struct result *result, const char *name)
{
	const struct record **found =
	    bsearch(name, result->by_name, result->case_count, sizeof(*result->by_name), name_of);
	return found ? *found : NULL;
}
