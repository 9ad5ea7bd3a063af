/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a made-up guest sends. */
#ifndef HINTBENCH_TESTS_SUPPORT_TINY_RESULT_H
#define HINTBENCH_TESTS_SUPPORT_TINY_RESULT_H

/* A whole result with one case of this name, and the marker that says so; the text of the call before is overwritten. */
const char *tiny_result_stream(const char *case_name);

#endif
