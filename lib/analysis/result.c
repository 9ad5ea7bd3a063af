/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/result.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define STRINGIFY(x) #x
#define STRING(x)    STRINGIFY(x)
#define SCHEMA       RESULT_SCHEMA_NAME "/" STRING(RESULT_SCHEMA_MAJOR)
#define PARTIAL      ".partial"

/* Insertion order keeps names first; 15 digits are what a double holds of a decimal number. */
#define DUMP_FLAGS (JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(15))

struct output {
	char *path;
	char *partial; /* the name while it is being written; NULL for what is no regular file */
	int fd;
	bool failed;
};

struct result_writer {
	size_t cases;
	size_t output_count;
	struct output outputs[];
};

/*
 * write() whose reader may be gone: EPIPE instead of a signal, without changing what SIGPIPE means to the
 * program.
 */
static ssize_t write_no_signal(int fd, const char *text, size_t bytes)
{
	sigset_t pipe_only, before, pending;
	sigemptyset(&pipe_only);
	sigaddset(&pipe_only, SIGPIPE);
	sigpending(&pending);
	pthread_sigmask(SIG_BLOCK, &pipe_only, &before);
	ssize_t done = write(fd, text, bytes);
	int err = errno;
	if (done < 0 && err == EPIPE && !sigismember(&pending, SIGPIPE))
		sigtimedwait(&pipe_only, NULL, &(struct timespec){0});
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = err;
	return done;
}

static int write_all(int fd, const char *text, size_t bytes)
{
	while (bytes > 0) {
		ssize_t done = write_no_signal(fd, text, bytes);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		text += done;
		bytes -= (size_t)done;
	}
	return 0;
}

static int error_not_written(struct error *error, const char *path, int err)
{
	const char *name = strcmp(path, "-") == 0 ? "standard output" : path;
	if (err == EPIPE)
		return error_set(error, err, "nobody reads %s any more: the result stops here", name);
	if (err == ENOSPC)
		return error_set(error, err,
		                 "no space left to write %s: free some, or give another place with -o", name);
	return error_set_errno(error, err, "cannot write %s", name);
}

/*
 * Writes to every output that still works. Returns the first failure, with `error`; the others get the text
 * all the same.
 */
static int write_everywhere(struct result_writer *writer, const char *text, struct error *error)
{
	int first = 0;
	for (size_t i = 0; i < writer->output_count; i++) {
		struct output *output = &writer->outputs[i];
		if (output->failed)
			continue;
		int err = write_all(output->fd, text, strlen(text));
		/* A serial port keeps some bytes back; the machine may stop with the next case. */
		if (!err && isatty(output->fd) && tcdrain(output->fd) != 0 && errno != EINTR)
			err = -errno;
		if (err) {
			output->failed = true;
			if (!first)
				first = error_not_written(error, output->path, -err);
		}
	}
	return first;
}

static int open_output(struct output *output, const char *path, struct error *error)
{
	struct stat st;
	bool there = stat(path, &st) == 0;

	output->fd = -1;
	output->path = strdup(path);
	if (!output->path)
		return error_set(error, ENOMEM, "out of memory");
	if (strcmp(path, "-") == 0) {
		output->fd = STDOUT_FILENO;
		return 0;
	}
	if (there && S_ISDIR(st.st_mode))
		return error_set(error, EISDIR, "%s is a folder: name a file in it", path);
	const char *name = path;
	int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY;
	if (!there || S_ISREG(st.st_mode)) {
		if (asprintf(&output->partial, "%s" PARTIAL, path) < 0) {
			output->partial = NULL;
			return error_set(error, ENOMEM, "out of memory");
		}
		name = output->partial;
		flags |= O_CREAT | O_TRUNC;
	}
	output->fd = open(name, flags, 0666);
	return output->fd >= 0 ? 0 : error_set_errno(error, errno, "cannot write %s", name);
}

static void free_writer(struct result_writer *writer)
{
	for (size_t i = 0; i < writer->output_count; i++) {
		struct output *output = &writer->outputs[i];
		if (output->fd > STDERR_FILENO)
			close(output->fd);
		free(output->path);
		free(output->partial);
	}
	free(writer);
}

static int write_head(struct result_writer *writer, json_t *context, struct error *error)
{
	char *dump = json_dumps(context, DUMP_FLAGS);
	char *text = NULL;
	if (!dump ||
	    asprintf(&text, "{\"schema\": \"" SCHEMA "\", \"context\": %s, \"cases\": [\n", dump) < 0)
		text = NULL;
	int err = text ? write_everywhere(writer, text, error)
	               : error_set(error, ENOMEM, "the context cannot be written");
	free(dump);
	free(text);
	return err;
}

int result_open(struct result_writer **writer, const char *const *paths, size_t path_count, json_t *context,
                struct error *error)
{
	struct result_writer *w = calloc(1, sizeof(*w) + path_count * sizeof(w->outputs[0]));
	int err = w ? 0 : error_set(error, ENOMEM, "out of memory");
	for (size_t i = 0; !err && i < path_count; i++) {
		err = open_output(&w->outputs[i], paths[i], error);
		w->output_count = i + 1;
	}
	if (!err)
		err = write_head(w, context, error);
	if (err && w) {
		/* Nothing is in them yet. */
		for (size_t i = 0; i < w->output_count; i++) {
			if (w->outputs[i].partial && w->outputs[i].fd >= 0)
				unlink(w->outputs[i].partial);
		}
		free_writer(w);
		w = NULL;
	}
	*writer = w;
	return err;
}

int result_append(struct result_writer *writer, json_t *record, struct error *error)
{
	char *dump = json_dumps(record, DUMP_FLAGS);
	char *text = NULL;
	/* The comma leads, so that the lines so far and a closing bracket are valid JSON at any time. */
	if (!dump || asprintf(&text, "%s%s\n", writer->cases > 0 ? ", " : "  ", dump) < 0)
		text = NULL;
	int err = text ? write_everywhere(writer, text, error)
	               : error_set(error, ENOMEM, "a case cannot be written");
	writer->cases++;
	free(dump);
	free(text);
	return err;
}

static int write_tail(struct result_writer *writer, const char *ended, struct error *error)
{
	if (!ended)
		return write_everywhere(writer, "], \"complete\": true}\n", error);
	json_t *string = json_string(ended);
	char *dump = string ? json_dumps(string, JSON_ENCODE_ANY) : NULL;
	char *text = NULL;
	if (!dump || asprintf(&text, "], \"complete\": false, \"ended\": %s}\n", dump) < 0)
		text = NULL;
	int err = write_everywhere(writer, text ? text : "], \"complete\": false}\n", error);
	json_decref(string);
	free(dump);
	free(text);
	return err;
}

/* What could not be written whole keeps its partial name. */
static int name_output(struct output *output, struct error *error)
{
	if (!output->partial)
		return 0;
	if (output->failed)
		return error_set(error, EIO, "%s could not be written whole: what there is of it is in %s",
		                 output->path, output->partial);
	if (fsync(output->fd) != 0)
		return error_not_written(error, output->path, errno);
	if (rename(output->partial, output->path) != 0)
		return error_set_errno(error, errno, "cannot give %s the name %s", output->partial,
		                       output->path);
	return 0;
}

int result_close(struct result_writer *writer, const char *ended, struct error *error)
{
	int err = write_tail(writer, ended, error);
	for (size_t i = 0; i < writer->output_count; i++) {
		int naming = name_output(&writer->outputs[i], err ? NULL : error);
		if (!err)
			err = naming;
	}
	free_writer(writer);
	return err;
}

static int check_schema(const json_t *result, const char *name, struct error *error)
{
	const char *schema = json_string_value(json_object_get(result, "schema"));
	int major, length = 0;
	if (!schema || sscanf(schema, RESULT_SCHEMA_NAME "/%d%n", &major, &length) != 1 || major < 1)
		return error_set(error, EINVAL,
		                 "%s is JSON but no result of hintbench: make one with `hintbench run -o %s`",
		                 name, name);
	if (major > RESULT_SCHEMA_MAJOR)
		return error_set(
		    error, ENOTSUP,
		    "%s was written by a newer hintbench (%s, this one reads %s): update hintbench", name,
		    schema, SCHEMA);
	return 0;
}

static int check_case(const json_t *record, size_t index, json_t *seen, const char *name, struct error *error)
{
	const char *case_name = json_string_value(json_object_get(record, "name"));
	if (!case_name || !json_is_string(json_object_get(record, "status")))
		return error_set(error, EINVAL,
		                 "%s: case %zu has no name or no status: the file was changed, run again",
		                 name, index + 1);
	if (json_object_get(seen, case_name))
		return error_set(error, EINVAL, "%s has the case %s twice: the file was changed, run again",
		                 name, case_name);
	return json_object_set_new(seen, case_name, json_true()) == 0
	           ? 0
	           : error_set(error, ENOMEM, "out of memory");
}

/* What every reader relies on. */
static int check_result(const json_t *result, const char *name, struct error *error)
{
	int err = check_schema(result, name, error);
	if (err)
		return err;
	const json_t *context = json_object_get(result, "context");
	if (!json_is_string(json_object_get(context, "clock")))
		return error_set(error, EINVAL, "%s does not say what clock it was taken with: run again",
		                 name);
	const json_t *cases = json_object_get(result, "cases");
	if (!json_is_array(cases))
		return error_set(error, EINVAL, "%s has no list of cases: run again", name);
	json_t *seen = json_object();
	size_t index;
	json_t *record;
	json_array_foreach (cases, index, record) {
		err = check_case(record, index, seen, name, error);
		if (err)
			break;
	}
	json_decref(seen);
	return err;
}

static char *read_stream(FILE *in, size_t *length)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, length);
	if (!out)
		return NULL;
	char block[1 << 16];
	size_t bytes;
	while ((bytes = fread(block, 1, sizeof(block), in)) > 0)
		fwrite(block, 1, bytes, out);
	bool failed = ferror(in);
	int err = errno;
	if (fclose(out) != 0 || failed) {
		free(text);
		errno = failed ? err : ENOMEM;
		return NULL;
	}
	return text;
}

static char *read_file(const char *path, size_t *length, struct error *error)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	if (!in) {
		char partial[PATH_MAX];
		int err = errno;
		snprintf(partial, sizeof(partial), "%s" PARTIAL, path);
		if (err == ENOENT && access(partial, F_OK) == 0)
			error_set(error, err,
			          "there is no %s, but %s: its run did not end, wait for it or run again",
			          path, partial);
		else
			error_set_errno(error, err, "cannot read %s", path);
		return NULL;
	}
	char *text = read_stream(in, length);
	if (!text)
		error_set_errno(error, errno, "cannot read %s", path);
	if (in != stdin)
		fclose(in);
	return text;
}

/* A line of the file without its end, and whether it has one. */
struct line {
	const char *text;
	size_t length;
};

static bool next_line(const char **rest, size_t *left, struct line *line)
{
	if (*left == 0)
		return false;
	const char *end = memchr(*rest, '\n', *left);
	size_t length = end ? (size_t)(end - *rest) : *left;
	*line = (struct line){*rest, length};
	*rest += length + (end != NULL);
	*left -= length + (end != NULL);
	/* A serial port ends its lines with \r\n; the comma leads. */
	while (line->length > 0 && strchr("\r ", line->text[line->length - 1]))
		line->length--;
	while (line->length > 0 && strchr(" ,", line->text[0])) {
		line->text++;
		line->length--;
	}
	return true;
}

/* The line with the context, closed as if there were no cases. */
static json_t *parse_head(const struct line *line)
{
	char *text = NULL;
	if (asprintf(&text, "%.*s]}", (int)line->length, line->text) < 0)
		return NULL;
	json_t *head = json_loads(text, 0, NULL);
	free(text);
	return head;
}

/*
 * The last line: what stands in it beside the bracket. Merges it into `result`; false where it is not whole.
 */
static bool merge_tail(json_t *result, const struct line *line)
{
	char *text = NULL;
	if (line->length == 0 || line->text[0] != ']' ||
	    asprintf(&text, "{\"cases\": [%.*s", (int)line->length, line->text) < 0)
		return false;
	json_t *tail = json_loads(text, 0, NULL);
	free(text);
	bool whole = json_is_boolean(json_object_get(tail, "complete"));
	if (whole) {
		json_object_del(tail, "cases");
		json_object_update(result, tail);
	}
	json_decref(tail);
	return whole;
}

/* Whole lines of text that may be cut anywhere; NULL where there is no line with a context. */
static json_t *parse_lines(const char *text, size_t length, bool *whole)
{
	struct line line;
	*whole = false;
	json_t *result = next_line(&text, &length, &line) ? parse_head(&line) : NULL;
	json_t *cases = json_object_get(result, "cases");
	while (cases && !*whole && next_line(&text, &length, &line)) {
		*whole = merge_tail(result, &line);
		json_t *record = *whole ? NULL : json_loadb(line.text, line.length, 0, NULL);
		if (record)
			json_array_append_new(cases, record);
		else
			break;
	}
	return result;
}

json_t *result_salvage(const char *text, size_t length, const char *name, const char *ended,
                       struct error *error)
{
	bool whole;
	json_t *result = parse_lines(text, length, &whole);
	if (!result) {
		error_set(error, EINVAL,
		          "%s stops before its first whole line: nothing of the run can be kept", name);
		return NULL;
	}
	if (!whole) {
		json_object_set_new(result, "complete", json_false());
		json_object_set_new(result, "ended", json_string(ended ? ended : "the result is cut short"));
	}
	if (check_result(result, name, error) != 0) {
		json_decref(result);
		return NULL;
	}
	return result;
}

/* Why `text` could not be parsed: cut short, or never JSON. */
static void error_not_parsed(struct error *error, const char *path, const char *text, size_t length,
                             const json_error_t *place)
{
	bool whole;
	json_t *lines = parse_lines(text, length, &whole);
	if (length == 0)
		error_set(error, EINVAL, "%s is empty: its run ended before it could write, run again", path);
	else if (lines && !whole)
		error_set(error, EINVAL,
		          "%s is cut short: %zu whole cases, then it breaks off; copy it whole or run again",
		          path, json_array_size(json_object_get(lines, "cases")));
	else if (json_error_code(place) == json_error_premature_end_of_input &&
	         memmem(text, length, RESULT_SCHEMA_NAME, strlen(RESULT_SCHEMA_NAME)))
		error_set(error, EINVAL, "%s is cut short in its line %d; copy it whole or run again", path,
		          place->line);
	else
		error_set(error, EINVAL,
		          "%s is not JSON (line %d: %s): give a file that `hintbench run` wrote", path,
		          place->line, place->text);
	json_decref(lines);
}

json_t *result_load(const char *path, struct error *error)
{
	size_t length = 0;
	char *text = read_file(path, &length, error);
	if (!text)
		return NULL;
	json_error_t place;
	json_t *result = json_loadb(text, length, 0, &place);
	if (!result)
		error_not_parsed(error, path, text, length, &place);
	free(text);
	if (result && check_result(result, path, error) != 0) {
		json_decref(result);
		return NULL;
	}
	return result;
}
