/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A case's record as JSON, as results/schema.json describes it. Nothing else knows that form. */
#ifndef HINTBENCH_ANALYSIS_RECORD_JSON_H
#define HINTBENCH_ANALYSIS_RECORD_JSON_H

#include "lib/analysis/json_fields.h"
#include "lib/analysis/record.h"
#include "lib/base/clock_unit.h"

/* The text of a record on one line, to be freed; NULL where memory ran out or a figure is not finite. */
char *record_json_text(const struct record *record);

/*
 * Reads a record from `json`, and checks it; `clock` is that of the file. What is wrong makes `reading` fail. The record is
 * made in memory of the reading's arena, and nothing of `json` is needed after it.
 */
void record_json_read(struct record *record, json_t *json, enum clock_unit clock, struct reading *reading);

#endif
