/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's result: what only the host knows of it, and whether a kernel repeats itself. */
#ifndef HINTBENCH_LAB_GUESTS_LAB_RESULT_H
#define HINTBENCH_LAB_GUESTS_LAB_RESULT_H

#include "lab/guests/guest.h"
#include "lib/analysis/result.h"

/*
 * Fills in what is kept out of a guest, so that it can't change what is measured: the kernel's name and configuration,
 * the seed, the suite's version, the hash of the program, what was asked to run. Returns 0, or -errno with `error`.
 */
int lab_result_complete(struct result *result, const struct lab_kernel *kernel, const struct lab_job *job,
                        const struct lab_boot *boot, struct error *error);

/* Writes the file `path` whole, or leaves it as it was. Returns 0, or -errno with `error`. */
int lab_result_write(const struct result *result, const char *path, struct error *error);

/* Whether two files hold the same bytes; false where one can't be read. */
bool lab_result_is_same(const char *path, const char *other_path);

/* Says in the file that its kernel does not repeat itself. Returns 0, or -errno with `error`. */
int lab_result_set_inexact(const char *path, struct error *error);

#endif
