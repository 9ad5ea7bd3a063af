/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/lab/guest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"

enum {
	DEFAULT_LIMIT_SECONDS = 900,
	OPTION_KERNEL = 256,
	OPTION_TIMEOUT,
	OPTION_MEMORY,
	OPTION_ARCH,
	OPTION_CPU,
};

static const struct argp_option guest_options[] = {
    {"kernel", OPTION_KERNEL, "PATH[,modules=DIR][,name=NAME]", 0,
     "A kernel: the path of a bzImage (arm64: Image), debian:SUITE[:ARCH] for one that `hintbench lab fetch` "
     "fetched, or built:NAME for one that `hintbench lab build` built",
     0},
    {"arch", OPTION_ARCH, "ARCH", 0, "The processor, x86 (the default) or arm64, of every debian:SUITE", 0},
    {"cpu", OPTION_CPU, "MODEL", 0,
     "The processor, as QEMU names it (max; arm64: neoverse-n1); cortex-a72 has no dirty bit of its own", 0},
    {"output", 'o', "DIR", 0, "Folder for NAME.json and NAME.console.log (results/lab)", 0},
    {"timeout", OPTION_TIMEOUT, "SECONDS", 0, "End a guest that takes longer than this (900)", 0},
    {"memory", OPTION_MEMORY, "SIZE", 0, "Memory of each of the guest's two nodes, such as 2G or 1536M (1G)",
     0},
    {"jobs", 'j', "N", 0, "Guests at a time (as many as there are processors)", 0},
    {0},
};

/* debian:SUITE[,…] becomes debian:SUITE:ARCH[,…] where there is an --arch. */
static void with_arch(const struct lab_request *request, const char *spec, char *whole, size_t whole_bytes)
{
	size_t suite = strcspn(spec, ",");
	const char *prefix = "debian:";
	bool bare = strncmp(spec, prefix, strlen(prefix)) == 0 &&
	            !memchr(spec + strlen(prefix), ':', suite - strlen(prefix));
	if (request->arch && bare)
		snprintf(whole, whole_bytes, "%.*s:%s%s", (int)suite, spec, request->arch->name,
		         spec + suite);
	else
		snprintf(whole, whole_bytes, "%s", spec);
}

void lab_request_kernel(struct lab_request *request, const char *spec)
{
	struct error error;
	if (request->kernel_count == LAB_KERNELS_MAX)
		exit(bad_input("at most %d kernels", LAB_KERNELS_MAX));
	struct lab_kernel *kernel = &request->kernels[request->kernel_count];
	char whole[PATH_MAX];
	with_arch(request, spec, whole, sizeof(whole));
	if (lab_kernel_parse(whole, kernel, &error) != 0)
		exit(bad_input("%s", error.text));
	if (request->arch && kernel->arch != request->arch)
		exit(bad_input("%s is a kernel for %s, not for %s", spec, kernel->arch->name,
		               request->arch->name));
	for (size_t i = 0; i < request->kernel_count; i++) {
		if (strcmp(request->kernels[i].name, kernel->name) == 0)
			exit(bad_input(
			    "two kernels are named '%s': tell them apart with --kernel PATH,name=NAME",
			    kernel->name));
	}
	request->kernel_count++;
}

unsigned lab_parse_number(const char *text, unsigned most, const char *option)
{
	char *end;
	errno = 0;
	unsigned long value = strtoul(text, &end, 10);
	if (errno || *end || end == text || *text == '-' || value == 0 || value > most)
		exit(bad_input("--%s: '%s' is no number from 1 to %u", option, text, most));
	return (unsigned)value;
}

static unsigned parse_mib(const char *text)
{
	char *end;
	errno = 0;
	unsigned long value = strtoul(text, &end, 10);
	unsigned long scale = strcmp(end, "G") == 0 ? 1024 : strcmp(end, "M") == 0 ? 1 : 0;
	if (errno || end == text || *text == '-' || !scale || value > 65536 || value * scale > 65536 ||
	    value * scale < 256)
		exit(bad_input("--memory: '%s' is no size such as 2G or 1536M, from 256M to 64G", text));
	return (unsigned)(value * scale);
}

static error_t parse_guest(int key, char *value, struct argp_state *state)
{
	struct lab_request *request = state->input;
	struct error error;

	switch (key) {
	case OPTION_KERNEL:
		if (request->spec_count == LAB_KERNELS_MAX)
			exit(bad_input("at most %d kernels", LAB_KERNELS_MAX));
		request->specs[request->spec_count++] = value;
		return 0;
	case OPTION_ARCH:
		request->arch = lab_arch_find(value, &error);
		if (!request->arch)
			exit(bad_input("%s", error.text));
		return 0;
	case OPTION_CPU:
		if (!*value || strchr(value, ','))
			exit(bad_input("--cpu: '%s' is no processor's name", value));
		request->job.cpu = value;
		return 0;
	case OPTION_TIMEOUT:
		request->limit_seconds = lab_parse_number(value, 1000000, "timeout");
		return 0;
	case OPTION_MEMORY:
		for (unsigned i = 0; i < request->topology.nodes; i++)
			request->topology.node[i].memory_mib = parse_mib(value);
		return 0;
	case 'j':
		request->parallel = lab_parse_number(value, 1024, "jobs");
		return 0;
	case 'o':
		request->job.out_folder = value;
		return 0;
	case ARGP_KEY_END:
		for (size_t i = 0; i < request->spec_count; i++)
			lab_request_kernel(request, request->specs[i]);
		if (request->kernel_count == 0)
			exit(bad_input("which kernel? Give --kernel PATH, --kernel debian:SUITE or --kernel "
			               "built:NAME"));
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp guest_argp = {.options = guest_options, .parser = parse_guest};
const struct argp_child lab_guest_children[] = {{&guest_argp, 0, NULL, 0}, {0}};

int lab_make_folder(const char *path)
{
	char part[PATH_MAX];
	if (strlen(path) >= sizeof(part))
		return -ENAMETOOLONG;
	strcpy(part, path);
	for (char *slash = part + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		if (mkdir(part, 0777) != 0 && errno != EEXIST)
			return -errno;
	}
	if (mkdir(part, 0777) != 0 && errno != EEXIST)
		return -errno;
	struct stat folder;
	if (stat(part, &folder) == 0 && !S_ISDIR(folder.st_mode))
		return -ENOTDIR;
	return access(part, W_OK) == 0 ? 0 : -errno;
}

void lab_request_open(struct lab_request *request)
{
	*request = (struct lab_request){
	    .kernels = calloc(LAB_KERNELS_MAX, sizeof(*request->kernels)),
	    .seed_count = 1,
	    .topology = lab_two_nodes,
	    .limit_seconds = DEFAULT_LIMIT_SECONDS,
	    .job = {.out_folder = "results/lab"},
	};
	if (!request->kernels)
		exit(bad_input("no memory"));
}

void lab_request_close(struct lab_request *request)
{
	for (size_t i = 0; i < request->boot_count; i++)
		free(request->endings[i].body);
	free((char *)request->job.plan_text);
	free(request->kernels);
	free(request->boots);
	free(request->endings);
	free(request->attempted);
}
