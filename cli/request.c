/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/request.h"

#include <stdio.h>
#include <string.h>

static const char *without_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

char *request_text(const char *config_name, const char *const *words, size_t word_count,
                   const char *event_set)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	if (!out)
		return NULL;
	if (config_name)
		fprintf(out, "-c %s", without_folder(config_name));
	for (size_t i = 0; i < word_count; i++)
		fprintf(out, "%s%s", i || config_name ? " " : "", words[i]);
	if (event_set)
		fprintf(out, " --events %s", without_folder(event_set));
	fclose(out);
	return text;
}
