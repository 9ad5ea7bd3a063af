/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of a kernel's functions, from its /proc/kallsyms. */
#ifndef HINTBENCH_LAB_PROFILE_SYMBOLS_H
#define HINTBENCH_LAB_PROFILE_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"

struct symbol {
	uint64_t address;
	const char *name; /* as the kernel has it, a module's with " [MODULE]" */
};

/* By rising address, one name an address. */
struct symbols {
	struct symbol *items;
	size_t count;
	char *text;
};

/*
 * Reads `length` bytes as /proc/kallsyms has them. Only code counts (types t, T, w and W); of several names
 * for one address the first is kept, as the kernel does in its own traces. symbols_free() frees them. Returns
 * 0, or with `error`: -EINVAL where nothing can be used (kptr_restrict makes all addresses zero), -ENOMEM.
 */
int symbols_read(struct symbols *symbols, const char *text, size_t length, struct error *error);

/* The function that holds `address`: the last that starts at it or before; NULL where none does. */
const struct symbol *symbols_find(const struct symbols *symbols, uint64_t address);

void symbols_free(struct symbols *symbols);

/*
 * Writes `name` without what a compiler adds to the name of a function that it split, cloned or renamed
 * (.isra.0, .constprop.0, .part.0, .cold, .llvm.123, .lto_priv.0), since that differs between two kernels.
 */
void symbol_plain_name(const char *name, char *plain, size_t plain_bytes);

#endif
