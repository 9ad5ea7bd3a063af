/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/case_events.h"

#include <errno.h>
#include <string.h>

#include "lib/analysis/metrics.h"
#include "lib/meter/formula.h"

static void report_events(struct arena *arena, struct event_report *report, const struct event_groups *groups,
                          bool counted)
{
	for (size_t i = 0; i < groups->set->event_count; i++) {
		const struct grouped_event *event = &groups->events[i];
		if ((event->group >= 0) != counted)
			continue;
		report->events[report->event_count++] = (struct reported_event){
		    .name = arena_copy(arena, groups->set->events[i].name),
		    .event = arena_copy(arena, event->code),
		    .pass = event->group + 1,
		    .reason = counted ? NULL : arena_copy(arena, event->error.text),
		};
	}
}

static void report_metric(struct arena *arena, struct reported_metric *reported,
                          const struct event_groups *groups, const struct event_metric *metric)
{
	struct error error;
	bool missing = event_groups_metric(groups, metric, &error) != 0;
	*reported = (struct reported_metric){
	    .name = arena_copy(arena, metric->name),
	    .formula = arena_copy(arena, metric->formula),
	    .unit = arena_copy(arena, metric->unit),
	    .about = arena_copy(arena, metric->about),
	    .missing = missing ? arena_copy(arena, error.text) : NULL,
	};
}

const struct event_report *case_events_report(struct arena *arena, const struct event_groups *groups)
{
	const struct event_set *set = groups->set;
	struct event_report *report = arena_alloc(arena, sizeof(*report));
	report->set = arena_copy(arena, set->name);
	/* One more: faults that can't be told apart are missing too. */
	report->events = arena_alloc(arena, (set->event_count + 1) * sizeof(*report->events));
	report_events(arena, report, groups, true);
	report_events(arena, report, groups, false);
	report->metric_count = set->metric_count;
	report->metrics = arena_alloc(arena, set->metric_count * sizeof(*report->metrics));
	for (size_t i = 0; i < set->metric_count; i++)
		report_metric(arena, &report->metrics[i], groups, &set->metrics[i]);
	struct error error;
	if (faults_available(&error) != 0)
		report->events[report->event_count++] = (struct reported_event){
		    .name = "faults",
		    .event = "exceptions:page_fault_user",
		    .reason = arena_copy(arena, error.text),
		};
	return report;
}

/* A case's measurements, as formulas ask for them. */
struct measured {
	const struct event_groups *groups;
	struct measurement *const *passes;
	const struct measurement *counted;
};

/* Where in its group the event stands. */
static size_t index_in_group(const struct event_groups *groups, size_t index)
{
	size_t before = 0;
	for (size_t i = 0; i < index; i++)
		before += groups->events[i].group == groups->events[index].group;
	return before;
}

static struct event_count event_of(const struct measured *measured, size_t index)
{
	const struct measurement *m = measured->passes[measured->groups->events[index].group];
	size_t at = index_in_group(measured->groups, index);
	return (struct event_count){
	    .count = m->seen.counts[at],
	    .per_unit = (double)m->seen.counts[at] / (double)m->units,
	    .baseline = m->baseline.counts[at],
	    .enabled_ns = m->seen.enabled_ns,
	    .running_ns = m->seen.running_ns,
	};
}

/*
 * All page faults on the case's memory, by the tracepoint; events that were counted in other passes stand
 * beside them, since every pass does the same. False where this kernel doesn't let them be counted.
 */
static bool faults_of(const struct measurement *counted, double *faults)
{
	bool any = false;
	*faults = 0;
	for (size_t i = 0; i < counted->count_count; i++) {
		const struct metric *metric = metric_find(counted->counts[i].name);
		if (!metric || metric->kind != METRIC_FAULT)
			continue;
		*faults += (double)counted->counts[i].count;
		any = true;
	}
	return any;
}

static int look_up(const void *data, const char *name, double *value, struct error *error)
{
	const struct measured *measured = data;
	bool baseline;
	if (strcmp(name, "units") == 0) {
		*value = (double)measured->counted->units;
	} else if (strcmp(name, "touches") == 0) {
		*value = (double)measured->counted->touches;
	} else if (strcmp(name, "faults") == 0) {
		if (!faults_of(measured->counted, value))
			return error_set(error, ENODATA, "faults are not counted here");
	} else {
		int index = event_set_index(measured->groups->set, name, &baseline);
		if (index < 0 || measured->groups->events[index].group < 0)
			return error_set(error, ENODATA, "%s is not counted here", name);
		struct event_count event = event_of(measured, (size_t)index);
		*value = (double)(baseline ? event.baseline : event.count);
	}
	return 0;
}

static void add_derived(struct arena *arena, struct record *record, const struct measured *measured)
{
	const struct event_set *set = measured->groups->set;
	record->derived = arena_alloc(arena, set->metric_count * sizeof(*record->derived));
	for (size_t i = 0; i < set->metric_count; i++) {
		const struct event_metric *metric = &set->metrics[i];
		double value;
		if (formula_value(metric->formula, look_up, measured, &value, NULL) == 0)
			record->derived[record->derived_count++] = (struct derived){
			    .name = arena_copy(arena, metric->name),
			    .value = value,
			    .unit = arena_copy(arena, metric->unit),
			};
	}
}

void case_events_add(struct arena *arena, struct record *record, const struct event_groups *groups,
                     struct measurement *const *passes, const struct measurement *counted)
{
	const struct measured measured = {groups, passes, counted};
	const struct event_set *set = groups->set;
	record->events = arena_alloc(arena, set->event_count * sizeof(*record->events));
	for (size_t i = 0; i < set->event_count; i++) {
		if (groups->events[i].group < 0)
			continue;
		record->events[record->event_count] = event_of(&measured, i);
		record->events[record->event_count++].name = arena_copy(arena, set->events[i].name);
	}
	add_derived(arena, record, &measured);
}
