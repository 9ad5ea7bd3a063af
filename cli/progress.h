/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run says while it goes: a bar with the time left on a terminal, else a line a case. */
#ifndef HINTBENCH_CLI_PROGRESS_H
#define HINTBENCH_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/analysis/record.h"

struct progress {
	size_t total, done;
	size_t ran; /* cases that were not skipped, those that measure the suite itself aside */
	size_t ok, skipped, inconclusive, failed;
	bool bar;   /* standard error is a terminal */
	bool lines; /* a line a case goes to standard output; else a short one to standard error */
	double start_sec;
};

void progress_init(struct progress *progress, size_t total, bool lines);
void progress_start(struct progress *progress, const char *name);
void progress_end(struct progress *progress, const struct record *record);

/* The last line: how many cases ended how, and where the result is. */
void progress_finish(struct progress *progress, const char *output);

#endif
