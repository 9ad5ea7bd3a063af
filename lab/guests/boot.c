/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/guests/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab/guests/qemu.h"

const struct lab_topology lab_two_nodes = {
    .nodes = 2,
    .node = {{.cpus = 1, .memory_mib = 1024}, {.cpus = 1, .memory_mib = 1024}},
    .distance = {{10, 20}, {20, 10}},
};

/* A guest that runs. */
struct running {
	size_t index;
	pid_t pid;
	int pidfd;
	int cpu; /* the host's processor that it is bound to */
	double started, deadline;
};

static double now_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int lab_boot_check(const struct lab_arch *arch, struct error *error)
{
	const char *path = getenv("PATH");
	char *folders = strdup(path ? path : ""), *rest = folders, *folder;
	bool found = false;

	while (folders && !found && (folder = strsep(&rest, ":"))) {
		char file[PATH_MAX];
		snprintf(file, sizeof(file), "%s/%s", *folder ? folder : ".", arch->qemu);
		found = access(file, X_OK) == 0;
	}
	free(folders);
	return found ? 0
	             : error_set(error, ENOENT, "QEMU is not installed: no %s in PATH (Debian package %s)",
	                         arch->qemu, arch->qemu_package);
}

static unsigned online_cpus(void)
{
	cpu_set_t set;
	int count = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
	return count > 0 ? (unsigned)count : 1;
}

/*
 * The processor that fewest of our guests are bound to; -1 where ours cannot be told. Another hintbench
 * beside us starts its search elsewhere.
 */
static int pick_cpu(const struct running *running, size_t running_count)
{
	cpu_set_t set;
	int best = -1;
	size_t best_load = 0;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return -1;
	int first = getpid() % (int)online_cpus();
	for (int i = 0; i < CPU_SETSIZE; i++) {
		int cpu = (first + i) % CPU_SETSIZE;
		size_t load = 0;
		if (!CPU_ISSET(cpu, &set))
			continue;
		for (size_t j = 0; j < running_count; j++)
			load += running[j].cpu == cpu;
		if (best < 0 || load < best_load) {
			best = cpu;
			best_load = load;
		}
	}
	return best;
}

/*
 * QEMU's threads all get one processor. On an otherwise idle host of two, 3 of 9 boots of a 7.3 kernel
 * differed; with QEMU bound to one, 0 of 8 did. That its main loop ran beside the guest's processors is the
 * presumed cause, not a proven one.
 */
static void bind_to(int cpu)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

void lab_unblock_signals(void)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL); /* who writes files ignores it (cli/output.h) */
}

/* In the child: becomes QEMU. It gets a process group of its own, so that Ctrl-C reaches it through us alone. */
static void __attribute__((noreturn))
become_qemu(char **arguments, const char *error_path, int cpu, pid_t parent)
{
	lab_unblock_signals();
	setpgid(0, 0);
	if (cpu >= 0)
		bind_to(cpu);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	int input = open("/dev/null", O_RDONLY);
	int output = open(error_path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (input < 0 || output < 0)
		_exit(127);
	dup2(input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	execvp(arguments[0], arguments);
	dprintf(STDERR_FILENO, "%s: %s\n", arguments[0], strerror(errno));
	_exit(127);
}

/* Returns 0, or -errno with the boot's `start_error`. */
static int start(struct lab_boot *boot, const struct lab_topology *topology, unsigned limit_seconds,
                 struct running *running)
{
	struct arguments arguments = {0};
	lab_qemu_arguments(&arguments, boot, topology);
	pid_t parent = getpid(), pid = arguments.failed ? -1 : fork();
	if (pid == 0)
		become_qemu(arguments.words, boot->error_path, running->cpu, parent);
	int err = arguments.failed ? ENOMEM : errno;
	arguments_free(&arguments);
	if (pid < 0)
		return error_set_errno(&boot->start_error, err, "the guest cannot be started");
	running->pid = pid;
	running->pidfd = pidfd_open(pid, 0);
	if (running->pidfd < 0) {
		err = errno;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		return error_set_errno(&boot->start_error, err, "the guest cannot be watched");
	}
	running->started = now_seconds();
	running->deadline = running->started + limit_seconds;
	return 0;
}

static void finish(struct running *running, struct lab_boot *boot)
{
	while (waitpid(running->pid, &boot->qemu_status, 0) < 0 && errno == EINTR)
		;
	close(running->pidfd);
	boot->host_seconds = now_seconds() - running->started;
}

/* Waits until a guest ends, a deadline passes or a signal comes. */
static void wait_for_any(const struct running *running, size_t count, int signal_fd)
{
	struct pollfd fds[count + 1];
	double first = running[0].deadline;

	for (size_t i = 0; i < count; i++) {
		fds[i] = (struct pollfd){.fd = running[i].pidfd, .events = POLLIN};
		if (running[i].deadline < first)
			first = running[i].deadline;
	}
	fds[count] = (struct pollfd){.fd = signal_fd, .events = POLLIN};
	double left_seconds = first - now_seconds();
	poll(fds, count + 1, left_seconds > 0 ? (int)(left_seconds * 1000) + 1 : 0);
}

static bool signal_came(int signal_fd)
{
	struct pollfd fd = {.fd = signal_fd, .events = POLLIN};
	return poll(&fd, 1, 0) > 0;
}

static bool has_ended(const struct running *running)
{
	struct pollfd fd = {.fd = running->pidfd, .events = POLLIN};
	return poll(&fd, 1, 0) > 0;
}

/* The guests that run and those that wait, for lab_boot_all(). */
struct fleet {
	struct lab_boot *boots;
	size_t count, next, running_count;
	struct running *running;
	lab_observer *observe;
	void *context;
};

static void start_next(struct fleet *fleet, const struct lab_topology *topology, unsigned limit_seconds)
{
	size_t index = fleet->next++;
	struct running *running = &fleet->running[fleet->running_count];

	if (fleet->observe(index, LAB_BEFORE_BOOT, fleet->context) != 0)
		return;
	running->index = index;
	running->cpu = pick_cpu(fleet->running, fleet->running_count);
	if (start(&fleet->boots[index], topology, limit_seconds, running) == 0)
		fleet->running_count++;
	else
		fleet->observe(index, LAB_AFTER_BOOT, fleet->context);
}

/* Takes leave of the guests that ended, that are over their time, or, on `stop`, of all. */
static void reap(struct fleet *fleet, bool stop)
{
	for (size_t i = 0; i < fleet->running_count;) {
		struct running *running = &fleet->running[i];
		struct lab_boot *boot = &fleet->boots[running->index];
		if (!has_ended(running)) {
			boot->interrupted = stop;
			boot->timed_out = !stop && now_seconds() >= running->deadline;
			if (!boot->interrupted && !boot->timed_out) {
				i++;
				continue;
			}
			kill(running->pid, SIGKILL);
		}
		finish(running, boot);
		fleet->observe(running->index, LAB_AFTER_BOOT, fleet->context);
		*running = fleet->running[--fleet->running_count];
	}
}

/* Starts them all as there is room, until a signal comes. Returns whether one came. */
static bool boot_fleet(struct fleet *fleet, const struct lab_topology *topology, unsigned limit_seconds,
                       unsigned parallel, int signal_fd)
{
	bool stop = false;
	while (fleet->running_count || (!stop && fleet->next < fleet->count)) {
		while (!stop && fleet->next < fleet->count && fleet->running_count < parallel) {
			start_next(fleet, topology, limit_seconds);
			stop = signal_came(signal_fd);
		}
		if (!stop && fleet->running_count)
			wait_for_any(fleet->running, fleet->running_count, signal_fd);
		stop = stop || signal_came(signal_fd);
		reap(fleet, stop);
	}
	return stop;
}

int lab_boot_all(struct lab_boot *boots, size_t count, const struct lab_topology *topology,
                 unsigned limit_seconds, unsigned parallel, lab_observer *observe, void *context,
                 struct error *error)
{
	struct fleet fleet = {.boots = boots, .count = count, .observe = observe, .context = context};
	sigset_t stop_signals, before;

	fleet.running = calloc(count + 1, sizeof(*fleet.running));
	if (!fleet.running)
		return error_set(error, ENOMEM, "no memory for %zu guests", count);
	sigemptyset(&stop_signals);
	sigaddset(&stop_signals, SIGINT);
	sigaddset(&stop_signals, SIGTERM);
	sigaddset(&stop_signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &stop_signals, &before);
	int signal_fd = signalfd(-1, &stop_signals, SFD_CLOEXEC);
	bool stopped =
	    boot_fleet(&fleet, topology, limit_seconds, parallel ? parallel : online_cpus(), signal_fd);
	/* The signal has done its work: let it not strike when it is unblocked. */
	struct signalfd_siginfo taken;
	while (stopped && signal_came(signal_fd) && read(signal_fd, &taken, sizeof(taken)) > 0)
		;
	close(signal_fd);
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(fleet.running);
	return stopped ? error_set(error, EINTR, "interrupted") : 0;
}
