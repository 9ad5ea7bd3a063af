/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The result file: JSON, described in results/schema.json. It is written a record at a time, so that an
 * interrupted run keeps what it has, and it never stands half-written under its final name.
 *
 * Its text is laid out by lines: the line with the context, one line a case, and a last line with
 * `"complete"`. A stream that was cut off can therefore be mended by dropping what follows its last whole
 * line.
 */
#ifndef HINTBENCH_ANALYSIS_RESULT_H
#define HINTBENCH_ANALYSIS_RESULT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"

#define RESULT_SCHEMA_NAME  "hintbench-result"
#define RESULT_SCHEMA_MAJOR 1

struct result_writer;

/*
 * Starts a result that goes to each of `paths` ("-" is standard output). A regular file is written as
 * PATH.partial and gets its name in result_close(); anything else (a pipe, a serial port) is written as it
 * is. `context` is borrowed. Returns 0, or -errno with `error`.
 */
int result_open(struct result_writer **writer, const char *const *paths, size_t path_count, json_t *context,
                struct error *error);

/*
 * Writes one case's record (borrowed) to every output, and waits until it is out. Returns 0, or -errno with
 * `error`.
 */
int result_append(struct result_writer *writer, json_t *record, struct error *error);

/*
 * Ends the result and gives the files their names. `ended` says why the run stopped early, NULL where it did
 * not. Frees the writer in every case. Returns 0, or -errno with `error`.
 */
int result_close(struct result_writer *writer, const char *ended, struct error *error);

/*
 * Reads a result file whole and checks what every reader relies on: the schema's name and major version, a
 * context with its clock, and a list of cases that each have a name and a status. Fields that are not known
 * are ignored. Returns a new reference, or NULL with `error` (cut short, not JSON, newer major version, not a
 * result).
 */
json_t *result_load(const char *path, struct error *error);

/*
 * The same for text in memory that may be cut short: keeps every whole line, and marks the result as ended
 * early because of `ended`. `name` is for messages. Returns a new reference, or NULL where not even the
 * context is whole.
 */
json_t *result_salvage(const char *text, size_t length, const char *name, const char *ended,
                       struct error *error);

#endif
