/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/memory/placement.h"

#include <errno.h>
#include <numa.h>
#include <numaif.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "lib/base/page_size.h"

/* Linux 5.12; libnuma's header of that age lacks it. */
#ifndef MPOL_F_NUMA_BALANCING
#define MPOL_F_NUMA_BALANCING (1 << 13)
#endif

int placement_bind(int node, struct error *error)
{
	struct bitmask *nodes = numa_allocate_nodemask();
	numa_bitmask_setbit(nodes, (unsigned int)node);
	long failed = set_mempolicy(MPOL_BIND, nodes->maskp, nodes->size + 1);
	int err = errno;
	numa_free_nodemask(nodes);
	return failed ? error_set_errno(error, err, "cannot have memory come from node %d", node) : 0;
}

int placement_default(struct error *error)
{
	if (set_mempolicy(MPOL_DEFAULT, NULL, 0) != 0)
		return error_set_errno(error, errno, "cannot go back to the default memory policy");
	return 0;
}

int placement_policy(void *start, size_t bytes, enum placement_policy policy, struct error *error)
{
	struct bitmask *nodes = numa_get_mems_allowed();
	long failed = 0;
	if (policy == POLICY_DEFAULT)
		failed = mbind(start, bytes, MPOL_DEFAULT, NULL, 0, 0);
	else
		failed = mbind(start, bytes,
		               MPOL_BIND | (policy == POLICY_ALL_BALANCED ? MPOL_F_NUMA_BALANCING : 0),
		               nodes->maskp, nodes->size + 1, 0);
	int err = errno;
	numa_free_nodemask(nodes);
	if (failed)
		return error_set_errno(error, err, "cannot give a range the policy MPOL_%s%s",
		                       policy == POLICY_DEFAULT ? "DEFAULT" : "BIND",
		                       policy == POLICY_ALL_BALANCED ? " | MPOL_F_NUMA_BALANCING (Linux 5.12)"
		                                                     : "");
	return 0;
}

/* move_pages() on each page of a range; `node` -1 only asks. `status` gets a node or -errno a page. */
static int call_move_pages(char *start, size_t pages, size_t stride_bytes, int node, int *status)
{
	void **addresses = calloc(pages, sizeof(*addresses));
	int *nodes = calloc(pages, sizeof(*nodes));
	int err = ENOMEM;
	if (addresses && nodes) {
		for (size_t i = 0; i < pages; i++) {
			addresses[i] = start + i * stride_bytes;
			nodes[i] = node;
		}
		err = move_pages(0, pages, addresses, node < 0 ? NULL : nodes, status,
		                 node < 0 ? MPOL_MF_MOVE : MPOL_MF_MOVE_ALL) < 0
		          ? errno
		          : 0;
	}
	free(addresses);
	free(nodes);
	return -err;
}

int placement_count(void *start, size_t bytes, size_t stride_bytes, int node, struct placement_census *census,
                    struct error *error)
{
	size_t pages = bytes / stride_bytes;
	int *status = calloc(pages, sizeof(*status));
	int err = status ? call_move_pages(start, pages, stride_bytes, -1, status) : -ENOMEM;
	*census = (struct placement_census){0};
	for (size_t i = 0; !err && i < pages; i++) {
		census->on_node += status[i] == node;
		census->elsewhere += status[i] >= 0 && status[i] != node;
		census->absent += status[i] < 0;
	}
	free(status);
	return err ? error_set_errno(error, -err, "move_pages() cannot tell where %zu pages are", pages) : 0;
}

int placement_move_pages(void *start, size_t bytes, size_t stride_bytes, int from, int to,
                         struct error *error)
{
	size_t pages = bytes / stride_bytes;
	int *status = calloc(pages, sizeof(*status));
	int err = status ? call_move_pages(start, pages, stride_bytes, to, status) : -ENOMEM;
	(void)from;
	free(status);
	return err ? error_set_errno(error, -err, "move_pages() cannot move %zu pages to node %d", pages, to)
	           : 0;
}

int placement_migrate_pages(void *start, size_t bytes, size_t stride_bytes, int from, int to,
                            struct error *error)
{
	struct bitmask *sources = numa_allocate_nodemask(), *targets = numa_allocate_nodemask();
	(void)start, (void)bytes, (void)stride_bytes;
	numa_bitmask_setbit(sources, (unsigned int)from);
	numa_bitmask_setbit(targets, (unsigned int)to);
	int failed = numa_migrate_pages(0, sources, targets);
	int err = errno;
	numa_free_nodemask(sources);
	numa_free_nodemask(targets);
	return failed < 0
	           ? error_set_errno(error, err, "migrate_pages() cannot move from node %d to %d", from, to)
	           : 0;
}

int placement_mbind(void *start, size_t bytes, size_t stride_bytes, int from, int to, struct error *error)
{
	struct bitmask *target = numa_allocate_nodemask();
	(void)stride_bytes, (void)from;
	numa_bitmask_setbit(target, (unsigned int)to);
	long failed = mbind(start, bytes, MPOL_BIND, target->maskp, target->size + 1, MPOL_MF_MOVE_ALL);
	int err = errno;
	numa_free_nodemask(target);
	return failed ? error_set_errno(error, err, "mbind(MPOL_MF_MOVE) cannot move a range to node %d", to)
	              : placement_policy(start, bytes, POLICY_DEFAULT, error);
}

int placement_drain_lru(struct error *error)
{
	char *page = mmap(NULL, BASE_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return error_set_errno(error, errno, "no memory for a page");
	*(volatile char *)page = 1;
	/* MPOL_MF_MOVE drains the batches of all processors before it isolates pages (mm/mempolicy.c, do_mbind()). */
	struct bitmask *nodes = numa_get_mems_allowed();
	long failed = mbind(page, BASE_PAGE_BYTES, MPOL_BIND, nodes->maskp, nodes->size + 1, MPOL_MF_MOVE);
	int err = errno;
	numa_free_nodemask(nodes);
	munmap(page, BASE_PAGE_BYTES);
	return failed ? error_set_errno(error, err, "mbind(MPOL_MF_MOVE) of a page failed") : 0;
}
