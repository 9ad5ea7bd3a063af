/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/escape.h"
#include "lib/base/context.h"
#include "lib/base/settings.h"
#include "lib/base/textfile.h"
#include "lib/base/topology.h"
#include "lib/memory/scanner.h"
#include "lib/memory/scratch.h"
#include "lib/meter/clock.h"
#include "lib/meter/faults.h"

static const struct argp argp = {
    .doc = "Tells what of this machine would spoil a run or keep cases from running, and the remedy. Changes "
           "nothing.",
};

enum condition {
	GOOD,
	NOISY,   /* figures would be worse */
	MISSING, /* some or all cases can't run */
};

struct machine {
	struct topology topology;
	struct processor processor;
	struct clock clock;
};

/* Each says in `error` what it found, and the remedy where there is one to say. */
static enum condition check_faults(const struct machine *machine, struct error *error)
{
	(void)machine;
	if (faults_available(error) != 0)
		return MISSING;
	error_set(error, 0, "%s can be counted", fault_event_what);
	return GOOD;
}

static enum condition check_balancing(const struct machine *machine, struct error *error)
{
	(void)machine;
	struct error slow;
	if (scanner_available(error) != 0)
		return MISSING;
	if (scanner_tunable(&slow) != 0) {
		error_set(error, 0, "%s: arming takes seconds", slow.text);
		return NOISY;
	}
	error_set(error, 0, "the kernel has it, and its scanner can be steered");
	return GOOD;
}

static enum condition check_nodes(const struct machine *machine, struct error *error)
{
	if (topology_node(&machine->topology, 1, error) < 0)
		return MISSING;
	error_set(error, 0, "%d nodes, %d processors", machine->topology.node_count,
	          machine->topology.cpu_count);
	return GOOD;
}

static enum condition check_clock(const struct machine *machine, struct error *error)
{
	const struct clock *clock = &machine->clock;
	const struct processor *processor = &machine->processor;
	if (clock->unit == CLOCK_NONE) {
		error_set(error, 0,
		          "an emulator whose time means nothing: no latency is given; boot it with -icount "
		          "(hintbench lab)");
		return MISSING;
	}
	if (clock->unit == CLOCK_NS && !processor->steady_ticks) {
		error_set(
		    error, 0,
		    "the time-stamp counter changes its rate with power states: latencies are not to be "
		    "trusted");
		return NOISY;
	}
	if (clock->unit == CLOCK_NS)
		error_set(error, 0, "%.3f ns a tick%s%s", clock->ns_per_tick,
		          processor->hypervisor[0] ? ", under hypervisor " : "", processor->hypervisor);
	else
		error_set(error, 0, "one tick an instruction: an exact guest");
	return GOOD;
}

static enum condition check_devices(const struct machine *machine, struct error *error)
{
	char device[256] = "";
	if (machine->clock.unit != CLOCK_INSTRUCTIONS ||
	    context_exact(machine->clock.unit, device, sizeof(device))) {
		error_set(error, 0, "nothing to say of them");
		return GOOD;
	}
	error_set(error, 0, "%s completes on the host's time: two runs will differ; boot without it", device);
	return NOISY;
}

static enum condition check_governor(const struct machine *machine, struct error *error)
{
	char governor[64];
	(void)machine;
	if (textfile_read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", governor,
	                  sizeof(governor)) < 0) {
		error_set(error, 0, "the kernel doesn't scale the processors' frequency");
		return GOOD;
	}
	error_set(error, 0, "the governor is %s%s", governor,
	          strcmp(governor, "performance") == 0
	              ? ""
	              : "; `cpupower frequency-set -g performance` steadies the clock");
	return strcmp(governor, "performance") == 0 ? GOOD : NOISY;
}

static enum condition check_load(const struct machine *machine, struct error *error)
{
	double load;
	(void)machine;
	if (getloadavg(&load, 1) != 1 || load < 0.5) {
		error_set(error, 0, "idle");
		return GOOD;
	}
	error_set(error, 0, "the load average is %.2f: other programs disturb latencies; stop them", load);
	return NOISY;
}

static enum condition check_thp(const struct machine *machine, struct error *error)
{
	(void)machine;
	if (access("/sys/kernel/mm/transparent_hugepage/enabled", F_OK) == 0) {
		error_set(error, 0, "the kernel has them");
		return GOOD;
	}
	error_set(error, 0, "the kernel lacks CONFIG_TRANSPARENT_HUGEPAGE: cases with page=thp are skipped");
	return MISSING;
}

static enum condition check_ext4(const struct machine *machine, struct error *error)
{
	(void)machine;
	if (scratch_available(FILESYSTEM_EXT4, error) != 0)
		return MISSING;
	error_set(error, 0, "there is a folder to write to");
	return GOOD;
}

static enum condition check_journal(const struct machine *machine, struct error *error)
{
	(void)machine;
	if (!settings_left_behind()) {
		error_set(error, 0, "none was left behind");
		return GOOD;
	}
	error_set(error, 0, "a killed run left settings changed; `hintbench restore` puts them back");
	return NOISY;
}

static const struct check {
	const char *name;
	enum condition (*look)(const struct machine *machine, struct error *error);
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
	struct error error;
	bool all_good = true;
	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	processor_identify(&machine.processor);
	clock_measure(&machine.clock, &machine.processor);
	if (topology_get(&machine.topology, &error) != 0)
		return bad_input("%s", error.text);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		enum condition condition = checks[i].look(&machine, &error);
		print_line(stdout, "%-8s %-23s %s", words[condition], checks[i].name, error.text);
		all_good = all_good && condition == GOOD;
	}
	topology_put(&machine.topology);
	return all_good ? EXIT_DONE : EXIT_CHECK_FAILED;
}
