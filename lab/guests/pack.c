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

/* The last line that a script wrote to its standard error, as the reason. */
static int script_failed(const char *script, const char *error_path, struct error *error)
{
	char line[ERROR_BYTES], last[ERROR_BYTES] = "";
	FILE *file = fopen(error_path, "re");

	while (file && fgets(line, sizeof(line), file))
		snprintf(last, sizeof(last), "%s", line);
	if (file)
		fclose(file);
	last[strcspn(last, "\n")] = '\0';
	const char *text = strncmp(last, "hintbench: ", 11) == 0 ? last + 11 : last;
	return error_set(error, EIO, "%s", *text ? text : script);
}

static int run_script(char *const *arguments, const char *error_path, struct error *error)
{
	pid_t pid = fork();
	if (pid < 0)
		return error_set_errno(error, errno, "cannot start %s", arguments[0]);
	if (pid == 0) {
		int output = open(error_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
		dup2(output, STDOUT_FILENO);
		dup2(output, STDERR_FILENO);
		execv(arguments[0], arguments);
		dprintf(STDERR_FILENO, "cannot start %s: %s\n", arguments[0], strerror(errno));
		_exit(127);
	}
	int status;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return error_set_errno(error, errno, "cannot wait for %s", arguments[0]);
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return script_failed(arguments[0], error_path, error);
}

int lab_guest_pack(const struct lab_kernel *kernel, const struct lab_job *job, const struct lab_boot *boot,
                   struct error *error)
{
	enum { PATH_BYTES = PATH_MAX + 256 };
	char script[PATH_MAX], program[PATH_MAX], sysroot[PATH_MAX], job_path[PATH_BYTES],
	    command_path[PATH_BYTES];
	char add_job[PATH_BYTES], add_command[PATH_BYTES], add_config[PATH_BYTES],
	    add_kernel_config[PATH_BYTES], add_program[PATH_BYTES], add_events[PATH_BYTES];
	char *arguments[20], guest_config[PATH_MAX] = "", guest_events[PATH_MAX] = "";
	size_t count = 0;

	if (job->config_path)
		path_in_guest(JOBS_FOLDER, job->config_path, guest_config, sizeof(guest_config));
	if (job->events_path)
		path_in_guest(EVENTS_FOLDER, job->events_path, guest_events, sizeof(guest_events));
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

	arguments[count++] = script;
	arguments[count++] = (char *)boot->initramfs_path;
	arguments[count++] = program;
	if (*sysroot) {
		arguments[count++] = "--sysroot";
		arguments[count++] = sysroot;
	}
	if (job->modules && *kernel->modules_path) {
		arguments[count++] = "--modules";
		arguments[count++] = (char *)kernel->modules_path;
	}
	struct {
		char *argument;
		const char *guest_path, *path;
	} files[] = {
	    {add_job, "/job", job_path},
	    {add_command, "/command", job->command ? command_path : NULL},
	    {add_config, guest_config, job->config_path},
	    {add_events, guest_events, job->events_path},
	};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (!files[i].path)
			continue;
		snprintf(files[i].argument, PATH_BYTES, "%s=%s", files[i].guest_path, files[i].path);
		arguments[count++] = "--add";
		arguments[count++] = files[i].argument;
	}
	if (*kernel->config_path) {
		snprintf(add_kernel_config, PATH_BYTES, "/boot/config-%s=%s", kernel->release,
		         kernel->config_path);
		arguments[count++] = "--add";
		arguments[count++] = add_kernel_config;
	}
	if (job->program_path) {
		const char *slash = strrchr(job->program_path, '/');
		snprintf(add_program, PATH_BYTES, "/bin/%s=%s", slash ? slash + 1 : job->program_path,
		         job->program_path);
		arguments[count++] = "--program";
		arguments[count++] = add_program;
	}
	arguments[count] = NULL;
	return run_script(arguments, boot->error_path, error);
}
