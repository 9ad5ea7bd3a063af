/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/failing_write.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/textfile.h"
#include "tests/support/files.h"

enum kind { OF_DESCRIPTOR, CLOSING, OPENING, OF_NAMES };

/* The calls that write. `kind` says how to tell whether it is a file of the test. */
static const struct {
	long number;
	enum kind kind;
	const char *name;
} calls[] = {
    {SYS_write, OF_DESCRIPTOR, "write"},
    {SYS_writev, OF_DESCRIPTOR, "writev"},
    {SYS_pwrite64, OF_DESCRIPTOR, "pwrite"},
    {SYS_fsync, OF_DESCRIPTOR, "fsync"},
    {SYS_fdatasync, OF_DESCRIPTOR, "fdatasync"},
    {SYS_ftruncate, OF_DESCRIPTOR, "ftruncate"},
    {SYS_close, CLOSING, "close"},
    {SYS_openat, OPENING, "openat"},
    {SYS_renameat, OF_NAMES, "renameat"},
    {SYS_renameat2, OF_NAMES, "renameat2"},
#ifdef SYS_rename
    {SYS_rename, OF_NAMES, "rename"},
#endif
};
enum { CALLS = sizeof(calls) / sizeof(calls[0]) };

/* Lets the listener decide about the calls, of this process and all that it starts. Returns the listener or -1. */
static int install_filter(void)
{
	struct sock_filter code[CALLS + 3] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	for (unsigned i = 0; i < CALLS; i++)
		code[1 + i] = (struct sock_filter)BPF_JUMP(
		    BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i].number, (unsigned char)(CALLS - i), 0);
	code[1 + CALLS] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	code[2 + CALLS] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
	struct sock_fprog program = {CALLS + 3, code};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

/* A message of one byte with a descriptor beside it. */
struct parcel {
	char byte;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct iovec data;
	struct msghdr header;
};

static void parcel_init(struct parcel *parcel)
{
	*parcel = (struct parcel){0};
	parcel->data = (struct iovec){&parcel->byte, 1};
	parcel->header = (struct msghdr){.msg_iov = &parcel->data,
	                                 .msg_iovlen = 1,
	                                 .msg_control = parcel->control,
	                                 .msg_controllen = sizeof(parcel->control)};
}

/* A bare call: of those that a sanitizer wraps some may write, and nobody decides about them yet. */
static void send_descriptor(int socket, int fd)
{
	struct parcel parcel;
	parcel_init(&parcel);
	struct cmsghdr *control = CMSG_FIRSTHDR(&parcel.header);
	control->cmsg_level = SOL_SOCKET;
	control->cmsg_type = SCM_RIGHTS;
	control->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(control), &fd, sizeof(fd));
	syscall(SYS_sendmsg, socket, &parcel.header, 0);
}

static int receive_descriptor(int socket)
{
	struct parcel parcel;
	int fd = -1;
	parcel_init(&parcel);
	if (recvmsg(socket, &parcel.header, MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&parcel.header))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&parcel.header)), sizeof(fd));
	return fd;
}

/* Files that take some program's messages are none: a message that fails can't be told. */
static bool is_of_the_test(const char *path)
{
	return strncmp(path, folder, strlen(folder)) == 0 && !strstr(path, "spawned.err") &&
	       !strstr(path, ".stderr");
}

/* The path of descriptor `fd` of process `pid`; empty where it has none. */
static void path_of(int pid, int fd, char *path, size_t room)
{
	char link[64];
	snprintf(link, sizeof(link), "/proc/%d/fd/%d", pid, fd);
	ssize_t length = readlink(link, path, room - 1);
	path[length > 0 ? length : 0] = '\0';
}

static bool is_open_for_writing(int pid, int fd)
{
	char path[64], text[512];
	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", pid, fd);
	if (textfile_read(path, text, sizeof(text)) < 0)
		return false;
	const char *flags = strstr(text, "flags:");
	return flags && (strtol(flags + strlen("flags:"), NULL, 8) & O_ACCMODE) != O_RDONLY;
}

/* A string of another process; what can't be read is empty. */
static void copy_string(int pid, unsigned long long address, char *text, size_t room)
{
	struct iovec local = {text, room - 1}, remote = {(void *)(uintptr_t)address, room - 1};
	size_t page = 4096 - (size_t)(address % 4096);
	if (page < room - 1)
		remote.iov_len = page;
	ssize_t length = process_vm_readv(pid, &local, 1, &remote, 1, 0);
	text[length > 0 ? length : 0] = '\0';
}

/* Whether the call writes a file of the test; `path` gets what it is about. */
static bool writes(const struct seccomp_notif *asked, enum kind kind, char *path, size_t room)
{
	int pid = (int)asked->pid, fd = (int)asked->data.args[0];
	*path = '\0';
	switch (kind) {
	case OF_DESCRIPTOR:
		path_of(pid, fd, path, room);
		return is_of_the_test(path);
	case CLOSING:
		path_of(pid, fd, path, room);
		return is_of_the_test(path) && is_open_for_writing(pid, fd);
	case OPENING:
		copy_string(pid, asked->data.args[1], path, room);
		return (asked->data.args[2] & O_CREAT) && strncmp(path, "/dev/", 5) != 0;
	case OF_NAMES:
		return true;
	}
	return false;
}

/* Whether the process is one whose calls may fail. */
static bool is_meant(const struct failing_write *failing, int pid)
{
	char path[64], name[64];
	if (!failing->only)
		return true;
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	return textfile_read(path, name, sizeof(name)) > 0 && strcmp(name, failing->only) == 0;
}

/* Whether this call is the one; then it is noted. */
static bool is_the_one(struct failing_write *failing, size_t *count, const struct seccomp_notif *asked)
{
	char path[PATH_MAX];
	size_t i = 0;
	while (i < CALLS && calls[i].number != asked->data.nr)
		i++;
	if (i == CALLS || !is_meant(failing, (int)asked->pid) ||
	    !writes(asked, calls[i].kind, path, sizeof(path)) || ++*count != failing->nth)
		return false;
	snprintf(failing->call, sizeof(failing->call), "%s %.400s", calls[i].name, path);
	return true;
}

/* Decides about every call until the last process is gone. */
static void supervise(int listener, struct failing_write *failing)
{
	struct pollfd ready = {.fd = listener, .events = POLLIN};
	size_t count = 0;
	while (poll(&ready, 1, -1) > 0 && (ready.revents & POLLIN)) {
		struct seccomp_notif asked = {0};
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0)
			continue; /* it was killed meanwhile */
		struct seccomp_notif_resp answer = {.id = asked.id};
		if (is_the_one(failing, &count, &asked))
			answer.error = -failing->error_number;
		else
			answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
	}
}

bool run_with_failing_write(struct ran *ran, struct failing_write *failing, const char *const *argv)
{
	int ends[2];
	*failing->call = '\0';
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		redirect_streams(in_folder("spawned.out"), in_folder("spawned.err"));
		send_descriptor(ends[1], install_filter());
		execv(argv[0], (char *const *)argv);
		_exit(126);
	}
	close(ends[1]);
	int listener = receive_descriptor(ends[0]);
	close(ends[0]);
	assert_true(listener >= 0);
	supervise(listener, failing);
	close(listener);
	collect(pid, ran);
	return *failing->call;
}

bool can_fail_writes(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(install_filter() >= 0 ? 0 : 1);
	int status = 1;
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}
