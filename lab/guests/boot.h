/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots guests in QEMU, several side by side, each with a time limit. What became of them is for guest.h to tell.
 */
#ifndef HINTBENCH_LAB_GUESTS_BOOT_H
#define HINTBENCH_LAB_GUESTS_BOOT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "lab/guests/arch.h"
#include "lib/base/error.h"

#define LAB_NODES_MAX 8

/* The guest's NUMA nodes. Processors are numbered node by node. */
struct lab_topology {
	unsigned nodes;
	struct {
		unsigned cpus;
		unsigned memory_mib;
	} node[LAB_NODES_MAX];
	unsigned distance[LAB_NODES_MAX]
	                 [LAB_NODES_MAX]; /* between different nodes, as in the SLIT; 10 is local */
};

/* Two nodes of one processor and 1 GB, distance 20: where every exact figure comes from. */
extern const struct lab_topology lab_two_nodes;

/* One boot: the files that it reads and writes, and how QEMU ended. */
struct lab_boot {
	const struct lab_arch *arch;
	const char *cpu;    /* as QEMU names it; NULL: the architecture's usual one */
	unsigned long seed; /* what is perturbed, bench/perturb.h and more; 0: nothing */
	bool again;         /* a boot of this seed once more, to compare */
	char image_path[PATH_MAX];
	char initramfs_path[PATH_MAX];
	char console_path[PATH_MAX]; /* first serial port: the console */
	char stream_path[PATH_MAX];  /* second serial port: results */
	char result_path[PATH_MAX];  /* where what came over it goes, when it is known what it is */
	char error_path[PATH_MAX];   /* QEMU's own messages */
	char plugin[3 * PATH_MAX];   /* QEMU's -plugin with its arguments; empty: none */

	struct error start_error; /* why it could not be started; empty where it was */
	bool timed_out;
	bool interrupted; /* SIGINT, SIGTERM or SIGHUP came to us */
	int qemu_status;  /* as from waitpid(); says nothing about the guest */
	double host_seconds;
};

enum lab_moment { LAB_BEFORE_BOOT, LAB_AFTER_BOOT };

/*
 * Called for boot number `index` right before it starts, and right after it ended or could not be started. Before:
 * returns 0 when its files are ready, else the boot is left out.
 */
typedef int lab_observer(size_t index, enum lab_moment moment, void *context);

/*
 * Boots them all, at most `parallel` at a time (0: as many as there are processors), each for at most
 * `limit_seconds` of the host's time. An exact guest keeps one processor busy. One that can't be started leaves the
 * others alone. Guests are killed when this process dies. Returns 0 when every guest ended or was ended, -EINTR
 * when a signal asked to stop, or -ENOMEM, with `error`.
 */
int lab_boot_all(struct lab_boot *boots, size_t count, const struct lab_topology *topology,
                 unsigned limit_seconds, unsigned parallel, lab_observer *observe, void *context,
                 struct error *error);

/* In a new process that becomes another program: nothing stays blocked of what lab_boot_all() blocks. */
void lab_unblock_signals(void);

/* Returns 0, or -ENOENT with `error` where QEMU for such guests is not installed. */
int lab_boot_check(const struct lab_arch *arch, struct error *error);

#endif
