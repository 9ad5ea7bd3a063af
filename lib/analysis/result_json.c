/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/result_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/analysis/context_json.h"
#include "lib/analysis/record_json.h"

/* Beside those that are known, which are ignored. */
#define HEAD_FIELDS_MAX 64

/* jansson tells the end of what was cut inside an escape or a character some bytes before it. */
#define LAST_TOKEN_BYTES 8

struct scanner {
	const char *at, *end;
	int line;
	const char *file;
	struct error *error;
};

static int not_json(const char *file, int line, const char *what, struct error *error)
{
	return error_set(error, EINVAL,
	                 "%s is not JSON (line %d: %s): give a file that `hintbench run` wrote", file, line,
	                 what);
}

/* Says why a piece is no JSON. */
static void piece_error(const struct json_piece *piece, const json_error_t *place, const char *file,
                        struct error *error)
{
	int line = piece->line + (place->line > 0 ? place->line - 1 : 0);
	enum json_error_code code = json_error_code(place);
	if (code == json_error_numeric_overflow)
		error_set(
		    error, EINVAL,
		    "%s: line %d has a number beyond what 64 bits hold (%s): the file was changed, run again",
		    file, line, place->text);
	else if (code == json_error_duplicate_key)
		error_set(error, EINVAL,
		          "%s: line %d has a field twice (%s): the file was changed, run again", file, line,
		          place->text);
	else
		not_json(file, line, place->text, error);
}

static json_t *load_piece(const struct json_piece *piece, json_error_t *place)
{
	return json_loadb(piece->text, piece->length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, place);
}

static json_t *parse_piece(const struct json_piece *piece, const char *file, struct error *error)
{
	json_error_t place;
	json_t *value = load_piece(piece, &place);
	if (!value)
		piece_error(piece, &place, file, error);
	return value;
}

static int skip_space(struct scanner *scanner)
{
	for (; scanner->at < scanner->end; scanner->at++) {
		if (*scanner->at == '\n')
			scanner->line++;
		else if (*scanner->at != ' ' && *scanner->at != '\t' && *scanner->at != '\r')
			return 0;
	}
	return -ENODATA;
}

/* From one quote to behind the other. JSON has no newline between them: a lost quote is found in its line. */
static int skip_string(struct scanner *scanner)
{
	for (scanner->at++; scanner->at < scanner->end; scanner->at++) {
		if (*scanner->at == '"') {
			scanner->at++;
			return 0;
		}
		if ((unsigned char)*scanner->at < ' ')
			return not_json(scanner->file, scanner->line, "a string has no end", scanner->error);
		if (*scanner->at == '\\' && ++scanner->at == scanner->end)
			break;
	}
	return -ENODATA;
}

/* From an opening bracket to behind the one that closes it. Whether they match is for the parser to say. */
static int skip_brackets(struct scanner *scanner)
{
	size_t depth = 0;
	while (scanner->at < scanner->end) {
		char c = *scanner->at;
		if (c == '"') {
			int err = skip_string(scanner);
			if (err)
				return err;
			continue;
		}
		scanner->at++;
		scanner->line += c == '\n';
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		if (depth == 0)
			return 0;
	}
	return -ENODATA;
}

/* A number, true, false, null, or nothing of the kind. */
static int skip_word(struct scanner *scanner)
{
	const char *start = scanner->at;
	while (scanner->at < scanner->end && !strchr(" \t\r\n,:{}[]\"", *scanner->at))
		scanner->at++;
	if (scanner->at == scanner->end)
		return -ENODATA;
	return scanner->at > start
	           ? 0
	           : not_json(scanner->file, scanner->line, "a value is missing", scanner->error);
}

static int too_large(const struct scanner *scanner, int line)
{
	return error_set(
	    scanner->error, EINVAL,
	    "%s: what begins in line %d has more than %lu MiB, the limit of a case: the file was changed, "
	    "run again",
	    scanner->file, line, RESULT_CASE_BYTES_MAX >> 20);
}

/* The text ended within the piece. Tells text that is cut from text that has lost a bracket. */
static int within_piece(const struct scanner *scanner, struct json_piece *piece)
{
	json_error_t place;
	piece->length = (size_t)(scanner->end - piece->text);
	if (piece->length > RESULT_CASE_BYTES_MAX)
		return too_large(scanner, piece->line);
	json_decref(load_piece(piece, &place));
	if (json_error_code(&place) == json_error_premature_end_of_input ||
	    (size_t)place.position + LAST_TOKEN_BYTES >= piece->length)
		return -ENODATA;
	piece_error(piece, &place, scanner->file, scanner->error);
	return -EINVAL;
}

/* Finds the end of the value that begins here. */
static int skip_value(struct scanner *scanner, struct json_piece *piece)
{
	*piece = (struct json_piece){.text = scanner->at, .line = scanner->line};
	int err = *scanner->at == '"'                          ? skip_string(scanner)
	          : *scanner->at == '{' || *scanner->at == '[' ? skip_brackets(scanner)
	                                                       : skip_word(scanner);
	if (err == -ENODATA)
		return within_piece(scanner, piece);
	piece->length = (size_t)(scanner->at - piece->text);
	return err || piece->length <= RESULT_CASE_BYTES_MAX ? err : too_large(scanner, piece->line);
}

/* Behind a value: another one follows (`*more`), or the closing bracket. */
static int skip_separator(struct scanner *scanner, char closing, bool *more)
{
	int err = skip_space(scanner);
	if (err)
		return err;
	*more = *scanner->at == ',';
	if (!*more && *scanner->at != closing)
		return not_json(scanner->file, scanner->line, "no comma and no bracket after a value",
		                scanner->error);
	scanner->at++;
	return *more ? skip_space(scanner) : 0;
}

static int add_case(struct result_pieces *pieces, const struct json_piece *piece, struct error *error)
{
	if (pieces->case_count == RESULT_CASES_MAX)
		return error_set(error, EINVAL,
		                 "%s has more than %d cases, the limit: the file was changed, run again",
		                 pieces->file, RESULT_CASES_MAX);
	if (pieces->case_count == pieces->case_room) {
		size_t room = pieces->case_room ? 2 * pieces->case_room : 1024;
		struct json_piece *cases = reallocarray(pieces->cases, room, sizeof(*cases));
		if (!cases)
			return error_set(error, ENOMEM, "out of memory");
		pieces->cases = cases;
		pieces->case_room = room;
	}
	pieces->cases[pieces->case_count++] = *piece;
	return 0;
}

static int scan_cases(struct result_pieces *pieces, struct scanner *scanner)
{
	bool more = true;
	pieces->has_cases = true;
	scanner->at++;
	int err = skip_space(scanner);
	if (!err && *scanner->at == ']') {
		scanner->at++;
		more = false;
	}
	while (!err && more) {
		struct json_piece piece;
		err = skip_value(scanner, &piece);
		err = err ? err : add_case(pieces, &piece, scanner->error);
		err = err ? err : skip_separator(scanner, ']', &more);
	}
	return err;
}

/* Of what is not known only the name is kept: it may not come twice either. */
static int scan_other(struct result_pieces *pieces, struct scanner *scanner, const char *key)
{
	static const char *const known[] = {"schema", "context", "cases", "complete", "ended"};
	struct json_piece piece;
	bool keep = false;
	int err = skip_value(scanner, &piece);
	if (err)
		return err;
	json_t *value = parse_piece(&piece, pieces->file, scanner->error);
	if (!value)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		keep |= strcmp(key, known[i]) == 0;
	if (!keep) {
		json_decref(value);
		value = json_null();
	}
	return json_object_set_new(pieces->head, key, value) == 0
	           ? 0
	           : error_set(scanner->error, ENOMEM, "out of memory");
}

static int scan_named(struct result_pieces *pieces, struct scanner *scanner, const char *key)
{
	bool cases = strcmp(key, "cases") == 0;
	int err = skip_space(scanner);
	if (!err && *scanner->at != ':')
		err = not_json(scanner->file, scanner->line, "a name without a value", scanner->error);
	if (err)
		return err;
	scanner->at++;
	err = skip_space(scanner);
	if (err)
		return err;
	if (json_object_get(pieces->head, key) || (cases && pieces->has_cases)) {
		return error_set(scanner->error, EINVAL,
		                 "%s has the field %.80s twice: the file was changed, run again",
		                 scanner->file, key);
	}
	if (json_object_size(pieces->head) == HEAD_FIELDS_MAX)
		return error_set(scanner->error, EINVAL,
		                 "%s has more than %d fields: the file was changed, run again", scanner->file,
		                 HEAD_FIELDS_MAX);
	return cases && *scanner->at == '[' ? scan_cases(pieces, scanner) : scan_other(pieces, scanner, key);
}

static int scan_field(struct result_pieces *pieces, struct scanner *scanner)
{
	struct json_piece piece;
	if (*scanner->at != '"')
		return not_json(scanner->file, scanner->line, "a field has no name", scanner->error);
	int err = skip_value(scanner, &piece);
	if (err)
		return err;
	json_t *key = parse_piece(&piece, scanner->file, scanner->error);
	err = key ? scan_named(pieces, scanner, json_string_value(key)) : -EINVAL;
	json_decref(key);
	return err;
}

static int scan_object(struct result_pieces *pieces, struct scanner *scanner)
{
	bool more = true;
	int err = skip_space(scanner);
	if (!err && *scanner->at != '{')
		return *scanner->at == '['
		           ? error_set(scanner->error, EINVAL, "%s is a list and no result of hintbench",
		                       scanner->file)
		           : not_json(scanner->file, scanner->line, "it does not begin with {",
		                      scanner->error);
	scanner->at++;
	err = err ? err : skip_space(scanner);
	if (!err && *scanner->at == '}') {
		scanner->at++;
		more = false;
	}
	while (!err && more) {
		err = scan_field(pieces, scanner);
		err = err ? err : skip_separator(scanner, '}', &more);
	}
	if (!err && skip_space(scanner) == 0)
		err = not_json(scanner->file, scanner->line, "something follows the end", scanner->error);
	return err;
}

/* Where the text ended too early. */
static void error_cut(const struct result_pieces *pieces, const struct scanner *scanner, const char *text,
                      size_t length)
{
	if (length == 0)
		error_set(scanner->error, EINVAL,
		          "%s is empty: its run ended before it could write, run again", scanner->file);
	else if (pieces->has_cases)
		error_set(scanner->error, EINVAL,
		          "%s is cut short: %zu whole cases, then it breaks off; copy it whole or run again",
		          scanner->file, pieces->case_count);
	else if (memmem(text, length, RESULT_SCHEMA_NAME, strlen(RESULT_SCHEMA_NAME)))
		error_set(scanner->error, EINVAL,
		          "%s is cut short in its line %d; copy it whole or run again", scanner->file,
		          scanner->line);
	else
		not_json(scanner->file, scanner->line, "it breaks off", scanner->error);
}

int result_pieces_find(struct result_pieces *pieces, const char *text, size_t length, const char *file,
                       struct error *error)
{
	struct scanner scanner = {text, text + length, 1, file, error};
	*pieces = (struct result_pieces){.file = file, .head = json_object()};
	if (!pieces->head)
		return error_set(error, ENOMEM, "out of memory");
	int err = scan_object(pieces, &scanner);
	if (err == -ENODATA)
		error_cut(pieces, &scanner, text, length);
	return err;
}

void result_pieces_free(struct result_pieces *pieces)
{
	json_decref(pieces->head);
	free(pieces->cases);
}

bool result_pieces_have_end(const struct result_pieces *pieces)
{
	return json_is_boolean(json_object_get(pieces->head, "complete"));
}

/* "hintbench-result/", and a number as it is written by machines. */
static int check_schema(const struct result_pieces *pieces, struct error *error)
{
	const char *schema = json_string_value(json_object_get(pieces->head, "schema"));
	size_t prefix = strlen(RESULT_SCHEMA_NAME "/");
	const char *major =
	    schema && strncmp(schema, RESULT_SCHEMA_NAME "/", prefix) == 0 ? schema + prefix : "";
	if (*major == '\0' || *major == '0' || strspn(major, "0123456789") != strlen(major))
		return error_set(error, EINVAL,
		                 "%s is JSON but no result of hintbench: make one with `hintbench run -o %s`",
		                 pieces->file, pieces->file);
	if (strlen(major) > 9 || strtol(major, NULL, 10) > RESULT_SCHEMA_MAJOR)
		return error_set(error, ENOTSUP,
		                 "%s was written by a newer hintbench (%.60s, this one reads " RESULT_SCHEMA
		                 "): update hintbench",
		                 pieces->file, schema);
	return 0;
}

int result_head_read(struct result *result, const struct result_pieces *pieces, bool with_end,
                     struct error *error)
{
	struct reading reading = {.arena = result->arena, .file = pieces->file, .error = error};
	const struct fields fields = {.reading = &reading, .json = pieces->head};
	int err = check_schema(pieces, error);
	if (err)
		return err;
	const struct fields context = fields_in(&fields, "context");
	context_json_read(&result->context, &result->events, &context);
	if (!pieces->has_cases)
		fields_array(&fields, "cases");
	if (with_end) {
		result->complete = fields_bool(&fields, "complete");
		if (fields_have(&fields, "ended"))
			result->ended = fields_text(&fields, "ended");
	}
	return reading.failed ? -EINVAL : 0;
}

int result_case_read(struct record *record, const struct result *result, const struct result_pieces *pieces,
                     size_t index, struct error *error)
{
	struct reading reading = {
	    .arena = result->arena, .file = pieces->file, .case_number = index + 1, .error = error};
	json_t *json = parse_piece(&pieces->cases[index], pieces->file, error);
	if (!json)
		return -EBADMSG;
	record_json_read(record, json, result->context.clock, &reading);
	json_decref(json);
	return reading.failed ? -EINVAL : 0;
}
