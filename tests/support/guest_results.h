/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The results of the guests that a test booted, in a folder of the test's own. */
#ifndef HINTBENCH_TESTS_SUPPORT_GUEST_RESULTS_H
#define HINTBENCH_TESTS_SUPPORT_GUEST_RESULTS_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/analysis/result.h"

/* FOLDER/RUN/KERNEL.json, a new reference; NULL with a message where it can't be read. */
static inline json_t *guest_result(const char *folder, const char *run, const char *kernel)
{
	char path[256];
	struct error error = {""};
	snprintf(path, sizeof(path), "%s/%s/%s.json", folder, run, kernel);
	json_t *result = result_load(path, &error);
	if (!result)
		print_error("%s\n", error.text);
	return result;
}

/* Returns 0 when nothing of it is left. */
static inline int remove_folder(const char *folder)
{
	char command[128];
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

#endif
