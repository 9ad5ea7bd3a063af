/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench lab build`: a guest kernel from a source tree. */
#include "cli/lab/build.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/lab/lab.h"
#include "cli/lab/scripts.h"
#include "lab/kernels/cache.h"
#include "lab/kernels/kernel.h"
#include "lab/kernels/source.h"

enum { OPTION_SOURCE = 512, OPTION_PATCH, OPTION_CONFIG, OPTION_NAME, NAME_BYTES_MAX = 50 };

struct build_request {
	struct lab_build build;
	const char *name;
};

/* The real path of a file that can be read, or the end of the program: "no WHAT PATH". */
static void take_file(const char *what, const char *path, char real[PATH_MAX])
{
	struct stat file;
	if (stat(path, &file) != 0 || !S_ISREG(file.st_mode) || access(path, R_OK) != 0 ||
	    !realpath(path, real))
		lab_refuse("no %s %s", what, path);
}

void lab_build_source(struct lab_build *build, const char *text)
{
	struct error error;
	if (lab_source_find(text, build->source, &error) != 0)
		lab_refuse("%s", error.text);
}

static error_t parse_patches(int key, char *value, struct argp_state *state)
{
	struct lab_build *build = state->input;
	char path[PATH_MAX];

	switch (key) {
	case OPTION_SOURCE:
		lab_build_source(build, value);
		return 0;
	case OPTION_PATCH:
		take_file("patch", value, path);
		arguments_add(&build->patches, "%s", path);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse_config(int key, char *value, struct argp_state *state)
{
	struct lab_build *build = state->input;
	if (key != OPTION_CONFIG)
		return ARGP_ERR_UNKNOWN;
	take_file("config", value, build->config);
	return 0;
}

static const struct argp_option patches_options[] = {
    {"source", OPTION_SOURCE, "DIR", 0, "The kernel's source tree, or debian:VERSION, such as debian:6.1", 0},
    {"patch", OPTION_PATCH, "FILE", 0, "Apply this patch; may be given again, for one on top of it", 0},
    {0},
};

static const struct argp_option config_options[] = {
    {"kernel-config", OPTION_CONFIG, "FILE", 0,
     "The kernel's config (Debian's cloud config, with what the lab needs built in)", 0},
    {0},
};

const struct argp lab_patches_argp = {.options = patches_options, .parser = parse_patches};
const struct argp lab_config_argp = {.options = config_options, .parser = parse_config};

void lab_build_export(const struct lab_build *build)
{
	lab_script_variable("LAB_SOURCE", build->source);
	lab_script_variable("LAB_CONFIG", build->config);
}

static error_t parse_build(int key, char *value, struct argp_state *state)
{
	struct build_request *request = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = state->child_inputs[1] = &request->build;
		return 0;
	case OPTION_NAME:
		request->name = value;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

int lab_build(int argc, char **argv)
{
	static const struct argp_option options[] = {
	    {"name", OPTION_NAME, "NAME", 0, "What to call it: --kernel built:NAME", 0},
	    {0},
	};
	static const struct argp_child children[] = {{&lab_patches_argp, 0, NULL, 0},
	                                             {&lab_config_argp, 0, NULL, 0},
	                                             {&lab_mirror_argp, 0, NULL, 0},
	                                             {0}};
	static const struct argp argp = {
	    .options = options,
	    .parser = parse_build,
	    .doc = "Builds a guest kernel. A source tree is only read. What was built once, of the same "
	           "source, patches, config and compiler, is not built again."
	           "\vA build runs what the tree's Makefiles say, so build only trees and patches that you "
	           "would build by hand.",
	    .children = children,
	};
	struct build_request request = {0};
	char base[PATH_MAX], target[PATH_MAX];
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	if (!*request.build.source)
		lab_refuse("lab build: give --source DIR or --source debian:VERSION, such as debian:6.1");
	if (!request.name || !lab_kernel_name_is_safe(request.name) || strlen(request.name) > NAME_BYTES_MAX)
		lab_refuse("lab build: give --name NAME, of letters, digits and ._+- (at most %d)",
		           NAME_BYTES_MAX);
	lab_cache_debian_kernel("bookworm", &lab_x86, base, sizeof(base));
	lab_cache_built_kernel(request.name, target, sizeof(target));
	lab_build_export(&request.build);
	lab_script_variable("LAB_BASE_KERNEL", base);
	lab_script_variable("LAB_NAME", request.name);
	lab_script_variable("LAB_TARGET", target);
	return lab_script_become("lab/kernels/build.sh", &lab_x86, &request.build.patches);
}
