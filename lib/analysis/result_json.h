/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes the text of a result apart without making a tree of all of it, which would have twenty times its size: first into the
 * text of each case and all that is beside the cases, then a case at a time. Lines do not matter.
 */
#ifndef HINTBENCH_ANALYSIS_RESULT_JSON_H
#define HINTBENCH_ANALYSIS_RESULT_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/analysis/result.h"
#include "lib/base/error.h"

/* The text of a value, which stays where it was. */
struct json_piece {
	const char *text;
	size_t length;
	int line; /* of the file, from 1 */
};

struct result_pieces {
	const char *file;
	json_t *head;             /* all that is beside the cases */
	struct json_piece *cases; /* not parsed yet */
	size_t case_count, case_room;
	bool has_cases; /* the list of cases has begun */
};

/*
 * Finds them in `text`; `file` is for messages, and borrowed. Returns 0, or -ENODATA with `error` where the text ends too
 * early, or -EINVAL with `error` where it is no JSON object or beyond a limit. What came before that is in `pieces`; free them
 * in any case.
 */
int result_pieces_find(struct result_pieces *pieces, const char *text, size_t length, const char *file,
                       struct error *error);
void result_pieces_free(struct result_pieces *pieces);

/* Whether the text says if it is complete: it does at its end. */
bool result_pieces_have_end(const struct result_pieces *pieces);

/*
 * Reads schema and context into `result`, and where `with_end` is set how the run ended. Returns 0, or -errno with `error`:
 * -ENOTSUP for what a newer hintbench wrote.
 */
int result_head_read(struct result *result, const struct result_pieces *pieces, bool with_end,
                     struct error *error);

/*
 * Reads the case at `index` into `record`, in memory of the result, whose context is there. Returns 0, or with `error` -EBADMSG
 * where its text is not JSON and -EINVAL where it is not a case.
 */
int result_case_read(struct record *record, const struct result *result, const struct result_pieces *pieces,
                     size_t index, struct error *error);

#endif
