/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench lab list`: the kernels in the cache. */
#include <argp.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/escape.h"
#include "cli/lab/lab.h"
#include "lab/kernels/cache.h"
#include "lab/kernels/image.h"

static int is_kernel(const struct dirent *entry)
{
	char spec[NAME_MAX + 16];
	return lab_cache_kernel_spec(entry->d_name, spec, sizeof(spec));
}

int lab_list(int argc, char **argv)
{
	static const struct argp argp = {.doc =
	                                     "Lists the kernels that were fetched or built, for --kernel."};
	char cache[PATH_MAX / 2];
	struct dirent **entries;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	lab_cache_kernels(cache, sizeof(cache));
	int count = scandir(cache, &entries, is_kernel, alphasort);
	if (count <= 0)
		print_line(stderr, "hintbench: no kernels in %s; fetch some with `hintbench lab fetch SUITE`",
		           cache);
	for (int i = 0; i < count; i++) {
		char image[PATH_MAX], release[LAB_RELEASE_MAX + 1], spec[NAME_MAX + 16];
		const struct lab_arch *arch;
		struct error error;
		snprintf(image, sizeof(image), "%s/%s/vmlinuz", cache, entries[i]->d_name);
		lab_cache_kernel_spec(entries[i]->d_name, spec, sizeof(spec));
		if (lab_image_read(image, &arch, release, sizeof(release), &error) == 0)
			print_line(stdout, "%-31s %s", spec, release);
		else
			bad_input("%s", error.text);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return EXIT_DONE;
}
