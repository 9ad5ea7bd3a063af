/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Job files, in the manner of fio: each section is a job, `cases = PATTERN …` says which cases it runs, and
 * any other `key = value` means what the word key=value means on the command line. `events = SET` in any job
 * names the event set that is counted in all of them. Lines that begin with # or ; are comments.
 */
#ifndef HINTBENCH_BENCH_JOB_FILE_H
#define HINTBENCH_BENCH_JOB_FILE_H

#include <stddef.h>

#include "lib/base/error.h"

#define JOB_WORDS_MAX 256

struct job {
	char name[64];
	char *words[JOB_WORDS_MAX]; /* as on the command line: patterns, and key=value */
	size_t word_count;
};

struct job_file {
	struct job *jobs;
	size_t job_count;
	char *events; /* the event set, NULL where there is none */
};

/*
 * Finds the job file `name`: a path, or the name of one in configs/ without its ending. Writes its path into
 * `path`. Returns 0, or -ENOENT with `error`.
 */
int job_file_find(const char *name, char *path, size_t path_bytes, struct error *error);

/*
 * Reads the job file `name`: a path, or the name of one in configs/ without its ending. job_file_free() frees
 * it. Returns 0, or -errno with `error` (no such file, the line that makes no sense, no job in it).
 */
int job_file_load(struct job_file *config, const char *name, struct error *error);
void job_file_free(struct job_file *config);

#endif
