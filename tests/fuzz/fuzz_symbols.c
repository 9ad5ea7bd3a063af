/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel's symbols, as a guest tells them. */
#include <assert.h>
#include <string.h>

#include "lab/profile/symbols.h"
#include "tests/fuzz/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error = {0};
	struct symbols symbols;
	char plain[64];
	if (symbols_read(&symbols, (const char *)data, size, &error) != 0) {
		check_error(&error);
		return 0;
	}
	for (size_t i = 0; i < symbols.count; i++) {
		assert(symbols_find(&symbols, symbols.items[i].address) == &symbols.items[i]);
		symbol_plain_name(symbols.items[i].name, plain, sizeof(plain));
		check_printed(symbols.items[i].name, strlen(symbols.items[i].name));
	}
	symbols_free(&symbols);
	return 0;
}
