/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of the journal of settings: a /run of their own, so that no other run on this machine is in the
 * way.
 */
#ifndef HINTBENCH_TESTS_SUPPORT_PRIVATE_RUN_H
#define HINTBENCH_TESTS_SUPPORT_PRIVATE_RUN_H

#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define JOURNAL "/run/hintbench.journal"

static inline void write_once(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		fprintf(stderr, "cannot write %s\n", path);
	close(fd);
}

/* A user namespace makes a normal user root of it, where the kernel lets one have it. */
static inline bool become_root_of_a_namespace(void)
{
	char users[64], groups[64];
	snprintf(users, sizeof(users), "0 %d 1", (int)geteuid());
	snprintf(groups, sizeof(groups), "0 %d 1", (int)getegid());
	if (unshare(CLONE_NEWUSER) != 0)
		return false;
	write_once("/proc/self/setgroups", "deny");
	write_once("/proc/self/uid_map", users);
	write_once("/proc/self/gid_map", groups);
	return geteuid() == 0;
}

/*
 * debugfs with the kernel's tracepoints, on a machine that has not mounted it. Without the scanner's knobs: under lockdown
 * they can be seen and not read.
 */
static inline void mount_tracepoints(void)
{
	if (access("/sys/kernel/debug/tracing/events", X_OK) != 0 &&
	    mount("hintbench-test", "/sys/kernel/debug", "debugfs", 0, NULL) == 0 &&
	    mount("hintbench-test", "/sys/kernel/debug/sched", "tmpfs", 0, "mode=0700") != 0)
		fprintf(stderr, "cannot hide the scanner's knobs\n");
}

/* False where neither a /run of its own nor the machine's can be had. */
static inline bool enter_private_run(void)
{
	if (geteuid() != 0 && !become_root_of_a_namespace())
		return false;
	if (unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("hintbench-test", "/run", "tmpfs", 0, "mode=0755") == 0) {
		mount_tracepoints();
		return true;
	}
	return access("/run", W_OK) == 0;
}

#define NO_RUN_OF_ITS_OWN "the journal needs root, or user namespaces"

#endif
