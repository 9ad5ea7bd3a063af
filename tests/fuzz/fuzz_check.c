/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The claims that come with the suite, held against results by the command itself. */
#include <assert.h>

#include "cli/command.h"
#include "tests/fuzz/pair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const claims[] = {"remove-migration-pte", "writable"};
	struct pair pair;
	pair_split(&pair, data, size);
	char *argv[] = {"check",       "--claims", (char *)claims[size % 2], "--verbose", pair.specs[0],
	                pair.specs[1], NULL};
	int status = command_check(6, argv);
	assert(status == EXIT_DONE || status == EXIT_CHECK_FAILED || status == EXIT_BAD_INPUT);
	return 0;
}
