/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/context_json.h"

#include <limits.h>

#include "lib/base/text.h"

/* What a machine has at most: MAX_NUMNODES of the kernel on the largest machines, and more processors than any has. */
#define NODES_MAX 1024
#define CPUS_MAX  1000000

static json_t *string_or_null(const char *text)
{
	return text ? clean_string(text) : json_null();
}

static json_t *kernel_json(const struct context_kernel *kernel)
{
	char name[RESULT_NAME_BYTES_MAX + 1];
	json_t *object = json_object();
	put_text(&object, "release", kernel->release);
	put_text(&object, "version", kernel->version);
	put_text(&object, "cmdline", kernel->cmdline);
	put_field(&object, "config_sha256", string_or_null(kernel->config_sha256));
	if (kernel->name) {
		text_copy(name, sizeof(name), kernel->name);
		put_text(&object, "name", name);
	}
	return object;
}

static json_t *integers_json(const int64_t *values, size_t length)
{
	json_t *array = json_array();
	for (size_t i = 0; i < length; i++) {
		if (json_array_append_new(array, json_integer(values[i])) == 0)
			continue;
		json_decref(array);
		return NULL;
	}
	return array;
}

static json_t *distances_json(const struct context_machine *machine)
{
	json_t *rows = json_array();
	size_t nodes = machine->distances ? (size_t)machine->nodes : 0;
	for (size_t from = 0; from < nodes; from++) {
		if (json_array_append_new(rows, integers_json(machine->distances + from * nodes, nodes)) == 0)
			continue;
		json_decref(rows);
		return NULL;
	}
	return rows;
}

static json_t *machine_json(const struct context_machine *machine)
{
	json_t *object = json_object();
	put_text(&object, "cpu", machine->cpu);
	put_field(&object, "cpus", json_integer(machine->cpus));
	put_field(&object, "nodes", json_integer(machine->nodes));
	put_field(&object, "distances", distances_json(machine));
	if (machine->memory_bytes)
		put_field(&object, "memory_bytes",
		          integers_json(machine->memory_bytes, (size_t)machine->nodes));
	put_field(&object, "hypervisor", string_or_null(machine->hypervisor));
	return object;
}

static json_t *settings_json(const struct context *context)
{
	json_t *settings = json_object();
	for (size_t i = 0; i < context->setting_count; i++)
		put_text(&settings, context->settings[i].path, context->settings[i].value);
	return settings;
}

static json_t *counted_json(const struct event_report *events)
{
	json_t *counted = json_object();
	for (size_t i = 0; i < events->event_count; i++) {
		const struct reported_event *event = &events->events[i];
		if (event->pass == 0)
			continue;
		json_t *object = json_object();
		put_text(&object, "event", event->event);
		put_field(&object, "pass", json_integer(event->pass));
		put_field(&counted, event->name, object);
	}
	return counted;
}

static json_t *missing_json(const struct event_report *events)
{
	json_t *missing = json_array();
	for (size_t i = 0; i < events->event_count; i++) {
		const struct reported_event *event = &events->events[i];
		if (event->pass > 0)
			continue;
		json_t *object = json_object();
		put_text(&object, "name", event->name);
		put_text(&object, "event", event->event);
		put_text(&object, "reason", event->reason);
		if (json_array_append_new(missing, object) == 0)
			continue;
		json_decref(missing);
		return NULL;
	}
	return missing;
}

static json_t *metrics_json(const struct event_report *events)
{
	json_t *metrics = json_object();
	for (size_t i = 0; i < events->metric_count; i++) {
		const struct reported_metric *metric = &events->metrics[i];
		json_t *object = json_object();
		put_text(&object, "formula", metric->formula);
		put_text(&object, "unit", metric->unit);
		put_text(&object, "about", metric->about);
		put_text(&object, "missing", metric->missing);
		put_field(&metrics, metric->name, object);
	}
	return metrics;
}

json_t *event_report_json(const struct event_report *events)
{
	json_t *object = json_object();
	put_text(&object, "set", events->set);
	put_field(&object, "counted", counted_json(events));
	put_field(&object, "missing", missing_json(events));
	put_field(&object, "metrics", metrics_json(events));
	return object;
}

/* Only of a boot that was perturbed. */
static json_t *boot_json(const struct context *context)
{
	json_t *boot = json_object();
	put_field(&boot, "seed", json_integer((json_int_t)context->seed));
	return boot;
}

char *context_json_text(const struct context *context, const struct event_report *events)
{
	json_t *object = json_object(), *suite = json_object();
	put_text(&suite, "version", context->suite_version);
	put_text(&suite, "config", context->suite_config);
	put_text(&suite, "program_sha256", context->program_sha256);
	put_field(&object, "kernel", kernel_json(&context->kernel));
	put_field(&object, "machine", machine_json(&context->machine));
	put_text(&object, "clock", clock_unit_name(context->clock));
	put_field(&object, "exact", json_boolean(context->exact));
	put_text(&object, "boot_id", context->boot_id);
	if (context->seed)
		put_field(&object, "boot", boot_json(context));
	put_field(&object, "settings", settings_json(context));
	put_field(&object, "suite", suite);
	if (events)
		put_field(&object, "events", event_report_json(events));
	return text_of_json(object);
}

static void read_kernel(struct context_kernel *kernel, const struct fields *context)
{
	const struct fields fields = fields_in(context, "kernel");
	if (fields_have(&fields, "name"))
		kernel->name = fields_name(&fields, "name");
	kernel->release = fields_text(&fields, "release");
	kernel->version = fields_text(&fields, "version");
	kernel->cmdline = fields_text(&fields, "cmdline");
	kernel->config_sha256 = fields_text_or_null(&fields, "config_sha256");
}

/* A list of `length` integers of at least 0 at `key`, or an item of such a list, into `values`. */
static void read_integers(const struct fields *fields, const char *key, const json_t *array, int64_t *values,
                          size_t length)
{
	if (!json_is_array(array) || json_array_size(array) != length)
		fields_fail(fields, key, "must have %zu integers, one a node", length);
	for (size_t i = 0; i < length; i++) {
		const json_t *value = json_array_get(array, i);
		values[i] = json_integer_value(value);
		if (!json_is_integer(value) || values[i] < 0)
			fields_fail(fields, key, "must be of integers of at least 0");
	}
}

/* An empty list tells nothing. */
static void read_distances(struct context_machine *machine, const struct fields *fields)
{
	json_t *rows = fields_array(fields, "distances");
	size_t nodes = (size_t)machine->nodes;
	if (json_array_size(rows) == 0)
		return;
	if (json_array_size(rows) != nodes)
		fields_fail(fields, "distances", "must have %zu lists, one a node", nodes);
	if (fields->reading->failed)
		return;
	int64_t *distances = arena_alloc(fields->reading->arena, nodes * nodes * sizeof(*distances));
	for (size_t from = 0; from < nodes; from++)
		read_integers(fields, "distances", json_array_get(rows, from), distances + from * nodes,
		              nodes);
	machine->distances = distances;
}

static void read_machine(struct context_machine *machine, const struct fields *context)
{
	const struct fields fields = fields_in(context, "machine");
	if (fields_have(&fields, "cpu"))
		machine->cpu = fields_text(&fields, "cpu");
	machine->cpus = (int)fields_integer(&fields, "cpus", 1, CPUS_MAX);
	machine->nodes = (int)fields_integer(&fields, "nodes", 1, NODES_MAX);
	read_distances(machine, &fields);
	if (fields_have(&fields, "memory_bytes")) {
		int64_t *memory_bytes =
		    arena_alloc(fields.reading->arena, (size_t)machine->nodes * sizeof(*memory_bytes));
		read_integers(&fields, "memory_bytes", fields_array(&fields, "memory_bytes"), memory_bytes,
		              (size_t)machine->nodes);
		machine->memory_bytes = memory_bytes;
	}
	machine->hypervisor = fields_text_or_null(&fields, "hypervisor");
}

static uint64_t read_seed(const struct fields *context)
{
	if (!fields_have(context, "boot"))
		return 0;
	const struct fields boot = fields_in(context, "boot");
	return (uint64_t)fields_integer(&boot, "seed", 1, UINT32_MAX);
}

static void read_settings(struct context *context, const struct fields *outer)
{
	const struct fields fields = fields_in(outer, "settings");
	struct arena *arena = fields.reading->arena;
	struct context_setting *settings =
	    arena_alloc(arena, json_object_size(fields.json) * sizeof(*settings));
	const char *path;
	json_t *value;
	json_object_foreach (fields.json, path, value) {
		fields_check_name(&fields, path);
		settings[context->setting_count++] =
		    (struct context_setting){arena_copy(arena, path), fields_text(&fields, path)};
	}
	context->settings = settings;
}

static void read_counted(struct event_report *report, const struct fields *events)
{
	const struct fields counted = fields_in(events, "counted");
	const char *name;
	json_t *value;
	json_object_foreach (counted.json, name, value) {
		const struct fields fields = fields_in(&counted, name);
		fields_check_name(&fields, name);
		report->events[report->event_count++] =
		    (struct reported_event){.name = arena_copy(fields.reading->arena, name),
		                            .event = fields_name(&fields, "event"),
		                            .pass = (int)fields_integer(&fields, "pass", 1, INT_MAX)};
	}
}

static void read_missing(struct event_report *report, const struct fields *events, json_t *missing)
{
	size_t index;
	json_t *value;
	json_array_foreach (missing, index, value) {
		const struct fields fields = {events->reading, events, "missing", value};
		report->events[report->event_count++] =
		    (struct reported_event){.name = fields_name(&fields, "name"),
		                            .event = fields_name(&fields, "event"),
		                            .reason = fields_sentence(&fields, "reason")};
	}
}

static void read_metrics(struct event_report *report, const struct fields *events)
{
	const struct fields metrics = fields_in(events, "metrics");
	const char *name;
	json_t *value;
	report->metrics =
	    arena_alloc(events->reading->arena, json_object_size(metrics.json) * sizeof(*report->metrics));
	json_object_foreach (metrics.json, name, value) {
		const struct fields fields = fields_in(&metrics, name);
		struct reported_metric *metric = &report->metrics[report->metric_count++];
		fields_check_name(&fields, name);
		metric->name = arena_copy(fields.reading->arena, name);
		metric->formula = fields_sentence(&fields, "formula");
		metric->unit = fields_name(&fields, "unit");
		if (fields_have(&fields, "about"))
			metric->about = fields_sentence(&fields, "about");
		if (fields_have(&fields, "missing"))
			metric->missing = fields_sentence(&fields, "missing");
	}
}

static const struct event_report *read_events(const struct fields *context)
{
	if (!fields_have(context, "events"))
		return NULL;
	const struct fields fields = fields_in(context, "events");
	struct event_report *report = arena_alloc(fields.reading->arena, sizeof(*report));
	json_t *missing = fields_array(&fields, "missing");
	size_t room = json_object_size(json_object_get(fields.json, "counted")) + json_array_size(missing);
	report->events = arena_alloc(fields.reading->arena, room * sizeof(*report->events));
	report->set = fields_name(&fields, "set");
	read_counted(report, &fields);
	read_missing(report, &fields, missing);
	read_metrics(report, &fields);
	return report;
}

void context_json_read(struct context *context, const struct event_report **events,
                       const struct fields *fields)
{
	*context = (struct context){.exact = fields_bool(fields, "exact")};
	const char *clock = fields_name(fields, "clock");
	if (clock && !clock_unit_find(clock, &context->clock))
		fields_fail(fields, "clock", "must be ns, instructions or none, not \"%.40s\"", clock);
	read_kernel(&context->kernel, fields);
	read_machine(&context->machine, fields);
	context->boot_id = fields_text(fields, "boot_id");
	context->seed = read_seed(fields);
	read_settings(context, fields);
	const struct fields suite = fields_in(fields, "suite");
	context->suite_version = fields_text(&suite, "version");
	context->suite_config = fields_text(&suite, "config");
	if (fields_have(&suite, "program_sha256"))
		context->program_sha256 = fields_name(&suite, "program_sha256");
	*events = read_events(fields);
}
