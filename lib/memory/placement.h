/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Putting memory on a node, and asking the kernel where it is (libnuma). Nodes are the kernel's numbers. */
#ifndef HINTBENCH_MEMORY_PLACEMENT_H
#define HINTBENCH_MEMORY_PLACEMENT_H

#include <stddef.h>

#include "lib/base/error.h"

/*
 * Has everything that the calling thread faults in from now on come from `node`, page cache too;
 * placement_default() ends that. A policy of the thread, not of the range: a range with a policy of its own
 * isn't armed the usual way.
 */
int placement_bind(int node, struct error *error);
int placement_default(struct error *error);

/* The policies of a range that matter to NUMA balancing. */
enum placement_policy {
	POLICY_DEFAULT,      /* none of its own: the thread's */
	POLICY_ALL_NODES,    /* MPOL_BIND to every node: a hinting fault never migrates */
	POLICY_ALL_BALANCED, /* the same with MPOL_F_NUMA_BALANCING (Linux 5.12): arms shmem, lets it migrate */
};

/* Gives [start, start + bytes) a policy. Returns 0, or -errno with `error`. */
int placement_policy(void *start, size_t bytes, enum placement_policy policy, struct error *error);

/*
 * Moves the pages of a range, a page every `stride_bytes`, from node `from` to node `to`, by move_pages(), by
 * migrate_pages() (which moves the whole process) or by mbind(), whose policy is gone afterwards. Shared
 * pages move too. Returns 0, or -errno with `error`. That a page stayed isn't an error.
 */
int placement_move_pages(void *start, size_t bytes, size_t stride_bytes, int from, int to,
                         struct error *error);
int placement_migrate_pages(void *start, size_t bytes, size_t stride_bytes, int from, int to,
                            struct error *error);
int placement_mbind(void *start, size_t bytes, size_t stride_bytes, int from, int to, struct error *error);

struct placement_census {
	size_t on_node;
	size_t elsewhere;
	size_t absent; /* not populated, or swapped out */
};

/* Asks the kernel where the pages at start, start + stride, … are. Returns 0, or -errno with `error`. */
int placement_count(void *start, size_t bytes, size_t stride_bytes, int node, struct placement_census *census,
                    struct error *error);

/* Has the kernel put pages that wait in per-processor batches onto its LRU lists: others can't be migrated. */
int placement_drain_lru(struct error *error);

#endif
