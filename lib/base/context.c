/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/context.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/base/hash.h"
#include "lib/base/textfile.h"
#include "lib/base/version.h"

/* Settings that change what a fault costs or whether it comes. */
static const char *const settings[] = {
    "/proc/sys/kernel/numa_balancing",
    "/sys/kernel/debug/sched/numa_balancing/scan_delay_ms",
    "/sys/kernel/debug/sched/numa_balancing/scan_period_min_ms",
    "/sys/kernel/debug/sched/numa_balancing/scan_period_max_ms",
    "/sys/kernel/debug/sched/numa_balancing/scan_size_mb",
    "/proc/sys/kernel/numa_balancing_scan_delay_ms",
    "/proc/sys/kernel/numa_balancing_scan_period_min_ms",
    "/proc/sys/kernel/numa_balancing_scan_period_max_ms",
    "/proc/sys/kernel/numa_balancing_scan_size_mb",
    "/sys/kernel/mm/transparent_hugepage/enabled",
    "/sys/kernel/mm/transparent_hugepage/defrag",
    "/sys/kernel/mm/transparent_hugepage/shmem_enabled",
    "/sys/kernel/mm/ksm/run",
    "/proc/sys/vm/min_free_kbytes",
    "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
    "/sys/devices/system/cpu/smt/active",
};

#define SETTING_COUNT (sizeof(settings) / sizeof(settings[0]))

/* Those that this kernel has. */
static void get_settings(struct context *context, struct arena *arena)
{
	struct context_setting *found = arena_alloc(arena, SETTING_COUNT * sizeof(*found));
	context->settings = found;
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		char text[512];
		if (textfile_read(settings[i], text, sizeof(text)) >= 0)
			found[context->setting_count++] =
			    (struct context_setting){settings[i], arena_copy(arena, text)};
	}
}

/* Where kernels tell their configuration: built in, or installed beside them. */
static const char *config_sha256(const char *release, struct arena *arena)
{
	char paths[3][PATH_MAX] = {"/proc/config.gz"}, hex[HASH_HEX_BYTES];
	snprintf(paths[1], PATH_MAX, "/boot/config-%s", release);
	snprintf(paths[2], PATH_MAX, "/lib/modules/%s/config", release);
	for (size_t i = 0; i < 3; i++)
		if (hash_file(paths[i], hex))
			return arena_copy(arena, hex);
	return NULL;
}

static void get_kernel(struct context_kernel *kernel, struct arena *arena, const char *kernel_name)
{
	struct utsname name;
	char cmdline[4096];
	uname(&name);
	textfile_read("/proc/cmdline", cmdline, sizeof(cmdline));
	kernel->name = arena_copy(arena, kernel_name);
	kernel->release = arena_copy(arena, name.release);
	kernel->version = arena_copy(arena, name.version);
	kernel->cmdline = arena_copy(arena, cmdline);
	kernel->config_sha256 = config_sha256(name.release, arena);
}

static void get_machine(struct context_machine *machine, struct arena *arena, const struct topology *topology,
                        const struct processor *processor)
{
	size_t nodes = (size_t)topology->node_count;
	int64_t *distances = arena_alloc(arena, nodes * nodes * sizeof(*distances));
	int64_t *memory_bytes = arena_alloc(arena, nodes * sizeof(*memory_bytes));
	for (size_t from = 0; from < nodes; from++) {
		for (size_t to = 0; to < nodes; to++)
			distances[from * nodes + to] = topology->distance[from][to];
		memory_bytes[from] = (int64_t)topology->memory_bytes[from];
	}
	machine->cpu = arena_copy(arena, processor->model);
	machine->cpus = topology->cpu_count;
	machine->nodes = topology->node_count;
	machine->distances = distances;
	machine->memory_bytes = memory_bytes;
	machine->hypervisor = processor->hypervisor[0] ? arena_copy(arena, processor->hypervisor) : NULL;
}

bool context_exact(enum clock_unit clock, char *device, size_t device_bytes)
{
	bool exact = clock == CLOCK_INSTRUCTIONS;
	DIR *block = opendir("/sys/block");
	struct dirent *entry;
	while (exact && block && (entry = readdir(block))) {
		char link[PATH_MAX], target[PATH_MAX];
		snprintf(link, sizeof(link), "/sys/block/%s", entry->d_name);
		ssize_t length = readlink(link, target, sizeof(target) - 1);
		if (length < 0)
			continue;
		target[length] = '\0';
		/* Ramdisks, loops and zram are made of the guest's own memory. */
		exact = strstr(target, "/virtual/") != NULL;
		if (!exact && device)
			snprintf(device, device_bytes, "%s", entry->d_name);
	}
	if (block)
		closedir(block);
	return exact;
}

void context_get(struct context *context, struct arena *arena, const struct topology *topology,
                 const struct processor *processor, enum clock_unit clock, const char *kernel_name,
                 const char *config)
{
	char boot_id[64];
	textfile_read("/proc/sys/kernel/random/boot_id", boot_id, sizeof(boot_id));
	*context = (struct context){
	    .clock = clock,
	    .exact = context_exact(clock, NULL, 0),
	    .boot_id = arena_copy(arena, boot_id),
	    .suite_version = arena_copy(arena, hintbench_version),
	    .suite_config = arena_copy(arena, config),
	};
	get_kernel(&context->kernel, arena, kernel_name);
	get_machine(&context->machine, arena, topology, processor);
	get_settings(context, arena);
}
