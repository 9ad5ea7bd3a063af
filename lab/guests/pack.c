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

/* In the guest. Event sets lie where the guest's hintbench looks for those that a job file names. */
#define JOBS_FOLDER   "/jobs"
#define EVENTS_FOLDER "/configs/events"

/* Writes `text` as one word of a shell. */
static void put_quoted(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fputc(*text, out);
	}
	fputc('\'', out);
}

/* Under its own name, which the result tells. */
static void path_in_guest(const char *folder, const char *file, char *path, size_t path_bytes)
{
	const char *slash = strrchr(file, '/');
	snprintf(path, path_bytes, "%s/%s", folder, slash ? slash + 1 : file);
}

static void put_file(FILE *out, const char *option, const char *folder, const char *file)
{
	char path[PATH_MAX];
	if (!file)
		return;
	path_in_guest(folder, file, path, sizeof(path));
	fprintf(out, " %s ", option);
	put_quoted(out, path);
}

/*
 * The job is a shell script, /job, that sends its result to the second serial port and leaves a copy for the
 * checksum.
 */
static void put_job(FILE *out, const struct lab_kernel *kernel, const struct lab_job *job)
{
	if (job->command) {
		fputs(
		    "set -o pipefail\nsh /command </dev/null | tee /tmp/result.json >/dev/$HINTBENCH_PORT\n",
		    out);
		return;
	}
	fputs("exec hintbench run --kernel-name ", out);
	put_quoted(out, kernel->name);
	put_file(out, "-c", JOBS_FOLDER, job->config_path);
	put_file(out, "--events", EVENTS_FOLDER, job->events_path);
	fputs(" -o /tmp/result.json -o /dev/$HINTBENCH_PORT", out);
	for (size_t i = 0; i < job->argument_count; i++) {
		fputc(' ', out);
		put_quoted(out, job->arguments[i]);
	}
	fputs(" </dev/null\n", out);
}

static int close_written(FILE *file, const char *path, struct error *error)
{
	int failed = ferror(file);
	return fclose(file) || failed ? error_set_errno(error, errno ? errno : EIO, "cannot write %s", path)
	                              : 0;
}

static int write_job(const char *job_path, const char *command_path, const struct lab_kernel *kernel,
                     const struct lab_job *job, struct error *error)
{
	FILE *file = fopen(job_path, "we");
	if (!file)
		return error_set_errno(error, errno, "cannot write %s", job_path);
	put_job(file, kernel, job);
	int err = close_written(file, job_path, error);
	if (err || !job->command)
		return err;
	file = fopen(command_path, "we");
	if (!file)
		return error_set_errno(error, errno, "cannot write %s", command_path);
	fprintf(file, "%s\n", job->command);
	return close_written(file, command_path, error);
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

/* Adds a file of the host and where it lies in the guest; a NULL file is none. */
static void add_file(struct arguments *arguments, const char *path_in_guest, const char *file)
{
	if (!file)
		return;
	arguments_add(arguments, "%s", path_in_guest);
	arguments_add(arguments, "%s", file);
}

static void add_named_file(struct arguments *arguments, const char *folder, const char *file)
{
	char path[PATH_MAX];
	if (!file)
		return;
	path_in_guest(folder, file, path, sizeof(path));
	add_file(arguments, path, file);
}

/* The files beside the program: the job, and what it reads. */
static void add_files(struct arguments *arguments, const struct lab_kernel *kernel, const struct lab_job *job,
                      const char *job_path, const char *command_path)
{
	char config[sizeof(kernel->release) + 16];
	snprintf(config, sizeof(config), "/boot/config-%s", kernel->release);
	add_file(arguments, "/job", job_path);
	add_file(arguments, "/command", job->command ? command_path : NULL);
	add_named_file(arguments, JOBS_FOLDER, job->config_path);
	add_named_file(arguments, EVENTS_FOLDER, job->events_path);
	add_file(arguments, config, *kernel->config_path ? kernel->config_path : NULL);
}

int lab_guest_pack(const struct lab_kernel *kernel, const struct lab_job *job, const struct lab_boot *boot,
                   struct error *error)
{
	char script[PATH_MAX], program[PATH_MAX], sysroot[PATH_MAX], job_path[PATH_MAX + 80],
	    command_path[PATH_MAX + 80];
	struct parcel parcel = {.sysroot = sysroot,
	                        .modules = job->modules ? kernel->modules_path : NULL,
	                        .program = job->program_path};

	if (data_path("lab/guests/initramfs.sh", script, sizeof(script)) != 0)
		return error_set(error, ENOENT,
		                 "lab/guests/initramfs.sh is missing: is hintbench installed whole?");
	snprintf(job_path, sizeof(job_path), "%s/%s.job", job->work_folder, kernel->name);
	snprintf(command_path, sizeof(command_path), "%s/%s.command", job->work_folder, kernel->name);
	int err = lab_arch_program(kernel->arch, program, sysroot, error);
	if (!err)
		err = write_job(job_path, command_path, kernel, job, error);
	if (err)
		return err;
	const char *const first[] = {script, boot->initramfs_path, program, NULL};
	arguments_add_all(&parcel.arguments, first);
	add_files(&parcel.arguments, kernel, job, job_path, command_path);
	err = parcel.arguments.failed ? error_set(error, ENOMEM, "no memory to pack a guest")
	                              : run_script(&parcel, boot->error_path, error);
	arguments_free(&parcel.arguments);
	return err;
}
