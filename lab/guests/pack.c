/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packing: the guest's initramfs, and the job in it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/guests/arch.h"
#include "lab/guests/arguments.h"
#include "lab/guests/console.h"
#include "lab/guests/guest.h"
#include "lib/base/paths.h"

/* In the guest: the same names and lengths whatever they are on the host. */
#define JOB_PATH     "/job"
#define COMMAND_PATH "/command"
#define PLAN_PATH    "/plan"
#define EVENTS_PATH  "/events.ini"

/* Event sets have about 3,000 bytes. */
#define EVENTS_BYTES ((size_t)64 << 10)

/*
 * The job is a shell script, /job, that sends its result to the second serial port and leaves a copy for the
 * checksum.
 */
static void put_job(FILE *out, const struct lab_job *job, const struct lab_boot *boot)
{
	if (job->command)
		fputs("set -o pipefail\nsh " COMMAND_PATH
		      " </dev/null | tee /tmp/result.json >/dev/$HINTBENCH_PORT\n",
		      out);
	else
		fprintf(out,
		        "exec hintbench run --plan " PLAN_PATH " --seed %010lu%s"
		        " -o /tmp/result.json -o /dev/$HINTBENCH_PORT </dev/null\n",
		        boot->seed, job->events_path ? " --events " EVENTS_PATH : "");
}

static int close_written(FILE *file, const char *path, struct error *error)
{
	int failed = ferror(file);
	return fclose(file) || failed ? error_set_errno(error, errno ? errno : EIO, "cannot write %s", path)
	                              : 0;
}

static int write_job(const char *path, const struct lab_job *job, const struct lab_boot *boot,
                     struct error *error)
{
	FILE *file = fopen(path, "we");
	if (!file)
		return error_set_errno(error, errno, "cannot write %s", path);
	put_job(file, job, boot);
	return close_written(file, path, error);
}

static int write_command(const char *path, const char *command, struct error *error)
{
	FILE *file = fopen(path, "we");
	if (!file)
		return error_set_errno(error, errno, "cannot write %s", path);
	fprintf(file, "%s\n", command);
	return close_written(file, path, error);
}

/* The event set, with empty lines behind it up to a length that is always the same. */
static int write_events(const char *path, const char *events_path, struct error *error)
{
	char text[EVENTS_BYTES];
	FILE *file = fopen(events_path, "re");
	size_t length = file ? fread(text, 1, sizeof(text), file) : 0;
	if (!file)
		return error_set_errno(error, errno, "cannot read %s", events_path);
	fclose(file);
	if (length == sizeof(text))
		return error_set(error, E2BIG, "%s has more than %zu bytes", events_path, sizeof(text) - 1);
	memset(text + length, '\n', sizeof(text) - length);
	file = fopen(path, "we");
	if (!file)
		return error_set_errno(error, errno, "cannot write %s", path);
	fwrite(text, 1, sizeof(text), file);
	return close_written(file, path, error);
}

/* The last line that the script wrote to its standard error, as the reason. */
static int script_failed(const char *script, const char *error_path, struct error *error)
{
	char line[ERROR_BYTES], last[ERROR_BYTES] = "";
	FILE *file = fopen(error_path, "re");

	while (file && fgets(line, sizeof(line), file))
		printable_copy(last, sizeof(last), line, strcspn(line, "\n"));
	if (file)
		fclose(file);
	const char *text = strncmp(last, "hintbench: ", 11) == 0 ? last + 11 : last;
	return error_set(error, EIO, "%s", *text ? text : script);
}

/* In the child: an empty value is none. */
static void set_variable(const char *name, const char *value)
{
	if (value && *value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

/* What the initramfs is made of. */
struct parcel {
	struct arguments arguments; /* the script, then its arguments */
	const char *sysroot, *modules, *program;
};

static void __attribute__((noreturn)) become_script(const struct parcel *parcel, int output)
{
	char **words = parcel->arguments.words;
	lab_unblock_signals();
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	set_variable("LAB_SYSROOT", parcel->sysroot);
	set_variable("LAB_MODULES", parcel->modules);
	set_variable("LAB_PROGRAM", parcel->program);
	execv(words[0], words);
	dprintf(STDERR_FILENO, "cannot start %s: %s\n", words[0], strerror(errno));
	_exit(127);
}

static int run_script(const struct parcel *parcel, const char *error_path, struct error *error)
{
	const char *script = parcel->arguments.words[0];
	int status, output = open(error_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (output < 0)
		return error_set_errno(error, errno, "cannot write %s", error_path);
	pid_t pid = fork();
	if (pid == 0)
		become_script(parcel, output);
	int err = errno;
	close(output);
	if (pid < 0)
		return error_set_errno(error, err, "cannot start %s", script);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return error_set_errno(error, errno, "cannot wait for %s", script);
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : script_failed(script, error_path, error);
}

/* The files beside the program, in the work folder. */
struct files {
	char job[PATH_MAX + 16], command[PATH_MAX + 16], events[PATH_MAX + 16];
};

static int write_files(struct files *files, const struct lab_job *job, const struct lab_boot *boot,
                       struct error *error)
{
	snprintf(files->job, sizeof(files->job), "%s.job", boot->initramfs_path);
	snprintf(files->command, sizeof(files->command), "%s.command", boot->initramfs_path);
	snprintf(files->events, sizeof(files->events), "%s.events", boot->initramfs_path);
	int err = write_job(files->job, job, boot, error);
	if (!err && job->command)
		err = write_command(files->command, job->command, error);
	if (!err && job->events_path)
		err = write_events(files->events, job->events_path, error);
	return err;
}

/* Adds a file of the host and where it lies in the guest. */
static void add_file(struct arguments *arguments, const char *path_in_guest, const char *file)
{
	arguments_add(arguments, "%s", path_in_guest);
	arguments_add(arguments, "%s", file);
}

static void add_files(struct arguments *arguments, const struct files *files, const struct lab_job *job)
{
	add_file(arguments, JOB_PATH, files->job);
	if (job->command)
		add_file(arguments, COMMAND_PATH, files->command);
	else
		add_file(arguments, PLAN_PATH, job->plan_path);
	if (job->events_path)
		add_file(arguments, EVENTS_PATH, files->events);
}

int lab_guest_pack(const struct lab_kernel *kernel, const struct lab_job *job, const struct lab_boot *boot,
                   struct error *error)
{
	char script[PATH_MAX], program[PATH_MAX], sysroot[PATH_MAX];
	struct files files;
	struct parcel parcel = {.sysroot = sysroot,
	                        .modules = job->modules ? kernel->modules_path : NULL,
	                        .program = job->program_path};

	if (data_path("lab/guests/initramfs.sh", script, sizeof(script)) != 0)
		return error_set(error, ENOENT,
		                 "lab/guests/initramfs.sh is missing: is hintbench installed whole?");
	int err = lab_arch_program(kernel->arch, program, sysroot, error);
	if (!err)
		err = write_files(&files, job, boot, error);
	if (err)
		return err;
	const char *const first[] = {script, boot->initramfs_path, program, NULL};
	arguments_add_all(&parcel.arguments, first);
	add_files(&parcel.arguments, &files, job);
	err = parcel.arguments.failed ? error_set(error, ENOMEM, "no memory to pack a guest")
	                              : run_script(&parcel, boot->error_path, error);
	arguments_free(&parcel.arguments);
	return err;
}
