/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The arguments of a program that is about to be started: a list that grows. */
#ifndef HINTBENCH_LAB_GUESTS_ARGUMENTS_H
#define HINTBENCH_LAB_GUESTS_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

/* All zero is an empty list. */
struct arguments {
	char **words; /* NULL at the end, once there is a word */
	size_t count, room;
	bool failed; /* there was no memory for one of them: the list is of no use */
};

void arguments_add(struct arguments *arguments, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds each of `words`, NULL at the end. */
void arguments_add_all(struct arguments *arguments, const char *const *words);

void arguments_free(struct arguments *arguments);

#endif
