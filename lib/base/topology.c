/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/topology.h"

#include <errno.h>
#include <hwloc.h>
#include <numa.h>
#include <string.h>

/* hwloc lends a node without processors those of its neighbourhood, so libnuma is asked whose each is. */
static hwloc_bitmap_t own_cpus(hwloc_const_cpuset_t cpus, int node_os)
{
	hwloc_bitmap_t own = hwloc_bitmap_alloc();
	for (int cpu = hwloc_bitmap_first(cpus); cpu != -1; cpu = hwloc_bitmap_next(cpus, cpu))
		if (numa_node_of_cpu(cpu) == node_os)
			hwloc_bitmap_set(own, (unsigned int)cpu);
	return own;
}

static void read_nodes(struct topology *topology)
{
	hwloc_obj_t node = NULL;
	while ((node = hwloc_get_next_obj_by_type(topology->hwloc, HWLOC_OBJ_NUMANODE, node))) {
		int i = topology->node_count;
		if (i == TOPOLOGY_NODES_MAX)
			return;
		topology->node_os[i] = (int)node->os_index;
		topology->memory_bytes[i] = node->attr->numanode.local_memory;
		topology->cpus[i] = own_cpus(node->cpuset, (int)node->os_index);
		topology->node_count++;
	}
}

int topology_get(struct topology *topology, struct error *error)
{
	memset(topology, 0, sizeof(*topology));
	if (hwloc_topology_init(&topology->hwloc) != 0)
		return error_set(error, ENOMEM, "hwloc has no memory for the topology");
	/* The caches and the devices are of no use here and cost time to find. */
	hwloc_topology_set_all_types_filter(topology->hwloc, HWLOC_TYPE_FILTER_KEEP_NONE);
	if (hwloc_topology_load(topology->hwloc) != 0) {
		topology_put(topology);
		return error_set(error, EIO,
		                 "hwloc cannot read the machine's topology from /sys/devices/system");
	}
	topology->cpu_count = hwloc_bitmap_weight(hwloc_topology_get_allowed_cpuset(topology->hwloc));
	read_nodes(topology);
	for (int from = 0; from < topology->node_count; from++)
		for (int to = 0; to < topology->node_count; to++)
			topology->distance[from][to] =
			    numa_distance(topology->node_os[from], topology->node_os[to]);
	return 0;
}

void topology_put(struct topology *topology)
{
	for (int i = 0; i < topology->node_count; i++)
		hwloc_bitmap_free(topology->cpus[i]);
	hwloc_topology_destroy(topology->hwloc);
	topology->hwloc = NULL;
}

int topology_node(const struct topology *topology, int nth, struct error *error)
{
	int found = 0;
	for (int i = 0; i < topology->node_count; i++)
		if (topology->memory_bytes[i] > 0 && !hwloc_bitmap_iszero(topology->cpus[i]) &&
		    found++ == nth)
			return i;
	return error_set(error, ENODEV, "needs %d NUMA nodes with memory and processors; this machine has %d",
	                 nth + 1, found);
}

int topology_cpus(const struct topology *topology, int index, int count, int *cpus, struct error *error)
{
	hwloc_const_bitmap_t own = topology->cpus[index];
	int skipped = hwloc_bitmap_weight(own) - count, cpu = -1;
	if (skipped < 0)
		return error_set(error, ENODEV, "needs %d processors on node %d, which has %d", count,
		                 topology->node_os[index], hwloc_bitmap_weight(own));
	for (int i = -skipped; i < count; i++) {
		cpu = hwloc_bitmap_next(own, cpu);
		if (i >= 0)
			cpus[i] = cpu;
	}
	return 0;
}

int topology_pin(const struct topology *topology, int cpu, struct error *error)
{
	hwloc_bitmap_t only = hwloc_bitmap_alloc();
	hwloc_bitmap_only(only, (unsigned int)cpu);
	int failed = hwloc_set_cpubind(topology->hwloc, only, HWLOC_CPUBIND_THREAD | HWLOC_CPUBIND_STRICT);
	int err = errno;
	hwloc_bitmap_free(only);
	return failed ? error_set_errno(error, err, "cannot pin a thread to processor %d", cpu) : 0;
}
