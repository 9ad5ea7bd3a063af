/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fuzz/pair.h"

#include <stdio.h>
#include <string.h>

void pair_split(struct pair *pair, const uint8_t *data, size_t size)
{
	const char *paths[3] = {NULL};
	for (size_t i = 0; i < 3 && (i == 0 || size > 0); i++) {
		const uint8_t *end = size ? memchr(data, 0, size) : NULL;
		size_t length = end ? (size_t)(end - data) : size;
		paths[i] = input_file(i, data, length);
		data += end ? length + 1 : length;
		size -= end ? length + 1 : length;
	}
	snprintf(pair->specs[0], sizeof(pair->specs[0]), "%s%s%s", paths[0], paths[2] ? "," : "",
	         paths[2] ? paths[2] : "");
	snprintf(pair->specs[1], sizeof(pair->specs[1]), "%s", paths[1] ? paths[1] : paths[0]);
}

struct result_set *pair_load(const uint8_t *data, size_t size)
{
	struct error error = {0};
	struct pair pair;
	pair_split(&pair, data, size);
	struct result_set *sets = result_sets_load((char *const[]){pair.specs[0], pair.specs[1]}, 2, &error);
	if (!sets)
		check_error(&error);
	return sets;
}
