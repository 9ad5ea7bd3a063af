/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/guest.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/cmocka_all.h"

json_t *guest_result(const char *folder_path, const char *run, const char *kernel)
{
	char path[256];
	json_error_t error;
	snprintf(path, sizeof(path), "%s/%s/%s.json", folder_path, run, kernel);
	json_t *result = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!result)
		print_error("%s:%d: %s\n", path, error.line, error.text);
	return result;
}

int remove_folder(const char *folder_path)
{
	char command[128];
	snprintf(command, sizeof(command), "rm -rf %s", folder_path);
	return system(command);
}
