/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/memory/sharing.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

const struct sharing sharings[] = {
    {.name = "none", .what = "the memory is this process's alone"},
    {.name = "child",
     .what = "shared copy-on-write with a child that lives",
     .forks = true,
     .child_lives = true},
    {.name = "child-exited", .what = "shared copy-on-write with a child that has ended", .forks = true},
    {.name = "fork-armed",
     .what = "armed, then shared copy-on-write with a child that lives",
     .forks = true,
     .after_arming = true,
     .child_lives = true},
    {0},
};

/* The child: says that it is ready, then lives as long as it is wanted, and never longer than its parent. */
static void __attribute__((noreturn)) child(const struct sharing *sharing, int ready)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (write(ready, "", 1) != 1)
		_exit(1);
	close(ready);
	while (sharing->child_lives)
		pause();
	_exit(0);
}

int sharing_start(const struct sharing *sharing, struct error *error)
{
	int ready[2];
	char byte;
	if (!sharing->forks)
		return 0;
	if (pipe2(ready, O_CLOEXEC) != 0)
		return error_set_errno(error, errno, "cannot make a pipe");
	pid_t pid = fork();
	if (pid == 0)
		child(sharing, ready[1]);
	int err = errno;
	close(ready[1]);
	/* A child that has not run yet wouldn't notice that its parent ends; and what it does must not be measured. */
	bool is_ready = pid > 0 && read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	if (!is_ready)
		return error_set_errno(error, pid < 0 ? err : EIO,
		                       "cannot fork a child to share memory with");
	if (!sharing->child_lives && waitpid(pid, NULL, 0) != pid)
		return error_set_errno(error, errno, "cannot wait for the child's end");
	return 0;
}
