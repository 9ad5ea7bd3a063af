/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/textfile.h"

/* The end of the pipe that says by being open that the run goes on; -1 where there is none. */
static int alive_fd = -1;

/* Whoever reads what the run writes, or unmounts where it ran, must not wait for the guardian. */
static void let_go_of_all_but(int a, int b)
{
	unsigned low = (unsigned)(a < b ? a : b), high = (unsigned)(a < b ? b : a);
	int null = open("/dev/null", O_RDWR);
	for (int stream = 0; stream <= 2; stream++)
		dup2(null, stream);
	/* A range that is empty is refused, which does no harm. */
	close_range(3, low - 1, 0);
	close_range(low + 1, high - 1, 0);
	close_range(high + 1, ~0U, 0);
	if (chdir("/") != 0)
		return;
}

/* Every process that the run forked holds the other end too: the end of file comes when the last of them is gone. */
static void wait_for_the_end(int ended_fd)
{
	char byte;
	while (read(ended_fd, &byte, 1) < 0 && errno == EINTR)
		;
}

static void __attribute__((noreturn)) guard(int ended_fd, int kept_fd, void (*at_end)(void))
{
	setsid();
	prctl(PR_SET_NAME, "hintbench-guard");
	textfile_write("/proc/self/oom_score_adj", "-1000");
	let_go_of_all_but(ended_fd, kept_fd);
	wait_for_the_end(ended_fd);
	at_end();
	_exit(EXIT_SUCCESS);
}

/* A pipe whose ends are none of the standard streams, which may be closed. */
static int open_pipe(int ends[2])
{
	int low[2];
	if (pipe2(low, O_CLOEXEC) != 0)
		return -errno;
	for (int i = 0; i < 2; i++)
		ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 3);
	int err = ends[0] < 0 || ends[1] < 0 ? errno : 0;
	close(low[0]);
	close(low[1]);
	return -err;
}

pid_t guardian_start(int kept_fd, void (*at_end)(void), struct error *error)
{
	int ends[2] = {-1, -1};
	sigset_t all, before;
	int err = open_pipe(ends);
	if (err)
		return error_set_errno(error, -err, "cannot open a pipe to the guardian of the settings");
	/* Blocked before it is there, so that there is no moment in which a signal would end it. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid_t guardian = fork();
	err = errno;
	if (guardian == 0)
		guard(ends[0], kept_fd, at_end);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(ends[0]);
	if (guardian < 0) {
		close(ends[1]);
		return error_set_errno(error, err, "cannot start the guardian of the settings");
	}
	alive_fd = ends[1];
	return guardian;
}

void guardian_stop(pid_t guardian)
{
	if (guardian <= 0)
		return;
	kill(guardian, SIGKILL);
	while (waitpid(guardian, NULL, 0) < 0 && errno == EINTR)
		;
	close(alive_fd);
	alive_fd = -1;
}
