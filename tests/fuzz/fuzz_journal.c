/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal of settings. What it says is done with all rights, so its files are part of this one, and nothing that
 * they do reaches the machine: a file in memory stands for the journal, and nothing is put back.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <unistd.h>

#include "lib/base/textfile.h"
#include "tests/fuzz/input.h"

static bool failing;

/* Where some fail, the rest of them is kept for another try. */
static int put_back(const char *path)
{
	assert(*path == '/');
	return failing && strlen(path) % 2 ? EIO : 0;
}

static int put_back_errno(const char *path)
{
	errno = put_back(path);
	return errno ? -1 : 0;
}

#define textfile_write(path, value) ((void)(value), -put_back(path))
#define swapoff(path)               put_back_errno(path)
#define rmdir(path)                 put_back_errno(path)
#include "lib/base/journal.c"
#include "lib/base/settings.c"

/* What fails is kept for another try; after that, nothing is left but the first line. */
static void undo(void)
{
	struct error error = {0};
	size_t bytes;
	failing = true;
	if (settings_undo_to(0, &error) != 0)
		check_error(&error);
	failing = false;
	if (settings_undo_to(0, &error) != 0)
		check_error(&error);
	char *left = journal_read(&journal, &bytes);
	assert(left && bytes == journal.header_bytes && journal_count(&journal) == 0);
	free(left);
}

static void read_journal(const char *header, const uint8_t *data, size_t size)
{
	struct error error = {0};
	journal = (struct journal){.fd = memfd_create("journal", MFD_CLOEXEC)};
	fcntl(journal.fd, F_SETFL, O_APPEND);
	if (write(journal.fd, header, strlen(header)) < 0 || write(journal.fd, data, size) < 0)
		abort();
	if (begin(&journal, &error) == 0)
		undo();
	else
		check_error(&error);
	close(journal.fd);
	journal.fd = -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char header[HEADER_BYTES];
	make_header(header, NULL);
	read_journal(header, data, size);
	read_journal("", data, size);
	return 0;
}
