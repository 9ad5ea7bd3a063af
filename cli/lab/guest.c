/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/lab/guest.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/job_file.h"
#include "cli/command.h"
#include "cli/escape.h"
#include "cli/events.h"
#include "cli/output.h"
#include "lib/analysis/result.h"
#include "lib/meter/event_set.h"

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

static unsigned parse_number(const char *text, unsigned most, const char *option)
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
		request->limit_seconds = parse_number(value, 1000000, "timeout");
		return 0;
	case OPTION_MEMORY:
		for (unsigned i = 0; i < request->topology.nodes; i++)
			request->topology.node[i].memory_mib = parse_mib(value);
		return 0;
	case 'j':
		request->parallel = parse_number(value, 1024, "jobs");
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

static int remove_entry(const char *path, const struct stat *file, int type, struct FTW *place)
{
	(void)file;
	(void)type;
	(void)place;
	return remove(path);
}

/* The event set of the command line or of the job file, which the guest gets along. Returns 0, or -errno. */
static int find_events(struct lab_request *request, struct error *error)
{
	struct job_file config = {0};
	int err = 0;
	if (!request->events && request->job.config_path)
		err = job_file_load(&config, request->job.config_path, error);
	const char *name = request->events ? request->events : config.events;
	if (!err && name) {
		err = event_set_find(name, request->events_path, sizeof(request->events_path), error);
		request->job.events_path = request->events_path;
	}
	job_file_free(&config);
	return err;
}

/* What must be right before anything is booted. Returns an exit status. */
static int prepare(struct lab_request *request)
{
	struct lab_job *job = &request->job;
	struct error error;
	if (job->config_path &&
	    job_file_find(job->config_path, request->config_path, sizeof(request->config_path), &error) != 0)
		return bad_input("%s", error.text);
	if (job->config_path)
		job->config_path = request->config_path;
	if (find_events(request, &error) != 0)
		return bad_input("%s", error.text);
	for (size_t i = 0; i < request->kernel_count; i++)
		if (lab_boot_check(request->kernels[i].arch, &error) != 0)
			return bad_input("%s", error.text);
	int err = lab_make_folder(job->out_folder);
	if (err)
		return bad_input("cannot write into the output folder %s: %s", job->out_folder,
		                 strerror(-err));
	for (size_t i = 0; i < request->kernel_count; i++) {
		if (lab_guest_place(&request->kernels[i], job, &request->boots[i], &error) != 0)
			return bad_input("%s", error.text);
	}
	return EXIT_DONE;
}

static void print_last_lines(const char *name, const char *lines)
{
	print_line(stderr, "%s: the last lines of its console:", name);
	for (; *lines; lines += strcspn(lines, "\n") + 1)
		print_line(stderr, "  %.*s", (int)strcspn(lines, "\n"), lines);
}

/* The guest said so on its console, which nobody reads who has a result. */
static void report_missing_events(const struct lab_request *request, const struct lab_kernel *kernel)
{
	char path[2 * PATH_MAX];
	snprintf(path, sizeof(path), "%s/%s.json", request->job.out_folder, kernel->name);
	struct result *result = result_load(path, NULL);
	if (result)
		cli_events_report_missing(kernel->name, result->events);
	result_free(result);
}

/*
 * Beside the result: by the time that somebody asks, the cache may hold another kernel of that name. Says why where it can't be
 * written: an older one would tell of another kernel.
 */
static bool write_origin(const struct lab_request *request, const struct lab_kernel *kernel)
{
	char path[2 * PATH_MAX];
	struct output output;
	struct error error;
	snprintf(path, sizeof(path), "%s/%s.origin", request->job.out_folder, kernel->name);
	int err = output_open(&output, path, &error);
	if (!err) {
		lab_kernel_describe(kernel, output.out);
		err = output_close(&output, true, &error);
	}
	if (err)
		bad_input("%s: %s", kernel->name, error.text);
	return !err;
}

static void report(struct lab_request *request, size_t index)
{
	static const char *const words[] = {"done", "done", "done", "FAILED"};
	const struct lab_kernel *kernel = &request->kernels[index];
	struct guest_ending *ending = &request->endings[index];

	bool good = ending->end == GUEST_DONE;
	print_line(stderr, "%s: %s in %.1f s%s%s", kernel->name, words[ending->end],
	           request->boots[index].host_seconds, good ? "" : ": ", good ? "" : ending->reason.text);
	if (*ending->last_lines)
		print_last_lines(kernel->name, ending->last_lines);
	if (ending->kept)
		print_line(stderr, "%s: %s %s/%s.json", kernel->name,
		           ending->end == GUEST_FAILED ? "what it measured before is in" : "result",
		           request->job.out_folder, kernel->name);
	else if (ending->end == GUEST_FAILED && !request->job.command)
		print_line(stderr, "%s: nothing was measured", kernel->name);
	if (ending->kept && *request->events_path)
		report_missing_events(request, kernel);
	if (!good)
		print_line(stderr, "%s: its console is in %s/%s.console.log", kernel->name,
		           request->job.out_folder, kernel->name);
	if (ending->kept && !write_origin(request, kernel))
		ending->end = GUEST_FAILED;
}

static int observe(size_t index, enum lab_moment moment, void *context)
{
	struct lab_request *request = context;
	const struct lab_kernel *kernel = &request->kernels[index];
	struct guest_ending *ending = &request->endings[index];

	request->attempted[index] = true;
	if (moment == LAB_AFTER_BOOT) {
		lab_guest_collect(kernel, &request->job, &request->boots[index], ending);
		report(request, index);
		return 0;
	}
	int err = lab_guest_pack(kernel, &request->job, &request->boots[index], &ending->reason);
	if (err) {
		ending->end = GUEST_FAILED;
		bad_input("%s: %s", kernel->name, ending->reason.text);
		return err;
	}
	print_line(stderr, "%s: booting %s", kernel->name, kernel->release);
	return 0;
}

/* The worst of the guests decides. */
static int exit_status(const struct lab_request *request)
{
	static const int statuses[] = {EXIT_DONE, EXIT_CANNOT_RUN, EXIT_CHECK_FAILED, EXIT_BAD_INPUT};
	enum guest_end worst = GUEST_DONE;
	for (size_t i = 0; i < request->kernel_count; i++) {
		enum guest_end end = request->attempted[i] ? request->endings[i].end : GUEST_FAILED;
		if (end > worst)
			worst = end;
	}
	return statuses[worst];
}

/* Their files lie in a folder that goes afterwards. */
int lab_request_boot(struct lab_request *request)
{
	const char *temporary = getenv("TMPDIR");
	char work[PATH_MAX];
	struct error error;

	snprintf(work, sizeof(work), "%s/hintbench-lab.XXXXXX", temporary && *temporary ? temporary : "/tmp");
	if (!mkdtemp(work))
		return bad_input("cannot make a folder %s: %s", work, strerror(errno));
	request->job.work_folder = work;
	int status = prepare(request);
	if (status == EXIT_DONE) {
		int err = lab_boot_all(request->boots, request->kernel_count, &request->topology,
		                       request->limit_seconds, request->parallel, observe, request, &error);
		status = err ? bad_input("%s", error.text) : exit_status(request);
	}
	nftw(work, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	return status;
}

void lab_request_open(struct lab_request *request)
{
	*request = (struct lab_request){
	    .kernels = calloc(LAB_KERNELS_MAX, sizeof(*request->kernels)),
	    .boots = calloc(LAB_KERNELS_MAX, sizeof(*request->boots)),
	    .endings = calloc(LAB_KERNELS_MAX, sizeof(*request->endings)),
	    .attempted = calloc(LAB_KERNELS_MAX, sizeof(*request->attempted)),
	    .topology = lab_two_nodes,
	    .limit_seconds = DEFAULT_LIMIT_SECONDS,
	    .job = {.out_folder = "results/lab"},
	};
	if (!request->kernels || !request->boots || !request->endings || !request->attempted)
		exit(bad_input("no memory"));
}

void lab_request_close(struct lab_request *request)
{
	for (size_t i = 0; i < LAB_KERNELS_MAX; i++)
		free(request->endings[i].body);
	free(request->kernels);
	free(request->boots);
	free(request->endings);
	free(request->attempted);
}
