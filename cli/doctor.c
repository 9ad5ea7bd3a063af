/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "lib/arm.h"
#include "lib/context.h"
#include "lib/cpu.h"
#include "lib/faults.h"
#include "lib/scratch.h"
#include "lib/settings.h"
#include "lib/textfile.h"
#include "lib/topology.h"

static const struct argp argp = {
    .doc = "Tells what of this machine would spoil a run or keep cases from running, and the remedy. Changes "
           "nothing.",
};

enum verdict {
	GOOD,
	NOISY,   /* figures would be worse */
	MISSING, /* some or all cases can't run */
};

struct machine {
	struct topology topology;
	struct cpu_info cpu;
};

/* Each says in `why` what it found, and the remedy where there is one to say. */
static enum verdict check_faults(const struct machine *machine, struct reason *why)
{
	(void)machine;
	if (faults_available(why) != 0)
		return MISSING;
	because(why, 0, "%s can be counted", fault_event_what);
	return GOOD;
}

static enum verdict check_balancing(const struct machine *machine, struct reason *why)
{
	(void)machine;
	struct reason slow;
	if (arm_available(why) != 0)
		return MISSING;
	if (arm_hurried(&slow) != 0) {
		because(why, 0, "%s: arming takes seconds", slow.text);
		return NOISY;
	}
	because(why, 0, "the kernel has it, and its scanner can be steered");
	return GOOD;
}

static enum verdict check_nodes(const struct machine *machine, struct reason *why)
{
	if (topology_node(&machine->topology, 1, why) < 0)
		return MISSING;
	because(why, 0, "%d nodes, %d processors", machine->topology.node_count, machine->topology.cpu_count);
	return GOOD;
}

static enum verdict check_clock(const struct machine *machine, struct reason *why)
{
	const struct cpu_info *cpu = &machine->cpu;
	if (cpu->clock == CLOCK_NONE) {
		because(why, 0,
		        "an emulator whose time means nothing: no latency is given; boot it with -icount "
		        "(hintbench lab)");
		return MISSING;
	}
	if (cpu->clock == CLOCK_NS && !cpu->steady_ticks) {
		because(why, 0,
		        "the time-stamp counter changes its rate with power states: latencies are not to be "
		        "trusted");
		return NOISY;
	}
	if (cpu->clock == CLOCK_NS)
		because(why, 0, "%.3f ns a tick%s%s", cpu->ns_per_tick,
		        cpu->hypervisor[0] ? ", under hypervisor " : "", cpu->hypervisor);
	else
		because(why, 0, "one tick an instruction: an exact guest");
	return GOOD;
}

static enum verdict check_devices(const struct machine *machine, struct reason *why)
{
	char device[256] = "";
	if (machine->cpu.clock != CLOCK_INSTRUCTIONS ||
	    context_exact(&machine->cpu, device, sizeof(device))) {
		because(why, 0, "nothing to say of them");
		return GOOD;
	}
	because(why, 0, "%s completes on the host's time: two runs will differ; boot without it", device);
	return NOISY;
}

static enum verdict check_governor(const struct machine *machine, struct reason *why)
{
	char governor[64];
	(void)machine;
	if (textfile_read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", governor,
	                  sizeof(governor)) < 0) {
		because(why, 0, "the kernel doesn't scale the processors' frequency");
		return GOOD;
	}
	because(why, 0, "the governor is %s%s", governor,
	        strcmp(governor, "performance") == 0
	            ? ""
	            : "; `cpupower frequency-set -g performance` steadies the clock");
	return strcmp(governor, "performance") == 0 ? GOOD : NOISY;
}

static enum verdict check_load(const struct machine *machine, struct reason *why)
{
	double load;
	(void)machine;
	if (getloadavg(&load, 1) != 1 || load < 0.5) {
		because(why, 0, "idle");
		return GOOD;
	}
	because(why, 0, "the load average is %.2f: other programs disturb latencies; stop them", load);
	return NOISY;
}

static enum verdict check_thp(const struct machine *machine, struct reason *why)
{
	(void)machine;
	if (access("/sys/kernel/mm/transparent_hugepage/enabled", F_OK) == 0) {
		because(why, 0, "the kernel has them");
		return GOOD;
	}
	because(why, 0, "the kernel lacks CONFIG_TRANSPARENT_HUGEPAGE: cases with page=thp are skipped");
	return MISSING;
}

static enum verdict check_ext4(const struct machine *machine, struct reason *why)
{
	(void)machine;
	if (scratch_available(FILESYSTEM_EXT4, why) != 0)
		return MISSING;
	because(why, 0, "there is a folder to write to");
	return GOOD;
}

static enum verdict check_journal(const struct machine *machine, struct reason *why)
{
	(void)machine;
	if (!settings_left_behind()) {
		because(why, 0, "none was left behind");
		return GOOD;
	}
	because(why, 0, "a killed run left settings changed; `hintbench restore` puts them back");
	return NOISY;
}

static const struct check {
	const char *name;
	enum verdict (*look)(const struct machine *machine, struct reason *why);
} checks[] = {
    {"page faults", check_faults},    {"NUMA balancing", check_balancing},
    {"NUMA nodes", check_nodes},      {"transparent huge pages", check_thp},
    {"file system ext4", check_ext4}, {"clock", check_clock},
    {"devices", check_devices},       {"processor frequency", check_governor},
    {"other load", check_load},       {"changed settings", check_journal},
};

int command_doctor(int argc, char **argv)
{
	static const char *const words[] = {"good", "noisy", "missing"};
	struct machine machine;
	struct reason why;
	bool all_good = true;
	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	cpu_info_get(&machine.cpu);
	if (topology_get(&machine.topology, &why) != 0)
		return bad_input("%s", why.text);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		enum verdict verdict = checks[i].look(&machine, &why);
		printf("%-8s %-23s %s\n", words[verdict], checks[i].name, why.text);
		all_good = all_good && verdict == GOOD;
	}
	topology_put(&machine.topology);
	return all_good ? EXIT_DONE : EXIT_CHECK_FAILED;
}
