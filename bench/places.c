/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/places.h"

/*
 * The touchers stay on the machine's second node where there is one, apart from the program that waits for them; the
 * memory is beside them, or on the first node.
 */
int places_choose(const struct bench_case *c, const struct topology *topology, struct case_nodes *nodes,
                  int *cpus, struct error *error)
{
	const struct outcome *outcome = case_row(c, &axis_outcome);
	bool needs_two = outcome->far || c->family->two_nodes;
	int first = topology_node(topology, 0, error);
	int second = topology_node(topology, 1, needs_two ? error : NULL);
	if (first < 0)
		return first;
	if (second < 0 && needs_two)
		return second;
	int touchers = second < 0 ? first : second;
	nodes->toucher = topology->node_os[touchers];
	nodes->memory = outcome->far ? topology->node_os[first] : nodes->toucher;
	nodes->target = second < 0 ? -1 : topology->node_os[outcome->far ? second : first];
	return topology_cpus(topology, touchers, case_touchers(c), cpus, error);
}
