/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Putting memory on a node, and asking the kernel where it is (libnuma). Nodes are the kernel's numbers. */
#ifndef HINTBENCH_PLACE_H
#define HINTBENCH_PLACE_H

#include <stddef.h>

#include "lib/reason.h"

/*
 * Has everything that the calling thread faults in from now on come from `node`, page cache too;
 * place_anywhere() ends that. A policy of the thread, not of the range: a range with a policy of its own
 * isn't armed the usual way.
 */
int place_on(int node, struct reason *why);
int place_anywhere(struct reason *why);

/* The policies of a range that matter to NUMA balancing. */
enum place_policy {
	POLICY_DEFAULT,      /* none of its own: the thread's */
	POLICY_ALL_NODES,    /* MPOL_BIND to every node: a hinting fault never migrates */
	POLICY_ALL_BALANCED, /* the same with MPOL_F_NUMA_BALANCING (Linux 5.12): arms shmem, lets it migrate
	                      */
};

/* Gives [start, start + bytes) a policy. Returns 0, or -errno with `why`. */
int place_policy(void *start, size_t bytes, enum place_policy policy, struct reason *why);

/*
 * Moves the pages of a range, a page every `stride_bytes`, from node `from` to node `to`, by move_pages(), by
 * migrate_pages() (which moves the whole process) or by mbind(), whose policy is gone afterwards. Shared
 * pages move too. Returns 0, or -errno with `why`. That a page stayed isn't an error.
 */
int place_move_pages(void *start, size_t bytes, size_t stride_bytes, int from, int to, struct reason *why);
int place_migrate_pages(void *start, size_t bytes, size_t stride_bytes, int from, int to, struct reason *why);
int place_mbind(void *start, size_t bytes, size_t stride_bytes, int from, int to, struct reason *why);

struct place_census {
	size_t on_node;
	size_t elsewhere;
	size_t absent; /* not populated, or swapped out */
};

/* Asks the kernel where the pages at start, start + stride, … are. Returns 0, or -errno with `why`. */
int place_count(void *start, size_t bytes, size_t stride_bytes, int node, struct place_census *census,
                struct reason *why);

/* Has the kernel put pages that wait in per-processor batches onto its LRU lists: others can't be migrated.
 */
int place_drain_lru(struct reason *why);

#endif
