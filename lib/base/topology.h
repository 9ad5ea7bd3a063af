/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NUMA nodes and their processors (hwloc). */
#ifndef HINTBENCH_BASE_TOPOLOGY_H
#define HINTBENCH_BASE_TOPOLOGY_H

#include <stdint.h>

#include "lib/base/error.h"

#define TOPOLOGY_NODES_MAX 64

struct topology {
	struct hwloc_topology *hwloc;
	int node_count;                  /* all nodes, those without processors or memory too */
	int cpu_count;                   /* processors that may be used */
	int node_os[TOPOLOGY_NODES_MAX]; /* the kernel's number of a node */
	uint64_t memory_bytes[TOPOLOGY_NODES_MAX];
	/* Of a node, by the kernel's numbers; may be empty. */
	struct hwloc_bitmap_s *cpus[TOPOLOGY_NODES_MAX];
	int distance[TOPOLOGY_NODES_MAX][TOPOLOGY_NODES_MAX];
};

/* Reads the machine's topology; topology_put() frees what it holds. Returns 0, or -errno with `error`. */
int topology_get(struct topology *topology, struct error *error);
void topology_put(struct topology *topology);

/*
 * The index of the `nth` node (from 0) that has memory and a processor, or -ENODEV with `error` where there are fewer.
 */
int topology_node(const struct topology *topology, int nth, struct error *error);

/*
 * The last `count` processors of the node at `index`, in order and by the kernel's numbers: the first are what most
 * of the machine's own work is done on. Returns 0, or -ENODEV with `error` where the node has fewer.
 */
int topology_cpus(const struct topology *topology, int index, int count, int *cpus, struct error *error);

/* Pins the calling thread to a processor, by the kernel's number. Returns 0, or -errno with `error`. */
int topology_pin(const struct topology *topology, int cpu, struct error *error);

#endif
