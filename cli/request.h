/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was asked to run, in words. */
#ifndef HINTBENCH_CLI_REQUEST_H
#define HINTBENCH_CLI_REQUEST_H

#include <stddef.h>

/*
 * As the result file's suite.config tells it: the names of job file and event set without their folders (either may be
 * NULL), and the words. To be freed; NULL where memory ran out.
 */
char *request_text(const char *config_name, const char *const *words, size_t word_count,
                   const char *event_set);

#endif
