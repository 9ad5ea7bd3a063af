/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The results of the guests that a test booted, in a folder of the test's own. */
#ifndef HINTBENCH_TESTS_SUPPORT_GUEST_H
#define HINTBENCH_TESTS_SUPPORT_GUEST_H

#include <jansson.h>

/* FOLDER/RUN/KERNEL.json as it stands there, a new reference; NULL with a message where it can't be read. */
json_t *guest_result(const char *folder_path, const char *run, const char *kernel);

/* Returns 0 when nothing of it is left. */
int remove_folder(const char *folder_path);

#endif
