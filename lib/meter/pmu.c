/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/meter/pmu.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>

#include "lib/base/processor.h"
#include "lib/base/textfile.h"

#define DEVICES "/sys/bus/event_source/devices/"

bool pmu_exists(void)
{
	/* `cpu` on x86; elsewhere, and on hybrid ones, a PMU of cores says for which `cpus` it is. */
	static const char *const patterns[] = {DEVICES "cpu", DEVICES "*/cpus"};
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		glob_t found;
		if (glob(patterns[i], 0, NULL, &found) != 0)
			continue;
		globfree(&found);
		return true;
	}
	return false;
}

static bool is_common_arm_event(unsigned long long code)
{
	return code < 0x40 || (code >= 0x4000 && code < 0x4040);
}

/* Whether a file of events/ ("event=0x008") is about the event. */
static bool file_has(const char *path, unsigned long long code)
{
	char text[64];
	unsigned long long here;
	return textfile_read(path, text, sizeof(text)) > 0 && sscanf(text, "event=%llx", &here) == 1 &&
	       here == code;
}

/* STALL_FRONTEND, STALL_BACKEND, STALL, STALL_SLOT_…: cycles or slots in which nothing was issued. */
static bool is_stall(unsigned long long code)
{
	return code == 0x23 || code == 0x24 || (code >= 0x3c && code <= 0x3f);
}

static bool is_emulated(void)
{
	struct processor processor;
	processor_identify(&processor);
	return processor.emulated;
}

int pmu_lacks(const struct perf_event_attr *attr, struct error *error)
{
	glob_t found;
	bool has = false;
	if (attr->type != PERF_TYPE_RAW || !is_common_arm_event(attr->config) ||
	    glob(DEVICES "armv8_*/events/*", 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc && !has; i++)
		has = file_has(found.gl_pathv[i], attr->config);
	globfree(&found);
	if (!has)
		return error_set(
		    error, EOPNOTSUPP,
		    "this PMU says that it doesn't have it (PMCEID): the processor, or the hypervisor "
		    "that stands for it, lacks it");
	return is_stall(attr->config) && is_emulated()
	           ? error_set(
	                 error, EOPNOTSUPP,
	                 "this processor is a program, which never stalls: its PMU would count 0 for ever")
	           : 0;
}
