/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sharing memory with a child by fork: copy-on-write. A new way is a row in sharing.c. */
#ifndef HINTBENCH_MEMORY_SHARING_H
#define HINTBENCH_MEMORY_SHARING_H

#include <stdbool.h>

#include "lib/base/error.h"

struct sharing {
	const char *name; /* as in a case's name */
	const char *what;
	bool forks;
	bool after_arming; /* fork when the memory is armed; else before */
	bool child_lives;  /* until this process ends; else it has ended */
};

/* Ends with a row without a name; the first row is no sharing. */
extern const struct sharing sharings[];

/* Forks the child. Returns 0, or -errno with `error`. */
int sharing_start(const struct sharing *sharing, struct error *error);

#endif
