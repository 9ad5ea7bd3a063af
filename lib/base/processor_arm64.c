/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifdef __aarch64__
#include "lib/base/processor.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/textfile.h"
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
static void get_hypervisor(struct processor *processor)
{
	bool qemu = some_file_says("/sys/firmware/devicetree/base/fw-cfg@*/compatible", "qemu,") ||
	            some_file_says("/sys/class/dmi/id/sys_vendor", "QEMU");
	bool kvm = some_file_says("/sys/class/ptp/*/clock_name", "KVM virtual PTP");
	if (qemu || kvm)
		snprintf(processor->hypervisor, sizeof(processor->hypervisor), "%s", kvm ? "KVM" : "QEMU");
	/* Not known to be KVM counts as emulated: no latency is better than a wrong one. */
	processor->emulated = qemu && !kvm;
}

void processor_identify(struct processor *processor)
{
	*processor = (struct processor){0};
	char midr[32];
	get_hypervisor(processor);
	if (textfile_read("/sys/devices/system/cpu/cpu0/regs/identification/midr_el1", midr, sizeof(midr)) >
	    0)
		snprintf(processor->model, sizeof(processor->model), "arm64, MIDR_EL1 %s", midr);
	/* The generic timer's rate is fixed (Arm ARM, D12.1). */
	processor->steady_ticks = true;
}
#endif
