/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/context.h"

#include <dirent.h>
#include <limits.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>

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

static json_t *settings_json(void)
{
	json_t *object = json_object();
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		char text[512];
		if (textfile_read(settings[i], text, sizeof(text)) >= 0)
			json_object_set_new(object, settings[i], json_string(text));
	}
	return object;
}

/* gzread() takes plain text as it is. */
static bool hash_file(const char *path, char hex[2 * SHA256_DIGEST_SIZE + 1])
{
	struct sha256_ctx sha;
	uint8_t bytes[65536], digest[SHA256_DIGEST_SIZE];
	int got;
	gzFile file = gzopen(path, "re");
	if (!file)
		return false;
	sha256_init(&sha);
	while ((got = gzread(file, bytes, sizeof(bytes))) > 0)
		sha256_update(&sha, (size_t)got, bytes);
	gzclose(file);
	sha256_digest(&sha, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
	return got == 0;
}

/* Where kernels tell their configuration: built in, or installed beside them. */
static json_t *config_sha256(const char *release)
{
	char paths[3][PATH_MAX] = {"/proc/config.gz"}, hex[2 * SHA256_DIGEST_SIZE + 1];
	snprintf(paths[1], PATH_MAX, "/boot/config-%s", release);
	snprintf(paths[2], PATH_MAX, "/lib/modules/%s/config", release);
	for (size_t i = 0; i < 3; i++)
		if (hash_file(paths[i], hex))
			return json_string(hex);
	return json_null();
}

static json_t *kernel_json(const char *kernel_name)
{
	struct utsname name;
	char cmdline[4096];
	uname(&name);
	textfile_read("/proc/cmdline", cmdline, sizeof(cmdline));
	json_t *kernel = json_pack("{s:s, s:s, s:s, s:o}", "release", name.release, "version", name.version,
	                           "cmdline", cmdline, "config_sha256", config_sha256(name.release));
	if (kernel_name)
		json_object_set_new(kernel, "name", json_string(kernel_name));
	return kernel;
}

static json_t *machine_json(const struct topology *topology, const struct processor *processor)
{
	json_t *distances = json_array(), *memory = json_array();
	for (int from = 0; from < topology->node_count; from++) {
		json_t *row = json_array();
		for (int to = 0; to < topology->node_count; to++)
			json_array_append_new(row, json_integer(topology->distance[from][to]));
		json_array_append_new(distances, row);
		json_array_append_new(memory, json_integer((json_int_t)topology->memory_bytes[from]));
	}
	return json_pack("{s:s, s:i, s:i, s:o, s:o, s:o}", "cpu", processor->model, "cpus",
	                 topology->cpu_count, "nodes", topology->node_count, "distances", distances,
	                 "memory_bytes", memory, "hypervisor",
	                 processor->hypervisor[0] ? json_string(processor->hypervisor) : json_null());
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

json_t *context_json(const struct topology *topology, const struct processor *processor,
                     enum clock_unit clock, const char *kernel_name, const char *config)
{
	char boot_id[64];
	textfile_read("/proc/sys/kernel/random/boot_id", boot_id, sizeof(boot_id));
	return json_pack("{s:o, s:o, s:s, s:b, s:s, s:o, s:{s:s, s:s}}", "kernel", kernel_json(kernel_name),
	                 "machine", machine_json(topology, processor), "clock", clock_unit_name(clock),
	                 "exact", context_exact(clock, NULL, 0), "boot_id", boot_id, "settings",
	                 settings_json(), "suite", "version", hintbench_version, "config", config);
}
