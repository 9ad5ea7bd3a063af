/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/profile/symbols.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/guests/console.h"

/*
 * Parts "ffffffff81000000 T _stext" or "ffffffffc0000000 t lookup\t[brd]"; the line is cut up. False: no code. The
 * guest tells these names, and they are shown.
 */
static bool parse_line(char *line, struct symbol *symbol)
{
	char *end;
	symbol->address = strtoull(line, &end, 16);
	if (end == line || !symbol->address || strlen(end) < 4 || end[0] != ' ' || end[2] != ' ' ||
	    !strchr("tTwW", end[1]))
		return false;
	char *name = end + 3, *tab = strchr(name, '\t');
	if (tab)
		*tab = ' ';
	printable_copy(name, strlen(name) + 1, name, strlen(name));
	symbol->name = name;
	return true;
}

/* The sort has to keep the kernel's order among equal addresses: names lie in the text in that order. */
static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;
	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

static void drop_aliases(struct symbols *symbols)
{
	size_t kept = 0;
	for (size_t i = 0; i < symbols->count; i++)
		if (!kept || symbols->items[kept - 1].address != symbols->items[i].address)
			symbols->items[kept++] = symbols->items[i];
	symbols->count = kept;
}

int symbols_read(struct symbols *symbols, const char *text, size_t length, struct error *error)
{
	size_t lines = 1;
	char *rest, *line;

	for (size_t i = 0; i < length; i++)
		lines += text[i] == '\n';
	*symbols = (struct symbols){
	    .items = calloc(lines, sizeof(*symbols->items)),
	    .text = strndup(text, length),
	};
	if (!symbols->items || !symbols->text) {
		symbols_free(symbols);
		return error_set(error, ENOMEM, "no memory for the kernel's symbols");
	}
	for (rest = symbols->text; (line = strsep(&rest, "\n"));)
		symbols->count += parse_line(line, &symbols->items[symbols->count]);
	if (!symbols->count) {
		symbols_free(symbols);
		return error_set(error, EINVAL,
		                 "the kernel's /proc/kallsyms names no function (is CONFIG_KALLSYMS set?)");
	}
	qsort(symbols->items, symbols->count, sizeof(*symbols->items), by_address);
	drop_aliases(symbols);
	return 0;
}

const struct symbol *symbols_find(const struct symbols *symbols, uint64_t address)
{
	size_t low = 0, high = symbols->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (symbols->items[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &symbols->items[low - 1] : NULL;
}

void symbols_free(struct symbols *symbols)
{
	free(symbols->items);
	free(symbols->text);
	*symbols = (struct symbols){0};
}

/* The length of a suffix such as ".isra.0" or ".cold" at `dot`; 0 where it is none of a compiler's. */
static size_t suffix_length(const char *dot)
{
	static const char *const suffixes[] = {".isra", ".constprop", ".part", ".cold", ".llvm", ".lto_priv"};
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		size_t length = strlen(suffixes[i]);
		if (strncmp(dot, suffixes[i], length) != 0 || (dot[length] && !strchr(". ", dot[length])))
			continue;
		size_t digits = dot[length] == '.' ? strspn(dot + length + 1, "0123456789") : 0;
		return length + (digits ? digits + 1 : 0);
	}
	return 0;
}

void symbol_plain_name(const char *name, char *plain, size_t plain_bytes)
{
	size_t used = 0;
	while (*name && used + 1 < plain_bytes) {
		size_t skip = *name == '.' ? suffix_length(name) : 0;
		if (skip)
			name += skip;
		else
			plain[used++] = *name++;
	}
	plain[used] = '\0';
}
