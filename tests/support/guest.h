/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The results of the guests that a test booted, in the test's folder. */
#ifndef HINTBENCH_TESTS_SUPPORT_GUEST_H
#define HINTBENCH_TESTS_SUPPORT_GUEST_H

#include <jansson.h>

/* FOLDER/RUN/KERNEL.json as it stands there, a new reference; NULL with a message where it can't be read. */
json_t *guest_result(const char *run, const char *kernel);

#endif
