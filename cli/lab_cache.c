/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench lab fetch` and `lab list`: the kernels in the cache. */
#include <argp.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/lab.h"
#include "lab/kernel.h"
#include "lib/version.h"

/* fetch.sh says itself what it does and what is wrong. */
int lab_fetch(int argc, char **argv)
{
	char script[PATH_MAX];
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0)) {
		printf("usage: hintbench lab fetch [--mirror URL] SUITE…\n"
		       "Fetches the cloud kernels of Debian suites such as bookworm, bookworm-backports or "
		       "sid.\n");
		return EXIT_DONE;
	}
	if (data_path("lab/fetch.sh", script, sizeof(script)) != 0)
		return bad_input("lab/fetch.sh is missing: is hintbench installed whole?");
	argv[0] = script;
	execv(script, argv);
	return bad_input("cannot start %s: %s", script, strerror(errno));
}

static int is_kernel(const struct dirent *entry)
{
	return strncmp(entry->d_name, "debian-", 7) == 0;
}

int lab_list(int argc, char **argv)
{
	static const struct argp argp = {.doc = "Lists the kernels that were fetched, for --kernel."};
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
		struct reason why;
		snprintf(image, sizeof(image), "%s/%s/vmlinuz", cache, entries[i]->d_name);
		if (lab_kernel_release(image, release, sizeof(release), &why) == 0)
			printf("debian:%-24s %s\n", entries[i]->d_name + 7, release);
		else
			fprintf(stderr, "hintbench: %s\n", why.text);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return EXIT_DONE;
}
