/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the harnesses share. A harness is a file fuzz_NAME.c with LLVMFuzzerTestOneInput(), and corpus/NAME/ with inputs to
 * begin with; `make fuzz` finds it. assert() tells what must hold of any input, beside what the sanitizers watch.
 */
#ifndef HINTBENCH_TESTS_FUZZ_INPUT_H
#define HINTBENCH_TESTS_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file in memory with these bytes, for what reads a path. Of each `index` (0 to 3) there is one at a time. */
const char *input_file(size_t index, const void *bytes, size_t size);

/* A copy that ends with NUL, to be freed. */
char *input_text(const uint8_t *data, size_t size);

/* An error has a sentence that can stand on a terminal. */
void check_error(const struct error *error);

/* The same of what was printed: UTF-8, whose only control characters are newlines and tabs. */
void check_printed(const char *text, size_t length);

#endif
