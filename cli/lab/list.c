/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench lab list`: the kernels in the cache. */
#include <argp.h>
#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/lab/lab.h"
#include "lab/kernels/image.h"
#include "lab/kernels/kernel.h"

static int is_kernel(const struct dirent *entry)
{
	return strncmp(entry->d_name, "debian-", 7) == 0 || strncmp(entry->d_name, "built-", 6) == 0;
}

/* As --kernel takes it: the folder debian-sid-arm64 is debian:sid:arm64. */
static void print_kernel(const char *folder, const struct lab_arch *arch, const char *release)
{
	const char *dash = strchr(folder, '-');
	char spec[NAME_MAX + 16];
	size_t name = strlen(dash + 1), suffix = strlen(arch->suffix);
	bool of_arch = suffix && name > suffix && strcmp(dash + 1 + name - suffix, arch->suffix) == 0;
	snprintf(spec, sizeof(spec), "%.*s:%.*s%s%s", (int)(dash - folder), folder,
	         (int)(of_arch ? name - suffix : name), dash + 1, of_arch ? ":" : "",
	         of_arch ? arch->name : "");
	printf("%-31s %s\n", spec, release);
}

int lab_list(int argc, char **argv)
{
	static const struct argp argp = {.doc =
	                                     "Lists the kernels that were fetched or built, for --kernel."};
	char cache[PATH_MAX / 2];
	struct dirent **entries;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	lab_kernel_cache(cache, sizeof(cache));
	int count = scandir(cache, &entries, is_kernel, alphasort);
	if (count <= 0)
		fprintf(stderr, "hintbench: no kernels in %s; fetch some with `hintbench lab fetch SUITE`\n",
		        cache);
	for (int i = 0; i < count; i++) {
		char image[PATH_MAX], release[128];
		const struct lab_arch *arch;
		struct error error;
		snprintf(image, sizeof(image), "%s/%s/vmlinuz", cache, entries[i]->d_name);
		if (lab_image_read(image, &arch, release, sizeof(release), &error) == 0)
			print_kernel(entries[i]->d_name, arch, release);
		else
			fprintf(stderr, "hintbench: %s\n", error.text);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return EXIT_DONE;
}
