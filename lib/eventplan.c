/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/eventplan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/eventname.h"
#include "lib/formula.h"
#include "lib/pmu.h"

/* The first of the set's PMUs that is in this machine, else one that libpfm4 has at least a table of. */
static const char *choose_pmu(const struct event_set *set, enum pmu_state *state)
{
	const char *known = NULL;
	*state = PMU_PRESENT;
	for (size_t i = 0; i < set->pmu_count; i++) {
		enum pmu_state here = eventname_pmu(set->pmus[i]);
		if (here == PMU_PRESENT)
			return set->pmus[i];
		if (here == PMU_ABSENT && !known)
			known = set->pmus[i];
	}
	if (set->pmu_count > 0)
		*state = known ? PMU_ABSENT : PMU_UNKNOWN;
	return known;
}

static int not_this_processor(const struct event_set *set, enum pmu_state state, struct reason *why)
{
	char here[128], wanted[EVENT_PMUS_MAX * 40] = "";
	for (size_t i = 0; i < set->pmu_count; i++)
		snprintf(wanted + strlen(wanted), sizeof(wanted) - strlen(wanted), "%s%s", i ? ", " : "",
		         set->pmus[i]);
	eventname_pmus_here(here, sizeof(here));
	return because(why, ENODEV,
	               "the set is for processors that libpfm4 calls %s%s; this one it %s%s; `--events any` "
	               "is for every one",
	               wanted, state == PMU_UNKNOWN ? ", which this build of it doesn't have" : "",
	               *here ? "calls " : "doesn't know", here);
}

/* Names the event in full, and asks libpfm4 and the kernel for it alone. -EINVAL is a mistake in the set;
 * what else fails is missing here. */
static int look_up(struct planned_event *planned, const struct event_set *set, size_t index,
                   struct reason *why)
{
	const struct event *event = &set->events[index];
	struct counters alone = {.count = 0};
	enum pmu_state state;
	const char *pmu = choose_pmu(set, &state);
	bool of_pmu = !strstr(event->code, "::");
	planned->group = -1;
	if (of_pmu && state == PMU_UNKNOWN) {
		snprintf(planned->code, sizeof(planned->code), "%s", event->code);
		return not_this_processor(set, state, &planned->why);
	}
	eventset_code(event, pmu, planned->code, sizeof(planned->code));
	int err = eventname_encode(planned->code, &planned->attr, &planned->why);
	if (err == -EINVAL)
		return because(why, EINVAL, "event set %s: %s: %.380s", set->name, event->name,
		               planned->why.text);
	if (!err && of_pmu && state != PMU_PRESENT)
		err = not_this_processor(set, state, &planned->why);
	if (!err)
		err = pmu_lacks(&planned->attr, &planned->why);
	if (!err)
		err = counters_add(&alone, &planned->attr, &planned->why);
	counters_close(&alone);
	return err ? -ENODEV : 0;
}

/* Some work for the counters, long enough for the kernel to switch them. */
static void spin(void)
{
	for (volatile int i = 0; i < 100000; i++)
		;
}

/* Whether the whole group is counted all the time; for a counter alone, any of it: what ran shows in the
 * result. */
static bool runs(struct counters *group, struct reason *why)
{
	struct counters_seen seen;
	counters_start(group);
	spin();
	counters_stop(group);
	if (counters_read(group, &seen, why) != 0)
		return false;
	if (seen.running_ns > 0 && (seen.running_ns == seen.enabled_ns || group->count == 1))
		return true;
	because(why, EBUSY,
	        "no counter was free for it: something else uses them, such as the NMI watchdog "
	        "(kernel.nmi_watchdog) or another perf");
	return false;
}

static bool try_in(struct planned_event *planned, struct counters *group, struct reason *why)
{
	if (counters_add(group, &planned->attr, why) != 0)
		return false;
	if (runs(group, why))
		return true;
	counters_drop_last(group);
	return false;
}

/* Fills groups with the processor's events, or with the kernel's, in the order of the set. */
static void make_groups(struct event_plan *plan, const bool *usable, bool hardware)
{
	struct counters group = {.count = 0};
	for (size_t i = 0; i < plan->set->event_count; i++) {
		struct planned_event *planned = &plan->events[i];
		if (!usable[i] || counters_of_hardware(&planned->attr) != hardware)
			continue;
		bool fits = try_in(planned, &group, &planned->why);
		if (!fits && group.count > 0) {
			counters_close(&group);
			plan->group_count++;
			fits = try_in(planned, &group, &planned->why);
		}
		planned->group = fits ? plan->group_count : -1;
	}
	plan->group_count += group.count > 0;
	counters_close(&group);
}

int eventplan_make(struct event_plan *plan, const struct event_set *set, struct reason *why)
{
	bool usable[EVENTS_MAX];
	memset(plan, 0, sizeof(*plan));
	plan->set = set;
	for (size_t i = 0; i < set->event_count; i++) {
		int err = look_up(&plan->events[i], set, i, why);
		if (err == -EINVAL)
			return err;
		usable[i] = err == 0;
	}
	make_groups(plan, usable, true);
	make_groups(plan, usable, false);
	return 0;
}

int eventplan_open(const struct event_plan *plan, int group, struct counters *counters, struct reason *why)
{
	counters->count = 0;
	for (size_t i = 0; i < plan->set->event_count; i++) {
		struct reason add_why;
		if (plan->events[i].group != group)
			continue;
		int err = counters_add(counters, &plan->events[i].attr, &add_why);
		if (err) {
			counters_close(counters);
			return because(why, -err, "cannot count %s any more: %.380s",
			               plan->set->events[i].name, add_why.text);
		}
	}
	return 0;
}

/* `units`, `touches` and `faults` are each case's. */
static int is_counted(const void *data, const char *name, double *value, struct reason *why)
{
	const struct event_plan *plan = data;
	bool again;
	int index = eventset_index(plan->set, name, &again);
	*value = 1;
	return index < 0 || plan->events[index].group >= 0
	           ? 0
	           : because(why, ENODATA, "%s is not counted", plan->set->events[index].name);
}

int eventplan_metric(const struct event_plan *plan, const struct event_metric *metric, struct reason *why)
{
	double value;
	int err = formula_value(metric->formula, is_counted, plan, &value, why);
	return err == -ENODATA ? err : 0;
}

static json_t *metrics_json(const struct event_plan *plan)
{
	json_t *metrics = json_object();
	for (size_t i = 0; i < plan->set->metric_count; i++) {
		const struct event_metric *metric = &plan->set->metrics[i];
		struct reason why;
		json_t *object = json_pack("{s:s, s:s}", "formula", metric->formula, "unit", metric->unit);
		if (metric->about)
			json_object_set_new(object, "about", json_string(metric->about));
		if (eventplan_metric(plan, metric, &why) != 0)
			json_object_set_new(object, "missing", json_string(why.text));
		json_object_set_new(metrics, metric->name, object);
	}
	return metrics;
}

json_t *eventplan_json(const struct event_plan *plan)
{
	json_t *counted = json_object(), *missing = json_array();
	for (size_t i = 0; i < plan->set->event_count; i++) {
		const struct planned_event *planned = &plan->events[i];
		const char *name = plan->set->events[i].name;
		if (planned->group >= 0)
			json_object_set_new(
			    counted, name,
			    json_pack("{s:s, s:i}", "event", planned->code, "pass", planned->group + 1));
		else
			json_array_append_new(missing, json_pack("{s:s, s:s, s:s}", "name", name, "event",
			                                         planned->code, "reason", planned->why.text));
	}
	return json_pack("{s:s, s:o, s:o, s:o}", "set", plan->set->name, "counted", counted, "missing",
	                 missing, "metrics", metrics_json(plan));
}
