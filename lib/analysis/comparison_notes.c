/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/analysis/comparison_notes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What should be alike in everything that is compared, of one file or of all. A value is NULL where the file says that
 * there is none, such as the hypervisor of bare hardware.
 */
struct values {
	struct common_value *items;
	size_t count, room;
};

/* The files of a comparison, each with its values. */
struct files {
	struct comparison *comparison;
	struct values **values; /* a kernel each: of its boots */
};

static void add_value(struct values *values, struct arena *arena, const char *part, const char *key,
                      const char *value)
{
	if (values->count == values->room) {
		struct common_value *before = values->items;
		values->room = values->room ? 2 * values->room : 16;
		values->items = arena_alloc(arena, values->room * sizeof(*values->items));
		if (before)
			memcpy(values->items, before, values->count * sizeof(*before));
	}
	values->items[values->count++] = (struct common_value){part, key, value};
}

static const struct common_value *find_value(const struct values *values, const struct common_value *wanted)
{
	for (size_t i = 0; i < values->count; i++)
		if (strcmp(values->items[i].part, wanted->part) == 0 &&
		    strcmp(values->items[i].key, wanted->key) == 0)
			return &values->items[i];
	return NULL;
}

#define NUMBER_BYTES (sizeof("-9223372036854775808,") - 1)

/* Writes "[1,2]"; returns where it ends. */
static char *write_list(char *at, const int64_t *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		at += sprintf(at, "%c%" PRId64, i > 0 ? ',' : '[', numbers[i]);
	return stpcpy(at, "]");
}

/* A value a node. */
static const char *list_text(struct arena *arena, const int64_t *numbers, size_t nodes)
{
	char *text = arena_alloc(arena, nodes * NUMBER_BYTES + sizeof("[]"));
	write_list(text, numbers, nodes);
	return text;
}

/* "[[10,20],[20,10]]": a row a node. */
static const char *matrix_text(struct arena *arena, const int64_t *numbers, size_t nodes)
{
	char *text = arena_alloc(arena, nodes * (nodes * NUMBER_BYTES + sizeof(",[]")) + sizeof("[]")),
	     *at = text;
	for (size_t i = 0; i < nodes; i++) {
		*at++ = i > 0 ? ',' : '[';
		at = write_list(at, numbers + i * nodes, nodes);
	}
	stpcpy(at, "]");
	return text;
}

static void add_machine(struct values *values, struct arena *arena, const struct context_machine *machine)
{
	size_t nodes = (size_t)machine->nodes;
	if (machine->cpu)
		add_value(values, arena, "machine", "cpu", machine->cpu);
	add_value(values, arena, "machine", "cpus", arena_print(arena, "%d", machine->cpus));
	add_value(values, arena, "machine", "nodes", arena_print(arena, "%d", machine->nodes));
	if (machine->distances)
		add_value(values, arena, "machine", "distances",
		          matrix_text(arena, machine->distances, nodes));
	if (machine->memory_bytes)
		add_value(values, arena, "machine", "memory_bytes",
		          list_text(arena, machine->memory_bytes, nodes));
	add_value(values, arena, "machine", "hypervisor", machine->hypervisor);
}

static struct values values_of(struct arena *arena, const struct context *context)
{
	struct values values = {0};
	for (size_t i = 0; i < context->setting_count; i++)
		add_value(&values, arena, "settings", context->settings[i].path, context->settings[i].value);
	add_machine(&values, arena, &context->machine);
	add_value(&values, arena, "suite", "version", context->suite_version);
	add_value(&values, arena, "suite", "config", context->suite_config);
	if (context->program_sha256)
		add_value(&values, arena, "suite", "program_sha256", context->program_sha256);
	return values;
}

static struct files files_of(struct comparison *comparison)
{
	struct files files = {.comparison = comparison};
	files.values = arena_alloc(comparison->arena, comparison->set_count * sizeof(*files.values));
	for (size_t i = 0; i < comparison->set_count; i++) {
		const struct result_set *set = &comparison->sets[i];
		files.values[i] = arena_alloc(comparison->arena, set->boots * sizeof(**files.values));
		for (size_t boot = 0; boot < set->boots; boot++)
			files.values[i][boot] = values_of(comparison->arena, &set->results[boot]->context);
	}
	return files;
}

static void add_keys(struct values *keys, struct arena *arena, const char *part, const struct values *values)
{
	for (size_t i = 0; i < values->count; i++) {
		const struct common_value *value = &values->items[i];
		if (strcmp(value->part, part) == 0 && !find_value(keys, value))
			add_value(keys, arena, value->part, value->key, value->value);
	}
}

/* Each key that a file has, with the value of the first that has it; parts in the order of values_of(). */
static struct values keys_of_all(const struct files *files)
{
	static const char *const parts[] = {"settings", "machine", "suite"};
	const struct comparison *comparison = files->comparison;
	struct values keys = {0};
	for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++)
		for (size_t i = 0; i < comparison->set_count; i++)
			for (size_t boot = 0; boot < comparison->sets[i].boots; boot++)
				add_keys(&keys, comparison->arena, parts[p], &files->values[i][boot]);
	return keys;
}

/* A value as a person reads it. */
static const char *value_text(const struct common_value *value)
{
	return !value ? "not told" : value->value ? value->value : "null";
}

/* Whether the value is in all files and the same in all. */
static bool agreed(const struct files *files, const struct common_value *wanted)
{
	for (size_t i = 0; i < files->comparison->set_count; i++)
		for (size_t boot = 0; boot < files->comparison->sets[i].boots; boot++) {
			const struct common_value *value = find_value(&files->values[i][boot], wanted);
			if (!value || strcmp(value_text(value), value_text(wanted)) != 0)
				return false;
		}
	return true;
}

static void note(struct comparison *comparison, const char *text)
{
	/* The array grows by doubling: at every power of two. */
	size_t count = comparison->note_count;
	if ((count & (count - 1)) == 0) {
		const char **notes = arena_alloc(comparison->arena, (count ? 2 * count : 1) * sizeof(*notes));
		if (count > 0)
			memcpy(notes, comparison->notes, count * sizeof(*notes));
		comparison->notes = notes;
	}
	comparison->notes[comparison->note_count++] = text;
}

#define NOTE(comparison, ...) note(comparison, arena_print((comparison)->arena, __VA_ARGS__))

/*
 * For each value of a key, as text, the files that have it; of a kernel's boots after the first only those that
 * differ from it.
 */
struct by_value {
	const char *value, *files;
};

static void add_file(struct arena *arena, struct by_value *by_value, size_t *count, const char *value,
                     const char *path)
{
	size_t i = 0;
	while (i < *count && strcmp(by_value[i].value, value) != 0)
		i++;
	if (i == *count)
		by_value[(*count)++] = (struct by_value){value, path};
	else
		by_value[i].files = arena_print(arena, "%s, %s", by_value[i].files, path);
}

/* "settings differ: KEY is 1 in BASE; 2 in NEW, NEWER". */
static void note_value(const struct files *files, const struct common_value *key)
{
	struct comparison *comparison = files->comparison;
	struct arena *arena = comparison->arena;
	size_t room = 0, count = 0;
	for (size_t i = 0; i < comparison->set_count; i++)
		room += comparison->sets[i].boots;
	struct by_value *by_value = arena_alloc(arena, room * sizeof(*by_value));
	for (size_t i = 0; i < comparison->set_count; i++) {
		const char *first = value_text(find_value(&files->values[i][0], key));
		for (size_t boot = 0; boot < comparison->sets[i].boots; boot++) {
			const char *value = value_text(find_value(&files->values[i][boot], key));
			if (boot == 0 || strcmp(value, first) != 0)
				add_file(arena, by_value, &count, value,
				         comparison->sets[i].results[boot]->path);
		}
	}
	const char *text = "";
	for (size_t i = 0; i < count; i++)
		text = arena_print(arena, "%s%s%s in %s", text, i > 0 ? "; " : "", by_value[i].value,
		                   by_value[i].files);
	NOTE(comparison, "%s differ: %s is %s", strcmp(key->part, "machine") == 0 ? "machines" : key->part,
	     key->key, text);
}

static void note_contexts(const struct files *files)
{
	struct comparison *comparison = files->comparison;
	struct values keys = keys_of_all(files), common = {0};
	for (size_t i = 0; i < keys.count; i++) {
		const struct common_value *key = &keys.items[i];
		if (!agreed(files, key))
			note_value(files, key);
		else if (key->value)
			add_value(&common, comparison->arena, key->part, key->key, key->value);
	}
	comparison->common = common.items;
	comparison->common_count = common.count;
}

static void note_clocks(struct comparison *comparison, const struct result_set *base,
                        const struct result_set *new)
{
	if (result_set_clock(base) != result_set_clock(new))
		NOTE(comparison, "clocks differ (%s in %s, %s in %s): only counts are compared",
		     clock_unit_name(result_set_clock(base)), base->spec,
		     clock_unit_name(result_set_clock(new)), new->spec);
	else if (result_set_clock(base) == CLOCK_NONE)
		NOTE(comparison, "neither %s nor %s has a clock: only counts are compared", base->spec,
		     new->spec);
	if (result_set_exact(base) != result_set_exact(new))
		NOTE(comparison, "%s is exact and %s is not: noise is allowed for",
		     (result_set_exact(base) ? base : new)->spec,
		     (result_set_exact(base) ? new : base)->spec);
}

static void note_incomplete(struct comparison *comparison, const struct result_set *set)
{
	for (size_t i = 0; i < set->boots; i++) {
		const struct result *result = set->results[i];
		if (!result->complete)
			NOTE(comparison, "%s ended early: %s", result->path,
			     result->ended ? result->ended : "no reason told");
	}
}

static const char *units_text(struct arena *arena, const struct record *record)
{
	return arena_print(arena, "%" PRIu64, record->units);
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct parameter *)a)->key, ((const struct parameter *)b)->key);
}

/* "access=write map=anon": sorted, since their order says nothing. */
static const char *params_text(struct arena *arena, const struct record *record)
{
	size_t count = record->param_count, bytes = 1;
	struct parameter *params = arena_alloc(arena, count * sizeof(*params));
	for (size_t i = 0; i < count; i++) {
		params[i] = record->params[i];
		bytes += strlen(params[i].key) + strlen(params[i].value) + sizeof(" =") - 1;
	}
	qsort(params, count, sizeof(*params), by_key);
	char *text = arena_alloc(arena, bytes), *at = text;
	for (size_t i = 0; i < count; i++)
		at += sprintf(at, "%s%s=%s", i > 0 ? " " : "", params[i].key, params[i].value);
	return text;
}

static bool is_ok(const struct record *record)
{
	return record && record->status == CASE_OK;
}

/* Cases that go by one name and were not done alike: how many, and the first as an example. */
static void note_cases(struct comparison *comparison, size_t set, const char *what,
                       const char *(*text)(struct arena *arena, const struct record *record))
{
	const struct result_set *base = &comparison->sets[0], *new = &comparison->sets[set];
	const char *example = NULL, *in_base = NULL, *in_new = NULL;
	size_t found = 0;
	for (size_t i = 0; i < comparison->case_count; i++) {
		const char *name = comparison->cases[i].name;
		const struct record *a = result_set_record(base, 0, name),
		                    *b = result_set_record(new, 0, name);
		if (!is_ok(a) || !is_ok(b))
			continue;
		struct arena *scratch = arena_new();
		const char *x = text(scratch, a), *y = text(scratch, b);
		if (strcmp(x, y) != 0 && found++ == 0) {
			example = name;
			in_base = arena_copy(comparison->arena, x);
			in_new = arena_copy(comparison->arena, y);
		}
		arena_free(scratch);
	}
	if (found > 0)
		NOTE(comparison, "%s differ in %zu case%s, for one in %s: %s in %s, %s in %s", what, found,
		     found > 1 ? "s" : "", example, in_base, base->spec, in_new, new->spec);
}

/* Equality of single boots is all that can be told of them, and the same kernel does not always equal itself. */
static void note_single_boots(struct comparison *comparison)
{
	size_t singles = 0;
	for (size_t i = 0; i < comparison->set_count; i++)
		singles += comparison->sets[i].boots == 1;
	if (comparison->set_count > 1 && singles > 0)
		NOTE(comparison,
		     "one boot%s: not told apart from what the same kernel does to itself; for that boot "
		     "each several times",
		     singles == comparison->set_count ? "" : " of some kernel");
}

void comparison_notes(struct comparison *comparison)
{
	struct files files = files_of(comparison);
	for (size_t i = 0; i < comparison->set_count; i++)
		note_incomplete(comparison, &comparison->sets[i]);
	for (size_t i = 1; i < comparison->set_count; i++)
		note_clocks(comparison, &comparison->sets[0], &comparison->sets[i]);
	note_single_boots(comparison);
	note_contexts(&files);
	for (size_t i = 1; i < comparison->set_count; i++) {
		note_cases(comparison, i, "numbers of units", units_text);
		note_cases(comparison, i, "parameters", params_text);
	}
}
