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
#include "lab/image.h"
#include "lab/kernel.h"
#include "lib/version.h"

/* fetch.sh says itself what it does and what is wrong. */
int lab_fetch(int argc, char **argv)
{
	char script[PATH_MAX];
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0)) {
		printf("usage: hintbench lab fetch [--arch ARCH] [--mirror URL] SUITE…\n"
		       "Fetches the cloud kernels of Debian suites such as bookworm, bookworm-backports or "
		       "sid;\nfor x86 guests unless ARCH is arm64.\n");
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

/* As --kernel takes it. */
static void print_kernel(const char *name, const struct lab_arch *arch, const char *release)
{
	char spec[128];
	size_t suite = strlen(name), suffix = strlen(arch->suffix);
	if (suite > suffix && strcmp(name + suite - suffix, arch->suffix) == 0)
		suite -= suffix;
	snprintf(spec, sizeof(spec), "%.*s%s%s", (int)suite, name, suffix ? ":" : "",
	         suffix ? arch->name : "");
	printf("debian:%-24s %s\n", spec, release);
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
		const struct lab_arch *arch;
		struct reason why;
		snprintf(image, sizeof(image), "%s/%s/vmlinuz", cache, entries[i]->d_name);
		if (lab_image_read(image, &arch, release, sizeof(release), &why) == 0)
			print_kernel(entries[i]->d_name + 7, arch, release);
		else
			fprintf(stderr, "hintbench: %s\n", why.text);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return EXIT_DONE;
}
