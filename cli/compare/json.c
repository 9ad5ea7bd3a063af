/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The format json: one object with "base", "new", "common", "notes", "rows", "unpaired", "missing" and "cases", as
 * docs/result-file.md tells; every metric. It is written an entry at a time, since of large results it is far larger than they.
 */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "cli/compare/format.h"
#include "cli/compare/listing.h"

struct writer {
	const struct comparison *comparison;
	FILE *out;
	bool started; /* the list that is being written has an entry */
	bool failed;
};

/* Writes and forgets a value; NULL is one that could not be made. */
static void put(struct writer *writer, json_t *value)
{
	if (!value || json_dumpf(value, writer->out, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)) != 0)
		writer->failed = true;
	json_decref(value);
}

static void put_entry(struct writer *writer, json_t *value)
{
	fputs(writer->started ? ",\n" : "\n", writer->out);
	writer->started = true;
	put(writer, value);
}

static void open_list(struct writer *writer, const char *key)
{
	fprintf(writer->out, ",\n\"%s\": [", key);
	writer->started = false;
}

static void close_list(struct writer *writer)
{
	fputs(writer->started ? "\n]" : "]", writer->out);
}

/* Takes `value`, a new reference; NULL is one that could not be made. */
static void set(struct writer *writer, json_t *object, const char *key, json_t *value)
{
	if (!value || json_object_set_new(object, key, value) != 0)
		writer->failed = true;
}

/* Whole numbers stay integers; null for what is no number. */
static json_t *number(double value)
{
	if (!isfinite(value))
		return json_null();
	if (value == floor(value) && fabs(value) < 0x1p53)
		return json_integer((json_int_t)value);
	return json_real(value);
}

static json_t *describe(const struct result_set *set)
{
	const struct context_kernel *kernel = &result_set_context(set)->kernel;
	json_t *files = json_array();
	for (size_t i = 0; i < set->boots; i++) {
		if (json_array_append_new(files, json_string(set->results[i]->path)) != 0) {
			json_decref(files);
			return NULL;
		}
	}
	return json_pack("{s:s, s:o, s:s, s:I, s:{s:s*, s:s, s:s}, s:s, s:b}", "file", set->spec, "files",
	                 files, "label", set->label, "boots", (json_int_t)set->boots, "kernel", "name",
	                 kernel->name, "release", kernel->release, "version", kernel->version, "clock",
	                 clock_unit_name(result_set_clock(set)), "exact", result_set_exact(set));
}

/* A number or an array of them is one in the result too. */
static json_t *common_json(const struct common_value *common)
{
	if (!common->value)
		return json_null();
	bool text = strcmp(common->part, "machine") != 0 || strcmp(common->key, "cpu") == 0 ||
	            strcmp(common->key, "hypervisor") == 0;
	json_t *value = text ? NULL : json_loads(common->value, JSON_DECODE_ANY, NULL);
	return value ? value : json_string(common->value);
}

static json_t *common_part(struct writer *writer, const char *part)
{
	json_t *object = json_object();
	for (size_t i = 0; i < writer->comparison->common_count; i++) {
		const struct common_value *common = &writer->comparison->common[i];
		if (strcmp(common->part, part) == 0)
			set(writer, object, common->key, common_json(common));
	}
	return object;
}

static json_t *common_object(struct writer *writer)
{
	static const char *const parts[] = {"settings", "machine", "suite"};
	json_t *object = json_object();
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		set(writer, object, parts[i], common_part(writer, parts[i]));
	return object;
}

static json_t *interval(const struct stats_interval *of)
{
	return json_pack("[o, o]", number(of->low), number(of->high));
}

static void set_boots(struct writer *writer, json_t *row, const struct compared_cell *base,
                      const struct compared_cell *cell)
{
	set(writer, row, "base_boots", json_integer((json_int_t)base->boots));
	set(writer, row, "new_boots", json_integer((json_int_t)cell->boots));
	if (base->has_interval)
		set(writer, row, "base_interval", interval(&base->interval));
	if (cell->has_interval)
		set(writer, row, "new_interval", interval(&cell->interval));
}

static void set_judgement(struct writer *writer, json_t *row, const struct judgement *judgement)
{
	set(writer, row, "relevant", json_boolean(judgement->relevant));
	if (judgement->reason)
		set(writer, row, "reason", json_string(judgement->reason));
	if (judgement->boots_needed > 0)
		set(writer, row, "boots_needed", json_integer((json_int_t)judgement->boots_needed));
	if (!isnan(judgement->p))
		set(writer, row, "p", number(judgement->p));
	if (judgement->has_interval)
		set(writer, row, "interval", interval(&judgement->interval));
	set(writer, row, "floor", number(judgement->floor));
	set(writer, row, "resolution", number(judgement->resolution));
}

static void put_row(void *context, const struct listing *listing)
{
	struct writer *writer = context;
	const struct compared_figure *figure = listing->figure;
	const struct compared_cell *base = &figure->cells[0], *cell = &figure->cells[listing->kernel];
	bool exact = listed_exact(writer->comparison, listing->kernel);
	json_t *row =
	    json_pack("{s:s, s:I, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:b}", "case",
	              listing->compared->name, "new_index", (json_int_t)listing->kernel - 1, "metric",
	              figure->name, "kind", listed_kind(figure), "unit", figure->unit, "base",
	              number(base->value), "new", number(cell->value), "delta", number(cell->delta),
	              "delta_pct", isfinite(cell->delta_pct) ? json_real(cell->delta_pct) : json_null(),
	              "verdict", listed_verdict(cell), "exact", exact);
	if (row)
		set_boots(writer, row, base, cell);
	if (row && cell->judged)
		set_judgement(writer, row, &cell->judgement);
	put_entry(writer, row);
}

/* The beginning of an entry that is about one kernel. */
static json_t *entry_of(struct writer *writer, const struct listing *listing)
{
	json_t *entry = json_pack("{s:s, s:s}", "case", listing->compared->name, "kernel",
	                          listing->kernel > 0 ? "new" : "base");
	if (listing->kernel > 0)
		set(writer, entry, "new_index", json_integer((json_int_t)listing->kernel - 1));
	if (listing->figure)
		set(writer, entry, "metric", json_string(listing->figure->name));
	return entry;
}

static void put_unpaired(void *context, const struct listing *listing)
{
	struct writer *writer = context;
	json_t *entry = entry_of(writer, listing);
	set(writer, entry, "kind", json_string(listed_kind(listing->figure)));
	set(writer, entry, "unit", json_string(listing->figure->unit));
	set(writer, entry, "value", number(listing->figure->cells[listing->kernel].value));
	put_entry(writer, entry);
}

static void put_missing(void *context, const struct listing *listing)
{
	struct writer *writer = context;
	json_t *entry = entry_of(writer, listing);
	set(writer, entry, "status", json_string(listing->status));
	set(writer, entry, "reason", json_string(listing->reason));
	put_entry(writer, entry);
}

static void put_lists(struct writer *writer, const struct filter *filter)
{
	const struct comparison *comparison = writer->comparison;
	open_list(writer, "notes");
	for (size_t i = 0; i < comparison->note_count; i++)
		put_entry(writer, json_string(comparison->notes[i]));
	close_list(writer);
	open_list(writer, "rows");
	list_comparison(filter, LISTED_ROW, put_row, writer);
	close_list(writer);
	open_list(writer, "unpaired");
	list_comparison(filter, LISTED_UNPAIRED, put_unpaired, writer);
	close_list(writer);
	open_list(writer, "missing");
	list_comparison(filter, LISTED_MISSING, put_missing, writer);
	close_list(writer);
	open_list(writer, "cases");
	for (const struct compared_case *compared = NULL; (compared = filter_next(filter, compared));)
		put_entry(writer, json_string(compared->name));
	close_list(writer);
}

static int render(const struct comparison *comparison, const struct view *view, FILE *out,
                  struct error *error)
{
	struct writer writer = {.comparison = comparison, .out = out};
	fputs("{\n\"base\": ", out);
	put(&writer, describe(&comparison->sets[0]));
	open_list(&writer, "new");
	for (size_t i = 1; i < comparison->set_count; i++)
		put_entry(&writer, describe(&comparison->sets[i]));
	close_list(&writer);
	fputs(",\n\"common\": ", out);
	put(&writer, common_object(&writer));
	put_lists(&writer, view->filter);
	fputs("\n}\n", out);
	if (writer.failed && !ferror(out))
		return error_set(
		    error, EINVAL,
		    "cannot write the comparison as JSON: no memory, or the name of a file is not UTF-8");
	return 0;
}

static struct format json = {.name = "json", .what = "every metric, one object", .render = render};
COMPARE_FORMAT(json);
