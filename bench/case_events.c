/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/case_events.h"

#include <errno.h>
#include <string.h>

#include "lib/meter/formula.h"

/* A case's figures, as formulas ask for them. */
struct figures {
	const struct event_groups *plan;
	struct measurement *const *passes;
	const struct measurement *counted;
};

/* Where in its group the event stands. */
static size_t place_in_group(const struct event_groups *plan, size_t index)
{
	size_t place = 0;
	for (size_t i = 0; i < index; i++)
		place += plan->events[i].group == plan->events[index].group;
	return place;
}

static json_t *event_json(const struct figures *figures, size_t index)
{
	const struct measurement *m = figures->passes[figures->plan->events[index].group];
	size_t place = place_in_group(figures->plan, index);
	uint64_t count = m->seen.counts[place];
	return json_pack("{s:I, s:f, s:I, s:I, s:I}", "count", (json_int_t)count, "per_unit",
	                 (double)count / (double)m->units, "again", (json_int_t)m->again.counts[place],
	                 "enabled_ns", (json_int_t)m->seen.enabled_ns, "running_ns",
	                 (json_int_t)m->seen.running_ns);
}

/*
 * All page faults on the case's memory, by the tracepoint; events that were counted in other passes stand
 * beside them, since every pass does the same. False where this kernel doesn't let them be counted.
 */
static bool faults_of(const struct measurement *counted, double *faults)
{
	static const char *const kinds[] = {"hint_faults", "write_faults", "other_faults", "swapin_faults"};
	bool any = false;
	*faults = 0;
	for (size_t i = 0; i < counted->metric_count; i++)
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
			if (strcmp(counted->metrics[i].name, kinds[k]) == 0) {
				*faults += (double)counted->metrics[i].count;
				any = true;
			}
	return any;
}

static int look_up(const void *data, const char *name, double *value, struct error *error)
{
	const struct figures *figures = data;
	bool again;
	if (strcmp(name, "units") == 0) {
		*value = (double)figures->counted->units;
	} else if (strcmp(name, "touches") == 0) {
		*value = (double)figures->counted->touches;
	} else if (strcmp(name, "faults") == 0) {
		if (!faults_of(figures->counted, value))
			return error_set(error, ENODATA, "faults are not counted here");
	} else {
		int index = event_set_index(figures->plan->set, name, &again);
		if (index < 0 || figures->plan->events[index].group < 0)
			return error_set(error, ENODATA, "%s is not counted here", name);
		const struct measurement *m = figures->passes[figures->plan->events[index].group];
		size_t place = place_in_group(figures->plan, (size_t)index);
		*value = (double)(again ? m->again : m->seen).counts[place];
	}
	return 0;
}

static json_t *derived_json(const struct figures *figures)
{
	const struct event_set *set = figures->plan->set;
	json_t *derived = json_object();
	for (size_t i = 0; i < set->metric_count; i++) {
		const struct event_metric *metric = &set->metrics[i];
		double value;
		if (formula_value(metric->formula, look_up, figures, &value, NULL) == 0)
			json_object_set_new(derived, metric->name,
			                    json_pack("{s:f, s:s}", "value", value, "unit", metric->unit));
	}
	return derived;
}

void record_events(json_t *record, const struct event_groups *plan, struct measurement *const *passes,
                   const struct measurement *counted)
{
	const struct figures figures = {plan, passes, counted};
	json_t *events = json_object();
	for (size_t i = 0; i < plan->set->event_count; i++)
		if (plan->events[i].group >= 0)
			json_object_set_new(events, plan->set->events[i].name, event_json(&figures, i));
	json_object_set_new(record, "events", events);
	json_object_set_new(record, "derived", derived_json(&figures));
}
