/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifdef __aarch64__
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "lib/cpu.h"
#include "lib/textfile.h"

static uint64_t ticks_of_add_loop(uint64_t turns)
{
	uint64_t start = cpu_ticks();
	__asm__ volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(turns) : : "cc");
	return cpu_ticks() - start;
}

static uint64_t ticks_of_multiply_loop(uint64_t turns)
{
	uint64_t product = 3;
	uint64_t start = cpu_ticks();
	__asm__ volatile("1: mul %1, %1, %1\n\tmul %1, %1, %1\n\tsubs %0, %0, #1\n\tb.ne 1b"
	                 : "+r"(turns), "+r"(product)
	                 :
	                 : "cc");
	return cpu_ticks() - start;
}

const struct cpu_loop cpu_loops[CPU_LOOPS] = {{ticks_of_add_loop, 2}, {ticks_of_multiply_loop, 4}};

/* Whether a file that `pattern` matches begins with `text`. */
static bool some_file_says(const char *pattern, const char *text)
{
	glob_t files;
	bool found = false;
	if (glob(pattern, 0, NULL, &files) != 0)
		return false;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		char first[128];
		found = found || (textfile_read(files.gl_pathv[i], first, sizeof(first)) >= 0 &&
		                  strncmp(first, text, strlen(text)) == 0);
	}
	globfree(&files);
	return found;
}

/*
 * There is no CPUID to name a hypervisor. QEMU shows by its firmware device in the device tree, or in the
 * tables of its firmware; under KVM by the clock that only KVM offers.
 */
static void get_hypervisor(struct cpu_info *info)
{
	bool qemu = some_file_says("/sys/firmware/devicetree/base/fw-cfg@*/compatible", "qemu,") ||
	            some_file_says("/sys/class/dmi/id/sys_vendor", "QEMU");
	bool kvm = some_file_says("/sys/class/ptp/*/clock_name", "KVM virtual PTP");
	if (qemu || kvm)
		snprintf(info->hypervisor, sizeof(info->hypervisor), "%s", kvm ? "KVM" : "QEMU");
	/* Not known to be KVM counts as emulated: no latency is better than a wrong one. */
	info->emulated = qemu && !kvm;
}

void cpu_identify(struct cpu_info *info)
{
	char midr[32];
	get_hypervisor(info);
	if (textfile_read("/sys/devices/system/cpu/cpu0/regs/identification/midr_el1", midr, sizeof(midr)) >
	    0)
		snprintf(info->model, sizeof(info->model), "arm64, MIDR_EL1 %s", midr);
	/* The generic timer's rate is fixed (Arm ARM, D12.1). */
	info->steady_ticks = true;
}
#endif
