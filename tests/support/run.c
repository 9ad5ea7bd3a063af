/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/files.h"

const char *hintbench_program(void)
{
	const char *path = getenv("HINTBENCH");
	return path ? path : "build/hintbench";
}

/* Where a process writes to; of this process, where the test has no folder. */
static const char *capture_path(const char *name)
{
	static char path[64];
	if (*folder)
		return in_folder(name);
	snprintf(path, sizeof(path), "/tmp/hintbench-test-%d.%s", (int)getpid(), name);
	return path;
}

static void open_as(int fd, const char *path, int flags)
{
	int opened = open(path, flags, 0600);
	if (opened != fd) {
		dup2(opened, fd);
		close(opened);
	}
}

void redirect_streams(const char *out, const char *err)
{
	/* Tests that run in the background have SIGINT ignored, and a shell can't trap what it was given so. */
	signal(SIGINT, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	open_as(STDIN_FILENO, "/dev/null", O_RDONLY);
	open_as(STDOUT_FILENO, out, O_WRONLY | O_CREAT | O_TRUNC);
	open_as(STDERR_FILENO, err, O_WRONLY | O_CREAT | O_TRUNC);
}

pid_t spawn(const char *const *argv)
{
	char out[256], err[256];
	snprintf(out, sizeof(out), "%s", capture_path("spawned.out"));
	snprintf(err, sizeof(err), "%s", capture_path("spawned.err"));
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		redirect_streams(out, err);
		execv(argv[0], (char *const *)argv);
		_exit(126);
	}
	return pid;
}

static void take(const char *name, char *text, size_t room)
{
	read_text(capture_path(name), text, room);
	if (!*folder)
		unlink(capture_path(name));
}

void collect(pid_t pid, struct ran *ran)
{
	int status;
	while (waitpid(pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	ran->status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
	take("spawned.out", ran->out, sizeof(ran->out));
	take("spawned.err", ran->err, sizeof(ran->err));
}

void run_argv(struct ran *ran, const char *const *argv)
{
	collect(spawn(argv), ran);
}

struct ran *hintbench(const char *arguments, ...)
{
	static struct ran ran;
	static char text[8192], command[12288];
	va_list args;
	va_start(args, arguments);
	vsnprintf(text, sizeof(text), arguments, args);
	va_end(args);
	snprintf(command, sizeof(command), "%s %s", hintbench_program(), text);
	run_argv(&ran, (const char *const[]){"/bin/sh", "-c", command, NULL});
	return &ran;
}
