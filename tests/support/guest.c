/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/guest.h"

#include <stdio.h>

#include "tests/support/cmocka_all.h"
#include "tests/support/files.h"

json_t *guest_result(const char *run, const char *kernel)
{
	char name[256];
	json_error_t error;
	snprintf(name, sizeof(name), "%s/%s.json", run, kernel);
	json_t *result = json_load_file(in_folder(name), JSON_REJECT_DUPLICATES, &error);
	if (!result)
		print_error("%s:%d: %s\n", in_folder(name), error.line, error.text);
	return result;
}
