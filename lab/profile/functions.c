/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/profile/functions.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USER_END (1ULL << 63)

static int by_name(const void *a, const void *b)
{
	const struct function *x = a, *y = b;
	return strcmp(x->name, y->name);
}

/* What `line` contributes to its function: `count` of its executions, each `weight` of a touch's. */
static struct function share_of(const struct profile_line *line, uint64_t count, bool other, double weight,
                                const struct symbols *symbols)
{
	struct function share = {.instructions = (double)count * weight};
	const struct symbol *symbol = line->address < USER_END ? NULL : symbols_find(symbols, line->address);
	char plain[sizeof(share.name) - sizeof(" (other CPU)")];

	if (symbol)
		symbol_plain_name(symbol->name, plain, sizeof(plain));
	else
		strcpy(plain, line->address < USER_END ? FUNCTION_USER : FUNCTION_UNKNOWN);
	if (symbol && symbol->address == line->address)
		share.calls = share.instructions;
	snprintf(share.name, sizeof(share.name), "%s%s", plain, other ? " (other CPU)" : "");
	return share;
}

/* Sorts by name and adds up what has the same. */
static void merge(struct functions *functions)
{
	size_t kept = 0;
	qsort(functions->items, functions->count, sizeof(*functions->items), by_name);
	for (size_t i = 0; i < functions->count; i++) {
		struct function *item = &functions->items[i];
		functions->instructions += item->instructions;
		if (kept && strcmp(functions->items[kept - 1].name, item->name) == 0) {
			functions->items[kept - 1].instructions += item->instructions;
			functions->items[kept - 1].calls += item->calls;
		} else {
			functions->items[kept++] = *item;
		}
	}
	functions->count = kept;
}

int functions_of(struct functions *functions, const struct profile_median *median,
                 const struct symbols *symbols)
{
	size_t lines = median->shape[0]->line_count + median->shape[1]->line_count;
	*functions = (struct functions){.items = calloc(2 * lines + 1, sizeof(*functions->items))};
	if (!functions->items)
		return -ENOMEM;
	for (int half = 0; half < 2; half++) {
		const struct profile_shape *shape = median->shape[half];
		for (size_t i = 0; i < shape->line_count; i++) {
			const struct profile_line *line = &shape->lines[i];
			if (line->count)
				functions->items[functions->count++] =
				    share_of(line, line->count, false, 0.5, symbols);
			if (line->others)
				functions->items[functions->count++] =
				    share_of(line, line->others, true, 0.5, symbols);
		}
	}
	merge(functions);
	return 0;
}

void functions_free(struct functions *functions)
{
	free(functions->items);
	*functions = (struct functions){0};
}

static int by_difference(const void *a, const void *b)
{
	const struct function_row *x = a, *y = b;
	double x_difference = fabs(x->new_instructions - x->base_instructions);
	double y_difference = fabs(y->new_instructions - y->base_instructions);
	double x_size = fmax(x->new_instructions, x->base_instructions);
	double y_size = fmax(y->new_instructions, y->base_instructions);
	if (x_difference != y_difference)
		return x_difference > y_difference ? -1 : 1;
	if (x_size != y_size)
		return x_size > y_size ? -1 : 1;
	return strcmp(x->name, y->name);
}

struct function_row *functions_join(const struct functions *base, const struct functions *new_one,
                                    size_t *count)
{
	struct function_row *rows = calloc(base->count + new_one->count + 1, sizeof(*rows));
	size_t i = 0, j = 0;

	*count = 0;
	while (rows && (i < base->count || j < new_one->count)) {
		const struct function *left = i < base->count ? &base->items[i] : NULL;
		const struct function *right = j < new_one->count ? &new_one->items[j] : NULL;
		int order = !left ? 1 : !right ? -1 : strcmp(left->name, right->name);
		struct function_row *row = &rows[(*count)++];
		row->name = order <= 0 ? left->name : right->name;
		if (order <= 0) {
			row->base_instructions = left->instructions;
			row->base_calls = left->calls;
			i++;
		}
		if (order >= 0) {
			row->new_instructions = right->instructions;
			row->new_calls = right->calls;
			j++;
		}
	}
	if (rows)
		qsort(rows, *count, sizeof(*rows), by_difference);
	return rows;
}
