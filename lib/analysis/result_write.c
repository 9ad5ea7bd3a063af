/* SPDX-License-Identifier: GPL-2.0-or-later */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "lib/analysis/context_json.h"
#include "lib/analysis/record_json.h"
#include "lib/analysis/result.h"

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
		if (asprintf(&output->partial, "%s" RESULT_PARTIAL, path) < 0) {
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

static int write_head(struct result_writer *writer, const struct context *context,
                      const struct event_report *events, struct error *error)
{
	char *json = context_json_text(context, events);
	char *text = NULL;
	if (!json ||
	    asprintf(&text, "{\"schema\": \"" RESULT_SCHEMA "\", \"context\": %s, \"cases\": [\n", json) < 0)
		text = NULL;
	int err = text ? write_everywhere(writer, text, error)
	               : error_set(error, ENOMEM, "the context cannot be written");
	free(json);
	free(text);
	return err;
}

int result_open(struct result_writer **writer, const char *const *paths, size_t path_count,
                const struct context *context, const struct event_report *events, struct error *error)
{
	struct result_writer *w = calloc(1, sizeof(*w) + path_count * sizeof(w->outputs[0]));
	int err = w ? 0 : error_set(error, ENOMEM, "out of memory");
	for (size_t i = 0; !err && i < path_count; i++) {
		err = open_output(&w->outputs[i], paths[i], error);
		w->output_count = i + 1;
	}
	if (!err)
		err = write_head(w, context, events, error);
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

int result_append(struct result_writer *writer, const struct record *record, struct error *error)
{
	char *json = record_json_text(record);
	char *text = NULL;
	/* The comma leads, so that the lines so far and a closing bracket are valid JSON at any time. */
	if (!json || asprintf(&text, "%s%s\n", writer->cases > 0 ? ", " : "  ", json) < 0)
		text = NULL;
	int err = text ? write_everywhere(writer, text, error)
	               : error_set(error, EINVAL,
	                           "%s cannot be written: a figure of it is not finite, or memory ran out",
	                           record->name);
	writer->cases += text != NULL;
	free(json);
	free(text);
	return err;
}

static int write_tail(struct result_writer *writer, const char *ended, struct error *error)
{
	if (!ended)
		return write_everywhere(writer, "], \"complete\": true}\n", error);
	char *json = text_of_json(clean_string(ended));
	char *text = NULL;
	if (!json || asprintf(&text, "], \"complete\": false, \"ended\": %s}\n", json) < 0)
		text = NULL;
	int err = write_everywhere(writer, text ? text : "], \"complete\": false}\n", error);
	free(json);
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
	int err = fsync(output->fd) == 0 ? 0 : errno;
	if (close(output->fd) != 0 && !err)
		err = errno;
	output->fd = -1;
	if (err)
		return error_not_written(error, output->path, err);
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
