/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The result file: JSON, described in results/schema.json. It is written a record at a time, so that an interrupted run
 * keeps what it has, and it never stands half-written under its final name.
 *
 * Its text is laid out by lines: the line with the context, one line a case, and a last line with `"complete"`. A stream
 * that was cut off can therefore be mended by dropping what follows its last whole line.
 *
 * Reading is the only way in for what strangers send: result_load() checks everything that the schema says, and more (a
 * count and its per_unit agree, names are there once, text is UTF-8 without control characters), so that nobody after it
 * has to. Its messages name file, case and field.
 */
#ifndef HINTBENCH_ANALYSIS_RESULT_H
#define HINTBENCH_ANALYSIS_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/analysis/record.h"
#include "lib/base/arena.h"
#include "lib/base/context.h"
#include "lib/base/error.h"

#define RESULT_SCHEMA_NAME  "hintbench-result"
#define RESULT_SCHEMA_MAJOR 1
#define RESULT_SCHEMA       RESULT_SCHEMA_NAME "/1"

/* Behind the name of a file that is being written. */
#define RESULT_PARTIAL ".partial"

/* What a reader takes: beyond, a file is refused with the limit instead of eating the memory. */
#define RESULT_BYTES_MAX      (256UL << 20)
#define RESULT_CASES_MAX      100000
#define RESULT_CASE_BYTES_MAX (16UL << 20) /* of the text of one case, and of the context */
#define RESULT_PARAMS_MAX     64
#define RESULT_NAME_BYTES_MAX 512  /* of a case, a metric, a kernel's name … */
#define RESULT_TEXT_BYTES_MAX 4096 /* of a reason, a command line … */

/* An event of the set that was counted, and what libpfm4 calls it. */
struct reported_event {
	const char *name, *event;
	int pass;           /* from 1: events of one pass were counted together; 0: it could not be counted */
	const char *reason; /* then; else NULL */
};

/* How a derived figure was worked out. */
struct reported_metric {
	const char *name, *formula, *unit;
	const char *about;   /* NULL: the set does not say */
	const char *missing; /* why no case has it; NULL where cases have it */
};

/* The event set that was counted beside. */
struct event_report {
	const char *set;
	struct reported_event *events; /* those that were counted, then those that could not be */
	size_t event_count;
	struct reported_metric *metrics;
	size_t metric_count;
};

struct result {
	struct arena *arena;
	const char *path;
	struct context context;
	const struct event_report *events; /* NULL where no event set was asked for */
	struct record *cases;              /* in the order in which they were measured */
	size_t case_count;
	bool complete;
	const char *ended;             /* why a run that is not complete ended; may be NULL */
	const struct record **by_name; /* sorted, for result_case() */
};

/*
 * Reads a result file ("-": standard input). Fields that are not known are ignored. Returns a result for result_free(), or
 * NULL with `error`: cut short, not JSON, a newer major version, not a result, something that the schema forbids.
 */
struct result *result_load(const char *path, struct error *error);

/* The same for text in memory. */
struct result *result_parse(const char *text, size_t length, const char *name, struct error *error);

/*
 * The same for text that may be cut short: keeps every whole line, and marks the result as ended early because of `ended`
 * (NULL: it is cut short). Returns NULL where not even the context is whole.
 */
struct result *result_salvage(const char *text, size_t length, const char *name, const char *ended,
                              struct error *error);

void result_free(struct result *result); /* NULL is nothing to free */

/* The case of that name, or NULL. */
const struct record *result_case(const struct result *result, const char *name);

struct result_writer;

/*
 * Starts a result that goes to each of `paths` ("-" is standard output). A regular file is written as PATH.partial and gets
 * its name in result_close(); anything else (a pipe, a serial port) is written as it is. Returns 0, or -errno with `error`.
 */
int result_open(struct result_writer **writer, const char *const *paths, size_t path_count,
                const struct context *context, const struct event_report *events, struct error *error);

/* Writes one case to every output, and waits until it is out. Returns 0, or -errno with `error`. */
int result_append(struct result_writer *writer, const struct record *record, struct error *error);

/*
 * Ends the result and gives the files their names. `ended` says why the run stopped early, NULL where it did not. Frees the
 * writer in every case. Returns 0, or -errno with `error`.
 */
int result_close(struct result_writer *writer, const char *ended, struct error *error);

#endif
