/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/namespaces.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "lib/base/textfile.h"
#include "tests/support/files.h"

static void write_once(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		fprintf(stderr, "cannot write %s\n", path);
	close(fd);
}

/* A user namespace makes a normal user root of it, where the kernel lets one have it. */
static bool become_root_of_a_namespace(void)
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

/* Without the scanner's knobs: under lockdown they can be seen and not read. */
static void mount_tracepoints(void)
{
	if (access("/sys/kernel/debug/tracing/events", X_OK) != 0 &&
	    mount("hintbench-test", "/sys/kernel/debug", "debugfs", 0, NULL) == 0 &&
	    mount("hintbench-test", "/sys/kernel/debug/sched", "tmpfs", 0, "mode=0700") != 0)
		fprintf(stderr, "cannot hide the scanner's knobs\n");
}

bool enter_private_run(void)
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

bool mount_small_run(void)
{
	return mount("hintbench-test", "/run", "tmpfs", 0, "mode=0755,size=4k") == 0;
}

void unmount_small_run(void)
{
	umount2("/run", MNT_DETACH);
}

void write_journal_of_this_boot(const char *entries)
{
	char boot[64], text[4096];
	textfile_read("/proc/sys/kernel/random/boot_id", boot, sizeof(boot));
	snprintf(text, sizeof(text), "boot\t%s\n%s", boot, entries);
	write_text(JOURNAL, text);
}
