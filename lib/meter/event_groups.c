/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/meter/event_groups.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/meter/event_name.h"
#include "lib/meter/formula.h"
#include "lib/meter/pmu.h"

/* The first of the set's PMUs that is in this machine, else one that libpfm4 has at least a table of. */
static const char *choose_pmu(const struct event_set *set, enum pmu_state *state)
{
	const char *known = NULL;
	*state = PMU_PRESENT;
	for (size_t i = 0; i < set->pmu_count; i++) {
		enum pmu_state here = event_name_pmu(set->pmus[i]);
		if (here == PMU_PRESENT)
			return set->pmus[i];
		if (here == PMU_ABSENT && !known)
			known = set->pmus[i];
	}
	if (set->pmu_count > 0)
		*state = known ? PMU_ABSENT : PMU_UNKNOWN;
	return known;
}

static int not_this_processor(const struct event_set *set, enum pmu_state state, struct error *error)
{
	char here[128], wanted[EVENT_PMUS_MAX * 40] = "";
	for (size_t i = 0; i < set->pmu_count; i++)
		snprintf(wanted + strlen(wanted), sizeof(wanted) - strlen(wanted), "%s%s", i ? ", " : "",
		         set->pmus[i]);
	event_name_pmus_here(here, sizeof(here));
	return error_set(
	    error, ENODEV,
	    "the set is for processors that libpfm4 calls %s%s; this one it %s%s; `--events any` "
	    "is for every one",
	    wanted, state == PMU_UNKNOWN ? ", which this build of it doesn't have" : "",
	    *here ? "calls " : "doesn't know", here);
}

/*
 * Names the event in full, and asks libpfm4 and the kernel for it alone. -EINVAL is a mistake in the set;
 * what else fails is missing here.
 */
static int look_up(struct grouped_event *grouped, const struct event_set *set, size_t index,
                   struct error *error)
{
	const struct event *event = &set->events[index];
	struct counters alone = {.count = 0};
	enum pmu_state state;
	const char *pmu = choose_pmu(set, &state);
	bool of_pmu = !strstr(event->code, "::");
	grouped->group = -1;
	if (of_pmu && state == PMU_UNKNOWN) {
		snprintf(grouped->code, sizeof(grouped->code), "%s", event->code);
		return not_this_processor(set, state, &grouped->error);
	}
	event_set_code(event, pmu, grouped->code, sizeof(grouped->code));
	int err = event_name_encode(grouped->code, &grouped->attr, &grouped->error);
	if (err == -EINVAL)
		return error_set(error, EINVAL, "event set %s: %s: %.380s", set->name, event->name,
		                 grouped->error.text);
	if (!err && of_pmu && state != PMU_PRESENT)
		err = not_this_processor(set, state, &grouped->error);
	if (!err)
		err = pmu_lacks(&grouped->attr, &grouped->error);
	if (!err)
		err = counters_add(&alone, &grouped->attr, &grouped->error);
	counters_close(&alone);
	return err ? -ENODEV : 0;
}

/* Some work for the counters, long enough for the kernel to switch them. */
static void spin(void)
{
	for (volatile int i = 0; i < 100000; i++)
		;
}

/* Whether the whole group is counted all the time; for a counter alone, any of it: what ran shows in the result. */
static bool runs(struct counters *group, struct error *error)
{
	struct counters_seen seen;
	counters_start(group);
	spin();
	counters_stop(group);
	if (counters_read(group, &seen, error) != 0)
		return false;
	if (seen.running_ns > 0 && (seen.running_ns == seen.enabled_ns || group->count == 1))
		return true;
	error_set(error, EBUSY,
	          "no counter was free for it: something else uses them, such as the NMI watchdog "
	          "(kernel.nmi_watchdog) or another perf");
	return false;
}

static bool try_in(struct grouped_event *grouped, struct counters *group, struct error *error)
{
	if (counters_add(group, &grouped->attr, error) != 0)
		return false;
	if (runs(group, error))
		return true;
	counters_drop_last(group);
	return false;
}

/* Fills groups with the processor's events, or with the kernel's, in the order of the set. */
static void make_groups(struct event_groups *groups, const bool *usable, bool hardware)
{
	struct counters group = {.count = 0};
	for (size_t i = 0; i < groups->set->event_count; i++) {
		struct grouped_event *grouped = &groups->events[i];
		if (!usable[i] || counters_of_hardware(&grouped->attr) != hardware)
			continue;
		bool fits = try_in(grouped, &group, &grouped->error);
		if (!fits && group.count > 0) {
			counters_close(&group);
			groups->group_count++;
			fits = try_in(grouped, &group, &grouped->error);
		}
		grouped->group = fits ? groups->group_count : -1;
		/* That it did not fit into the group before is no reason any more. */
		if (fits)
			grouped->error = (struct error){0};
	}
	groups->group_count += group.count > 0;
	counters_close(&group);
}

int event_groups_make(struct event_groups *groups, const struct event_set *set, struct error *error)
{
	bool usable[EVENTS_MAX];
	memset(groups, 0, sizeof(*groups));
	groups->set = set;
	for (size_t i = 0; i < set->event_count; i++) {
		int err = look_up(&groups->events[i], set, i, error);
		if (err == -EINVAL)
			return err;
		usable[i] = err == 0;
	}
	make_groups(groups, usable, true);
	make_groups(groups, usable, false);
	return 0;
}

int event_groups_open(const struct event_groups *groups, int group, struct counters *counters,
                      struct error *error)
{
	counters->count = 0;
	for (size_t i = 0; i < groups->set->event_count; i++) {
		struct error add_error;
		if (groups->events[i].group != group)
			continue;
		int err = counters_add(counters, &groups->events[i].attr, &add_error);
		if (err) {
			counters_close(counters);
			return error_set(error, -err, "cannot count %s any more: %.380s",
			                 groups->set->events[i].name, add_error.text);
		}
	}
	return 0;
}

/* `units`, `touches` and `faults` are each case's. */
static int is_counted(const void *data, const char *name, double *value, struct error *error)
{
	const struct event_groups *groups = data;
	bool baseline;
	int index = event_set_index(groups->set, name, &baseline);
	*value = 1;
	return index < 0 || groups->events[index].group >= 0
	           ? 0
	           : error_set(error, ENODATA, "%s is not counted", groups->set->events[index].name);
}

int event_groups_metric(const struct event_groups *groups, const struct event_metric *metric,
                        struct error *error)
{
	double value;
	int err = formula_value(metric->formula, is_counted, groups, &value, error);
	return err == -ENODATA ? err : 0;
}
