/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/plot/data.h"

#include <stdlib.h>
#include <string.h>

#include "lib/analysis/case_name.h"
#include "lib/analysis/stats.h"

static const char *string_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

void write_quoted(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'')
			fputc('\'', out);
		fputc(*text == '\n' ? ' ' : *text, out);
	}
	fputc('\'', out);
}

const char *clock_title(const struct side *side)
{
	if (strcmp(side_clock(side), "instructions") == 0)
		return "instructions (not cycles)";
	return side_clock(side);
}

void write_labels(FILE *out, const struct side *sides, size_t count, const char *shared)
{
	fprintf(out, "# Names for the pictures, written by `hintbench plot`; edit them as you like.\n");
	fprintf(out, "kernels = %zu\narray kernel[%zu] = [", count, count);
	for (size_t i = 0; i < count; i++) {
		fputs(i > 0 ? ", " : "", out);
		write_quoted(out, sides[i].label);
	}
	fputs("]\nshared = ", out);
	write_quoted(out, shared);
	fputs("\nclock_title = ", out);
	write_quoted(out, clock_title(&sides[0]));
	fputc('\n', out);
}

/* "row "name (+15)"": a line that stands for 16 cases. */
void write_name(FILE *out, size_t row, const struct choice_line *line, const char *shared)
{
	char *label = case_name_short(line->name, shared), more[32] = "";
	size_t cases = json_array_size(line->names);
	if (cases > 1)
		snprintf(more, sizeof(more), " (+%zu)", cases - 1);
	fprintf(out, "%zu \"%s%s\"", row, label ? label : line->name, more);
	free(label);
}

void write_merged(FILE *out, const struct choice *choice)
{
	for (size_t i = 0; i < choice->count; i++) {
		size_t index;
		json_t *name;
		json_array_foreach (choice->lines[i].names, index, name)
			if (json_array_size(choice->lines[i].names) > 1)
				fprintf(out, "# line %zu: %s\n", i + 1, json_string_value(name));
	}
}

void write_sides(FILE *out, const struct side *sides, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const json_t *kernel = json_object_get(side_context(&sides[i]), "kernel");
		fprintf(out, "# kernel %zu: %s (%s, %s), %s, clock %s\n", i + 1, sides[i].label,
		        string_at(kernel, "release"), string_at(kernel, "version"), sides[i].spec,
		        side_clock(&sides[i]));
	}
}

/* Over all boots. False where no boot counted it. */
static bool faults_per_unit(const struct side *side, const char *name, const char *metric, double *value)
{
	double events = 0, units = 0;
	for (size_t i = 0; i < side->boots; i++) {
		json_t *record = side_ok_record(side, i, name);
		json_t *counted =
		    json_object_get(json_object_get(json_object_get(record, "metrics"), metric), "count");
		if (!json_is_number(counted))
			continue;
		events += json_number_value(counted);
		units += json_number_value(json_object_get(record, "units"));
	}
	*value = units > 0 ? events / units : 0;
	return units > 0;
}

/* Of the first kernel that has measured it. */
static const char *unit_of(const struct side *sides, size_t count, const char *name)
{
	double unused;
	for (size_t i = 0; i < count; i++)
		if (faults_per_unit(&sides[i], name, "hint_faults", &unused))
			return string_at(side_best_record(&sides[i], name), "unit");
	return "?";
}

static json_t *chosen_names(const struct choice *choice)
{
	json_t *names = json_array();
	for (size_t i = 0; i < choice->count; i++)
		json_array_extend(names, choice->lines[i].names);
	return names;
}

void write_tail(FILE *out, const struct side *sides, size_t count, const struct choice *choice)
{
	json_t *names = chosen_names(choice);
	char text[256];
	choice_text(choice, text, sizeof(text));
	fprintf(out, "# %s\n", text);
	write_merged(out, choice);
	write_left_out(out, sides, count, names, "# left out: ");
	json_decref(names);
}

size_t write_faults(FILE *out, const struct side *sides, size_t count, const struct choice *choice,
                    const char *shared)
{
	fprintf(out, "# Faults per unit.\n");
	write_sides(out, sides, count);
	fprintf(out, "# Columns: row, case, unit, then for each kernel hint faults and write faults; ? is "
	             "not measured.\n");
	for (size_t row = 0; row < choice->count; row++) {
		const char *name = choice->lines[row].name;
		write_name(out, row + 1, &choice->lines[row], shared);
		fprintf(out, " %s", unit_of(sides, count, name));
		for (size_t i = 0; i < count; i++) {
			double hint, write;
			bool known = faults_per_unit(&sides[i], name, "hint_faults", &hint);
			faults_per_unit(&sides[i], name, "write_faults", &write);
			if (known)
				fprintf(out, " %.10g %.10g", hint, write);
			else
				fputs(" ? ?", out);
		}
		fputc('\n', out);
	}
	write_tail(out, sides, count, choice);
	return choice->count;
}

static void write_strip(FILE *out, const struct side *side, const char *name, const char *access_name)
{
	static const double quantiles[] = {0, 0.1, 0.5, 0.9, 0.99, 1};
	struct side_samples samples;
	bool known = side_samples(side, name, access_name, &samples);
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		if (known)
			fprintf(out, " %.10g",
			        stats_quantile(samples.values, samples.counts, samples.length, quantiles[i]));
		else
			fputs(" ?", out);
	}
	if (known)
		side_samples_free(&samples);
}

static bool any_samples(const struct side *sides, size_t count, const char *name, const char *access_name)
{
	bool any = false;
	for (size_t i = 0; i < count && !any; i++) {
		struct side_samples samples;
		any = side_samples(&sides[i], name, access_name, &samples);
		if (any)
			side_samples_free(&samples);
	}
	return any;
}

size_t write_latency(FILE *out, const struct side *sides, size_t count, const struct choice *choice,
                     const char *shared, const char *access_name)
{
	size_t rows = 0;
	fprintf(out, "# Latency of each %s, in %s.\n", access_name, clock_title(&sides[0]));
	write_sides(out, sides, count);
	fprintf(
	    out,
	    "# Columns: row, case, then for each kernel min, p10, p50, p90, p99, max; ? is not measured.\n");
	for (size_t line = 0; line < choice->count; line++) {
		const char *name = choice->lines[line].name;
		if (!any_samples(sides, count, name, access_name))
			continue;
		write_name(out, ++rows, &choice->lines[line], shared);
		for (size_t i = 0; i < count; i++)
			write_strip(out, &sides[i], name, access_name);
		fputc('\n', out);
	}
	write_tail(out, sides, count, choice);
	return rows;
}

/* NULL where the side has figures. */
static const char *why_left_out(const struct side *side, const char *name, const char **reason)
{
	json_t *record = side_best_record(side, name);
	*reason = string_at(record, "reason");
	if (!record)
		return "not";
	return strcmp(string_at(record, "status"), "ok") != 0 ? string_at(record, "status") : NULL;
}

size_t count_left_out(const struct side *sides, size_t count, const json_t *names)
{
	size_t index, lines = 0;
	const char *unused;
	json_t *name;
	json_array_foreach (names, index, name)
		for (size_t i = 0; i < count; i++)
			lines += why_left_out(&sides[i], json_string_value(name), &unused) != NULL;
	return lines;
}

void write_left_out(FILE *out, const struct side *sides, size_t count, const json_t *names,
                    const char *prefix)
{
	size_t index;
	json_t *name;
	json_array_foreach (names, index, name)
		for (size_t i = 0; i < count; i++) {
			const char *reason,
			    *error = why_left_out(&sides[i], json_string_value(name), &reason);
			if (error)
				fprintf(out, "%s%s: %s in %s%s%s\n", prefix, json_string_value(name), error,
				        sides[i].spec, *reason ? ": " : "", reason);
		}
}
