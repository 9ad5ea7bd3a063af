/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The threads that access a case's memory. Each has a processor, a slice of the memory, and meters of its own, since
 * perf_event counters are a thread's.
 */
#ifndef HINTBENCH_BENCH_TOUCHER_H
#define HINTBENCH_BENCH_TOUCHER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/topology.h"
#include "lib/meter/counters.h"
#include "lib/meter/faults.h"
#include "lib/meter/restored.h"

#define TOUCHERS_MAX 64

struct pass;
struct team;

struct toucher {
	struct team *team;
	int cpu; /* by the kernel's number */
	/* Its slice: accesses, and the ticks that each took. */
	char *start;
	size_t touches;
	uint64_t *touch_ticks, *write_ticks;
	bool counts_faults; /* `faults` is open */
	struct faults faults;
	uint64_t fault_counts[FAULT_KINDS];
	struct counters counters;      /* of an event set; an empty group where the pass counts none */
	struct counters_seen last;     /* read last */
	struct counters_seen baseline; /* the least that was added over the same accesses again */
	unsigned int baselines;        /* of how many times */
	struct restored restored;
	uint64_t restored_entries, restored_writable;
	int err; /* of its last work */
	struct error error;
};

/* What a toucher does in its thread. Returns 0, or -errno with `error`. */
typedef int toucher_work(struct toucher *toucher, struct error *error);

/* The touchers of a pass. The first is the thread that starts the others, so that a team of one is no thread more. */
struct team {
	struct pass *pass;
	const struct topology *topology;
	struct toucher *touchers;
	int count;
	pthread_barrier_t start, end;
	toucher_work *work;
};

/*
 * Pins the calling thread to the first of `cpus`, and starts a thread on each of the others. They live until the
 * process ends. Returns 0, or -errno with `error`.
 */
int team_start(struct team *team, struct pass *pass, const struct topology *topology, const int *cpus,
               int count, struct error *error);

/* Gives each its slice of the pass's region: whole units, as many for each as for the others, or one more. */
void team_divide(struct team *team);

/*
 * Has all do the work, at the same time, and waits for them. Returns 0, or the first -errno with its `error` in the
 * order of the slices.
 */
int team_do(struct team *team, toucher_work *work, struct error *error);

#endif
