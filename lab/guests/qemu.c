/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/guests/qemu.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ARGUMENTS_MAX = 128 };

struct arguments {
	char **word;
	size_t count;
	bool failed;
};

static void __attribute__((format(printf, 2, 3))) add(struct arguments *arguments, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	if (arguments->count + 1 >= ARGUMENTS_MAX ||
	    vasprintf(&arguments->word[arguments->count], format, args) < 0) {
		arguments->word[arguments->count] = NULL;
		arguments->failed = true;
	} else {
		arguments->count++;
	}
	va_end(args);
}

static void add_all(struct arguments *arguments, const char *const *words)
{
	for (; *words; words++)
		add(arguments, "%s", *words);
}

static void add_machine(struct arguments *arguments, const struct lab_arch *arch, const char *cpu)
{
	static const char *const fixed[] = {
	    /* No device but those named here, and no reboot: a guest that panics ends. */
	    "-nodefaults",
	    "-no-user-config",
	    "-display",
	    "none",
	    "-no-reboot",
	    /* The emulated RDRAND repeats itself. */
	    "-seed",
	    "1",
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
	add_all(arguments, fixed);
	add(arguments, "-cpu");
	add(arguments, "%s%s", cpu ? cpu : arch->cpu, arch->cpu_options);
	add_all(arguments, arch->machine);
}

static void add_topology(struct arguments *arguments, const struct lab_topology *topology)
{
	unsigned cpus = 0, memory_mib = 0, sockets = 0;

	for (unsigned i = 0; i < topology->nodes; i++) {
		unsigned cpus_here = topology->node[i].cpus;
		add(arguments, "-object");
		add(arguments, "memory-backend-ram,id=m%u,size=%uM", i, topology->node[i].memory_mib);
		add(arguments, "-numa");
		if (cpus_here)
			add(arguments, "node,nodeid=%u,cpus=%u-%u,memdev=m%u", i, cpus, cpus + cpus_here - 1,
			    i);
		else
			add(arguments, "node,nodeid=%u,memdev=m%u", i, i);
		cpus += cpus_here;
		sockets += cpus_here > 0;
		memory_mib += topology->node[i].memory_mib;
	}
	for (unsigned i = 0; i < topology->nodes; i++) {
		for (unsigned j = i + 1; j < topology->nodes; j++) {
			add(arguments, "-numa");
			add(arguments, "dist,src=%u,dst=%u,val=%u", i, j, topology->distance[i][j]);
		}
	}
	add(arguments, "-smp");
	add(arguments, "%u,sockets=%u", cpus, sockets);
	add(arguments, "-m");
	add(arguments, "%uM", memory_mib);
}

/* The port for results: the machine's second one, or a device of its own. */
static void add_stream(struct arguments *arguments, const struct lab_boot *boot)
{
	if (!*boot->arch->stream) {
		add(arguments, "-serial");
		add(arguments, "file:%s", boot->stream_path);
		return;
	}
	add(arguments, "-chardev");
	/* A comma of the path is doubled, or it would end the option. */
	char path[2 * PATH_MAX], *to = path;
	for (const char *from = boot->stream_path; *from; from++) {
		*to++ = *from;
		if (*from == ',')
			*to++ = ',';
	}
	*to = '\0';
	add(arguments, "file,id=stream,path=%s", path);
	add_all(arguments, boot->arch->stream);
}

char **lab_qemu_arguments(const struct lab_boot *boot, const struct lab_topology *topology)
{
	struct arguments arguments = {.word = calloc(ARGUMENTS_MAX, sizeof(char *))};

	if (!arguments.word)
		return NULL;
	add(&arguments, "%s", boot->arch->qemu);
	add_machine(&arguments, boot->arch, boot->cpu);
	add_topology(&arguments, topology);
	add(&arguments, "-kernel");
	add(&arguments, "%s", boot->image_path);
	add(&arguments, "-initrd");
	add(&arguments, "%s", boot->initramfs_path);
	add(&arguments, "-append");
	add(&arguments, "%s", boot->arch->command_line);
	add(&arguments, "-serial");
	add(&arguments, "file:%s", boot->console_path);
	add_stream(&arguments, boot);
	if (*boot->plugin) {
		add(&arguments, "-plugin");
		add(&arguments, "%s", boot->plugin);
	}
	if (arguments.failed) {
		lab_qemu_free(arguments.word);
		return NULL;
	}
	return arguments.word;
}

void lab_qemu_free(char **arguments)
{
	for (size_t i = 0; arguments && arguments[i]; i++)
		free(arguments[i]);
	free(arguments);
}
