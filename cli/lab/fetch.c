/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench lab fetch` and `sysroot`: what comes from Debian. */
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "cli/lab/lab.h"
#include "cli/lab/scripts.h"
#include "lab/kernels/cache.h"
#include "lab/kernels/source.h"

enum { OPTION_ARCH = 512, OPTION_SOURCE, SUITE_BYTES_MAX = 40 };

struct fetch_request {
	const struct lab_arch *arch; /* NULL where it wasn't given */
	bool sources;
	char **names;
	size_t name_count;
};

static const struct argp_child children[] = {{&lab_mirror_argp, 0, NULL, 0}, {0}};

static error_t parse_fetch(int key, char *value, struct argp_state *state)
{
	struct fetch_request *request = state->input;
	struct error error;

	switch (key) {
	case OPTION_ARCH:
		request->arch = lab_arch_find(value, &error);
		if (!request->arch)
			lab_refuse("%s", error.text);
		return 0;
	case OPTION_SOURCE:
		request->sources = true;
		return 0;
	case ARGP_KEY_ARGS:
		request->names = state->argv + state->next;
		request->name_count = (size_t)(state->argc - state->next);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* A suite's name becomes a folder's, and a part of apt's configuration. */
static bool is_suite(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz",
	                  more[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	return *name && strchr(letters, *name) && strspn(name, more) == strlen(name) &&
	       strlen(name) <= SUITE_BYTES_MAX;
}

static void add_suites(struct arguments *arguments, const struct fetch_request *request,
                       const struct lab_arch *arch)
{
	char folder[PATH_MAX];
	arguments_add(arguments, "kernels");
	for (size_t i = 0; i < request->name_count; i++) {
		if (!is_suite(request->names[i]))
			lab_refuse("no suite '%s'", request->names[i]);
		lab_cache_debian_kernel(request->names[i], arch, folder, sizeof(folder));
		arguments_add(arguments, "%s", request->names[i]);
		arguments_add(arguments, "%s", folder);
	}
}

static void add_sources(struct arguments *arguments, const struct fetch_request *request)
{
	arguments_add(arguments, "sources");
	for (size_t i = 0; i < request->name_count; i++) {
		if (!lab_source_is_version(request->names[i]))
			lab_refuse("no version '%s': give one such as 6.1", request->names[i]);
		arguments_add(arguments, "%s", request->names[i]);
	}
}

int lab_fetch(int argc, char **argv)
{
	static const struct argp_option options[] = {
	    {"arch", OPTION_ARCH, "ARCH", 0, "The kernels' processor: x86 (the default) or arm64", 0},
	    {"source", OPTION_SOURCE, NULL, 0, "Fetch kernel sources instead, of versions such as 6.1", 0},
	    {0},
	};
	static const struct argp argp = {
	    .options = options,
	    .parser = parse_fetch,
	    .args_doc = "SUITE…\n--source VERSION…",
	    .doc = "Fetches the cloud kernels of Debian suites such as bookworm, bookworm-backports or sid, "
	           "for --kernel debian:SUITE. What is the newest there and in the cache is not fetched "
	           "again.",
	    .children = children,
	};
	struct fetch_request request = {0};
	struct arguments arguments = {0};
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	if (!request.name_count)
		lab_refuse("name the suites to fetch, such as bookworm or bookworm-backports");
	/* Sources are for every processor, and are built for x86. */
	const struct lab_arch *arch = request.arch && !request.sources ? request.arch : &lab_x86;
	if (request.sources)
		add_sources(&arguments, &request);
	else
		add_suites(&arguments, &request, arch);
	return lab_script_become("lab/kernels/fetch.sh", arch, &arguments);
}

int lab_sysroot(int argc, char **argv)
{
	static const struct argp_option options[] = {
	    {"arch", OPTION_ARCH, "ARCH", 0, "The processor: arm64", 0},
	    {0},
	};
	static const struct argp argp = {
	    .options = options,
	    .parser = parse_fetch,
	    .doc = "Fetches Debian's libraries and headers of another processor into the cache, which a "
	           "hintbench for its guests is linked against, and the programs that such a guest needs. "
	           "Nothing is installed.",
	    .children = children,
	};
	struct fetch_request request = {0};
	struct arguments arguments = {0};
	char folder[PATH_MAX];
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	if (request.name_count)
		lab_refuse("what is '%s'? lab sysroot takes --arch alone", request.names[0]);
	if (!request.arch)
		lab_refuse("which processor? Give --arch arm64");
	if (!request.arch->make_target)
		lab_refuse("hintbench can't be built for %s on another machine", request.arch->name);
	lab_cache_sysroot(request.arch, folder, sizeof(folder));
	arguments_add(&arguments, "%s", folder);
	return lab_script_become("lab/kernels/sysroot.sh", request.arch, &arguments);
}
