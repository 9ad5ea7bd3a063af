/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/guests/qemu.h"

#include <stdio.h>
#include <stdlib.h>

static void add_machine(struct arguments *arguments, const struct lab_boot *boot)
{
	static const char *const fixed[] = {
	    /* No device but those named here, and no reboot: a guest that panics ends. */
	    "-nodefaults",
	    "-no-user-config",
	    "-display",
	    "none",
	    "-no-reboot",
	    /* One instruction is one nanosecond of the guest; idle time passes at once. */
	    "-accel",
	    "tcg,thread=single",
	    "-icount",
	    "shift=0,sleep=off",
	    /* The date is fixed, and follows the guest's own clock. */
	    "-rtc",
	    "base=2022-11-08,clock=vm",
	    NULL,
	};
	arguments_add_all(arguments, fixed);
	/* The emulated RDRAND repeats itself, and with it all that the kernel does at random. */
	arguments_add(arguments, "-seed");
	arguments_add(arguments, "%lu", 1 + boot->seed);
	arguments_add(arguments, "-cpu");
	arguments_add(arguments, "%s%s", boot->cpu ? boot->cpu : boot->arch->cpu, boot->arch->cpu_options);
	arguments_add_all(arguments, boot->arch->machine);
}

static void add_topology(struct arguments *arguments, const struct lab_topology *topology)
{
	unsigned cpus = 0, memory_mib = 0, sockets = 0;

	for (unsigned i = 0; i < topology->nodes; i++) {
		unsigned cpus_here = topology->node[i].cpus;
		arguments_add(arguments, "-object");
		arguments_add(arguments, "memory-backend-ram,id=m%u,size=%uM", i,
		              topology->node[i].memory_mib);
		arguments_add(arguments, "-numa");
		if (cpus_here)
			arguments_add(arguments, "node,nodeid=%u,cpus=%u-%u,memdev=m%u", i, cpus,
			              cpus + cpus_here - 1, i);
		else
			arguments_add(arguments, "node,nodeid=%u,memdev=m%u", i, i);
		cpus += cpus_here;
		sockets += cpus_here > 0;
		memory_mib += topology->node[i].memory_mib;
	}
	for (unsigned i = 0; i < topology->nodes; i++) {
		for (unsigned j = i + 1; j < topology->nodes; j++) {
			arguments_add(arguments, "-numa");
			arguments_add(arguments, "dist,src=%u,dst=%u,val=%u", i, j, topology->distance[i][j]);
		}
	}
	arguments_add(arguments, "-smp");
	arguments_add(arguments, "%u,sockets=%u", cpus, sockets);
	arguments_add(arguments, "-m");
	arguments_add(arguments, "%uM", memory_mib);
}

/* The port for results: the machine's second one, or a device of its own. */
static void add_stream(struct arguments *arguments, const struct lab_boot *boot)
{
	if (!*boot->arch->stream) {
		arguments_add(arguments, "-serial");
		arguments_add(arguments, "file:%s", boot->stream_path);
		return;
	}
	arguments_add(arguments, "-chardev");
	/* A comma of the path is doubled, or it would end the option. */
	char path[2 * PATH_MAX], *to = path;
	for (const char *from = boot->stream_path; *from; from++) {
		*to++ = *from;
		if (*from == ',')
			*to++ = ',';
	}
	*to = '\0';
	arguments_add(arguments, "file,id=stream,path=%s", path);
	arguments_add_all(arguments, boot->arch->stream);
}

void lab_qemu_arguments(struct arguments *arguments, const struct lab_boot *boot,
                        const struct lab_topology *topology)
{
	arguments_add(arguments, "%s", boot->arch->qemu);
	add_machine(arguments, boot);
	add_topology(arguments, topology);
	arguments_add(arguments, "-kernel");
	arguments_add(arguments, "%s", boot->image_path);
	arguments_add(arguments, "-initrd");
	arguments_add(arguments, "%s", boot->initramfs_path);
	arguments_add(arguments, "-append");
	/* The kernel itself lies where the seed puts it. */
	arguments_add(arguments, "%s%s", boot->arch->command_line, boot->seed ? "" : " nokaslr");
	arguments_add(arguments, "-serial");
	arguments_add(arguments, "file:%s", boot->console_path);
	add_stream(arguments, boot);
	if (*boot->plugin) {
		arguments_add(arguments, "-plugin");
		arguments_add(arguments, "%s", boot->plugin);
	}
}
