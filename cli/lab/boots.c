/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a request to results: boots of each kernel, the same seeds for all. */
#include <errno.h>
#include <ftw.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/escape.h"
#include "cli/events.h"
#include "cli/lab/guest.h"
#include "cli/output.h"
#include "lab/guests/lab_result.h"

static int remove_entry(const char *path, const struct stat *file, int type, struct FTW *place)
{
	(void)file;
	(void)type;
	(void)place;
	return remove(path);
}

/* Kernels take turns, so that what changes on the host meanwhile meets all alike. */
static const struct lab_kernel *kernel_of(const struct lab_request *request, size_t index)
{
	return &request->kernels[index % request->kernel_count];
}

void lab_request_plan_boots(struct lab_request *request)
{
	size_t count = request->kernel_count * (request->seed_count + request->verify);
	request->boots = calloc(count, sizeof(*request->boots));
	request->endings = calloc(count, sizeof(*request->endings));
	request->attempted = calloc(count, sizeof(*request->attempted));
	if (!request->boots || !request->endings || !request->attempted)
		exit(bad_input("no memory for %zu boots", count));
	request->boot_count = count;
	for (size_t i = 0; i < count; i++) {
		size_t round = i / request->kernel_count;
		struct lab_boot *boot = &request->boots[i];
		boot->again = request->verify && round == 1;
		boot->seed = request->seed + round - (request->verify && round > 0);
	}
}

/* Boots of earlier runs must not pass for this one's, unless it goes on where they ended. */
static void move_stale_boots(const struct lab_request *request, const struct lab_kernel *kernel)
{
	char pattern[2 * PATH_MAX], old[2 * PATH_MAX];
	glob_t found;
	snprintf(pattern, sizeof(pattern), "%s/%s/boot-*.json", request->job.out_folder, kernel->name);
	if (request->seed != 1 || glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		unsigned long seed = strtoul(strrchr(found.gl_pathv[i], '-') + 1, NULL, 10);
		snprintf(old, sizeof(old), "%s.old", found.gl_pathv[i]);
		if (seed > request->seed_count)
			rename(found.gl_pathv[i], old);
	}
	globfree(&found);
}

/* What must be right before anything is booted. Returns an exit status. */
static int prepare(struct lab_request *request)
{
	struct lab_job *job = &request->job;
	struct error error;
	if (!job->command && lab_request_choose(request, &error) != 0)
		return bad_input("%s", error.text);
	for (size_t i = 0; i < request->kernel_count; i++)
		if (lab_boot_check(request->kernels[i].arch, &error) != 0)
			return bad_input("%s", error.text);
	int err = lab_make_folder(job->out_folder);
	if (err)
		return bad_input("cannot write into the output folder %s: %s", job->out_folder,
		                 strerror(-err));
	for (size_t i = 0; i < request->kernel_count; i++)
		move_stale_boots(request, &request->kernels[i]);
	for (size_t i = 0; i < request->boot_count; i++)
		if (lab_guest_place(kernel_of(request, i), job, &request->boots[i], &error) != 0)
			return bad_input("%s", error.text);
	return EXIT_DONE;
}

static void print_last_lines(const char *name, const char *lines)
{
	print_line(stderr, "%s: the last lines of its console:", name);
	for (; *lines; lines += strcspn(lines, "\n") + 1)
		print_line(stderr, "  %.*s", (int)strcspn(lines, "\n"), lines);
}

/* The guest said so on its console, which nobody reads who has a result. */
static void report_missing_events(const struct lab_kernel *kernel, const struct lab_boot *boot)
{
	struct result *result = result_load(boot->result_path, NULL);
	if (result)
		cli_events_report_missing(kernel->name, result->events);
	result_free(result);
}

/*
 * Beside the result: by the time that somebody asks, the cache may hold another kernel of that name. Says why where it
 * can't be written: an older one would tell of another kernel.
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

static void report(struct lab_request *request, size_t index, const char *name)
{
	static const char *const words[] = {"done", "done", "done", "FAILED"};
	const struct lab_kernel *kernel = kernel_of(request, index);
	const struct lab_boot *boot = &request->boots[index];
	struct guest_ending *ending = &request->endings[index];
	bool good = ending->end == GUEST_DONE, first = index < request->kernel_count;

	print_line(stderr, "%s: %s in %.1f s%s%s", name, words[ending->end], boot->host_seconds,
	           good ? "" : ": ", good ? "" : ending->reason.text);
	if (*ending->last_lines)
		print_last_lines(name, ending->last_lines);
	if (ending->kept)
		print_line(stderr, "%s: %s %s", name,
		           ending->end == GUEST_FAILED ? "what it measured before is in" : "result",
		           boot->result_path);
	else if (ending->end == GUEST_FAILED && !request->job.command)
		print_line(stderr, "%s: nothing was measured", name);
	if (ending->kept && first && *request->events_path)
		report_missing_events(kernel, boot);
	if (!good)
		print_line(stderr, "%s: its console is in %s", name, boot->console_path);
	if (ending->kept && !write_origin(request, kernel))
		ending->end = GUEST_FAILED;
}

static int observe(size_t index, enum lab_moment moment, void *context)
{
	struct lab_request *request = context;
	const struct lab_kernel *kernel = kernel_of(request, index);
	struct guest_ending *ending = &request->endings[index];
	char name[LAB_BOOT_NAME_BYTES];

	lab_guest_name(kernel, &request->boots[index], name, sizeof(name));
	request->attempted[index] = true;
	if (moment == LAB_AFTER_BOOT) {
		lab_guest_collect(kernel, &request->job, &request->boots[index], ending);
		report(request, index, name);
		return 0;
	}
	int err = lab_guest_pack(kernel, &request->job, &request->boots[index], &ending->reason);
	if (err) {
		ending->end = GUEST_FAILED;
		bad_input("%s: %s", name, ending->reason.text);
		return err;
	}
	print_line(stderr, "%s: booting %s%s", name, kernel->release,
	           request->boots[index].again ? " once more" : "");
	return 0;
}

/* The worst of the guests decides. */
static int exit_status(const struct lab_request *request)
{
	static const int statuses[] = {EXIT_DONE, EXIT_CANNOT_RUN, EXIT_CHECK_FAILED, EXIT_BAD_INPUT};
	enum guest_end worst = GUEST_DONE;
	for (size_t i = 0; i < request->boot_count; i++) {
		enum guest_end end = request->attempted[i] ? request->endings[i].end : GUEST_FAILED;
		if (end > worst)
			worst = end;
	}
	return statuses[worst];
}

/* Says in all results of kernel number `kernel` that it does not repeat itself. */
static void set_inexact(const struct lab_request *request, size_t kernel)
{
	struct error error;
	print_line(
	    stderr,
	    "%s: two boots of one seed differ (%s and %s), so this kernel is not exact here: its results say "
	    "so",
	    request->kernels[kernel].name, request->boots[kernel].result_path,
	    request->boots[kernel + request->kernel_count].result_path);
	for (size_t i = kernel; i < request->boot_count; i += request->kernel_count)
		if (request->endings[i].kept &&
		    lab_result_set_inexact(request->boots[i].result_path, &error) != 0)
			bad_input("%s", error.text);
}

/* Holds each kernel's first boot against the same once more; where they are the same, one of them is enough. */
static void compare_again(const struct lab_request *request)
{
	for (size_t i = 0; i < request->kernel_count; i++) {
		size_t again = i + request->kernel_count;
		if (!request->endings[i].kept || !request->endings[again].kept)
			continue;
		if (!lab_result_is_same(request->boots[i].result_path, request->boots[again].result_path)) {
			set_inexact(request, i);
			continue;
		}
		unlink(request->boots[again].result_path);
		unlink(request->boots[again].console_path);
	}
}

/* Their files lie in a folder that goes afterwards. */
int lab_request_boot(struct lab_request *request)
{
	const char *temporary = getenv("TMPDIR");
	char work[PATH_MAX];
	struct error error;

	if (!request->boots)
		lab_request_plan_boots(request);
	snprintf(work, sizeof(work), "%s/hintbench-lab.XXXXXX", temporary && *temporary ? temporary : "/tmp");
	if (!mkdtemp(work))
		return bad_input("cannot make a folder %s: %s", work, strerror(errno));
	request->job.work_folder = work;
	int status = prepare(request);
	if (status == EXIT_DONE) {
		int err = lab_boot_all(request->boots, request->boot_count, &request->topology,
		                       request->limit_seconds, request->parallel, observe, request, &error);
		status = err ? bad_input("%s", error.text) : exit_status(request);
		if (request->verify)
			compare_again(request);
	}
	nftw(work, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	return status;
}
