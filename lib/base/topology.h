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
	int cpu_of_node[TOPOLOGY_NODES_MAX]; /* a processor of the node, by the kernel's number; -1 where it
	                                        has none */
	int distance[TOPOLOGY_NODES_MAX][TOPOLOGY_NODES_MAX];
};

/* Reads the machine's topology; topology_put() frees what it holds. Returns 0, or -errno with `error`. */
int topology_get(struct topology *topology, struct error *error);
void topology_put(struct topology *topology);

/*
 * The index of the `nth` node (from 0) that has memory and a processor, or -ENODEV with `error` where there are
 * fewer.
 */
int topology_node(const struct topology *topology, int nth, struct error *error);

/* Pins the calling thread to a processor of the node at `index`. Returns 0, or -errno with `error`. */
int topology_pin(const struct topology *topology, int index, struct error *error);

#endif
