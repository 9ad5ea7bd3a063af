/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/settle.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/textfile.h"

/* More processors than any machine has: the kernel says how many of them it knows. */
#define CPUS_MAX 16384

int settle_open(int ends[2], struct error *error)
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0
	           ? 0
	           : error_set_errno(error, errno, "cannot make a line to the case's process");
}

int settle_ask(int end, struct error *error)
{
	char byte = 0;
	if (end < 0)
		return 0;
	if (write(end, &byte, 1) == 1 && read(end, &byte, 1) == 1)
		return 0;
	return error_set(error, EIO, "the run ended before the case's memory was accessed");
}

/* Runs on each processor that this process may have, then anywhere of them again. */
static void visit_processors(void)
{
	size_t bytes = CPU_ALLOC_SIZE(CPUS_MAX);
	cpu_set_t *all = CPU_ALLOC(CPUS_MAX), *one = CPU_ALLOC(CPUS_MAX);
	if (all && one && sched_getaffinity(0, bytes, all) == 0) {
		for (int cpu = 0; cpu < CPUS_MAX; cpu++) {
			if (!CPU_ISSET_S(cpu, bytes, all))
				continue;
			CPU_ZERO_S(bytes, one);
			CPU_SET_S(cpu, bytes, one);
			sched_setaffinity(0, bytes, one);
		}
		sched_setaffinity(0, bytes, all);
	}
	CPU_FREE(all);
	CPU_FREE(one);
}

bool settle_answer(int end)
{
	char byte, text[16];
	if (read(end, &byte, 1) != 1)
		return false;
	visit_processors();
	/* Reading it folds them (Documentation/admin-guide/sysctl/vm.rst). */
	textfile_read("/proc/sys/vm/stat_refresh", text, sizeof(text));
	return write(end, &byte, 1) == 1;
}

void settle_perf(void)
{
	const struct timespec beyond_a_second = {.tv_sec = 1, .tv_nsec = 200 * 1000 * 1000};
	nanosleep(&beyond_a_second, NULL);
}
