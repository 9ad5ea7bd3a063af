/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A result's context as JSON, and the event set that stands in it, as results/schema.json describes them. */
#ifndef HINTBENCH_ANALYSIS_CONTEXT_JSON_H
#define HINTBENCH_ANALYSIS_CONTEXT_JSON_H

#include "lib/analysis/json_fields.h"
#include "lib/analysis/result.h"
#include "lib/base/context.h"

/* The text on one line, to be freed; NULL where memory ran out. `events` may be NULL. */
char *context_json_text(const struct context *context, const struct event_report *events);

/* An event set as it stands in a context. A new reference, NULL where memory ran out. */
json_t *event_report_json(const struct event_report *events);

/*
 * Reads both from an object, and checks them; `*events` becomes NULL where no event set was asked for. What is wrong makes the
 * reading fail.
 */
void context_json_read(struct context *context, const struct event_report **events,
                       const struct fields *fields);

#endif
