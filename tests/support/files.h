/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of a test: a folder that is new for each, and texts in and out. What fails fails the test. */
#ifndef HINTBENCH_TESTS_SUPPORT_FILES_H
#define HINTBENCH_TESTS_SUPPORT_FILES_H

#include <stddef.h>

/* The folder of the current test; empty where it has none. */
extern char folder[64];

/* For cmocka: make and remove it. */
int set_up_folder(void **state);
int tear_down_folder(void **state);

/* A path in the test's folder; eight can be used at a time. */
const char *in_folder(const char *name);

void write_file(const char *path, const void *bytes, size_t length);
void write_text(const char *path, const char *text);

/* Reads at most `room` - 1 bytes and ends them with NUL. Returns how many. */
size_t read_text(const char *path, char *text, size_t room);

/* The same, and removes the file; an empty text where there is none. */
void read_and_remove(const char *path, char *text, size_t room);

#endif
