/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results: what is taken for one can be written, what was written is taken, and written again it has the same bytes. */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/analysis/result.h"
#include "tests/fuzz/input.h"

enum { WRITTEN_BYTES_MAX = 1 << 20 }; /* of a pipe */

static int written_fd;
static char written_path[32];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	int fds[2];
	(void)argc, (void)argv;
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0 || fcntl(fds[1], F_SETPIPE_SZ, WRITTEN_BYTES_MAX) < 0)
		abort();
	written_fd = fds[0];
	snprintf(written_path, sizeof(written_path), "/proc/self/fd/%d", fds[1]);
	return 0;
}

/* The text of a result, to be freed; `length` is its length. */
static char *write_result(const struct result *result, size_t *length)
{
	struct error error = {0};
	struct result_writer *writer;
	const char *ended = result->complete ? NULL : result->ended ? result->ended : "";
	int err = result_open(&writer, (const char *const[]){written_path}, 1, &result->context,
	                      result->events, &error);
	for (size_t i = 0; !err && i < result->case_count; i++)
		err = result_append(writer, &result->cases[i], &error);
	assert(!err && result_close(writer, ended, &error) == 0);
	char *text = malloc(WRITTEN_BYTES_MAX);
	ssize_t got = text ? read(written_fd, text, WRITTEN_BYTES_MAX) : -1;
	assert(got > 0 && got < WRITTEN_BYTES_MAX);
	*length = (size_t)got;
	return text;
}

static void write_and_read(const struct result *result)
{
	struct error error = {0};
	size_t length, length_again;
	char *text = write_result(result, &length);
	struct result *again = result_parse(text, length, "written", &error);
	assert(again && again->complete == result->complete);
	char *text_again = write_result(again, &length_again);
	assert(length == length_again && memcmp(text, text_again, length) == 0);
	result_free(again);
	free(text_again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error = {0};
	struct result *result = result_parse((const char *)data, size, "input", &error);
	if (!result)
		check_error(&error);
	struct result *salvaged = result_salvage((const char *)data, size, "input", NULL, &error);
	/* What is whole needs no saving. */
	assert(!result || (salvaged && salvaged->complete == result->complete));
	if (salvaged)
		write_and_read(salvaged);
	else
		check_error(&error);
	result_free(salvaged);
	result_free(result);
	return 0;
}
