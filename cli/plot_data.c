/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/plot_data.h"

#include <stdlib.h>
#include <string.h>

#include "lib/casename.h"
#include "lib/stats.h"

static const char *string_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

/* In single quotes, in which gnuplot knows no escapes but the doubled quote. */
static void write_quoted(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'')
			fputc('\'', out);
		fputc(*text == '\n' ? ' ' : *text, out);
	}
	fputc('\'', out);
}

static const char *clock_title(const struct side *side)
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

static void write_name(FILE *out, size_t row, const char *name, const char *shared)
{
	char *label = casename_short(name, shared);
	fprintf(out, "%zu \"%s\"", row, label ? label : name);
	free(label);
}

static void write_sides(FILE *out, const struct side *sides, size_t count)
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

size_t write_faults(FILE *out, const struct side *sides, size_t count, const json_t *names,
                    const char *shared)
{
	size_t rows = 0, index;
	json_t *name;
	fprintf(out, "# Faults per unit.\n");
	write_sides(out, sides, count);
	fprintf(out, "# Columns: row, case, unit, then for each kernel hint faults and write faults; ? is "
	             "not measured.\n");
	json_array_foreach (names, index, name) {
		double hint, write;
		bool any = false;
		for (size_t i = 0; i < count; i++)
			any |= faults_per_unit(&sides[i], json_string_value(name), "hint_faults", &hint);
		if (!any)
			continue;
		write_name(out, ++rows, json_string_value(name), shared);
		const char *unit = "?";
		for (size_t i = 0; i < count && *unit == '?'; i++) {
			if (faults_per_unit(&sides[i], json_string_value(name), "hint_faults", &hint))
				unit =
				    string_at(side_best_record(&sides[i], json_string_value(name)), "unit");
		}
		fprintf(out, " %s", unit);
		for (size_t i = 0; i < count; i++) {
			bool known =
			    faults_per_unit(&sides[i], json_string_value(name), "hint_faults", &hint);
			faults_per_unit(&sides[i], json_string_value(name), "write_faults", &write);
			if (known)
				fprintf(out, " %.10g %.10g", hint, write);
			else
				fputs(" ? ?", out);
		}
		fputc('\n', out);
	}
	write_left_out(out, sides, count, names, "# left out: ");
	return rows;
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

size_t write_latency(FILE *out, const struct side *sides, size_t count, const json_t *names,
                     const char *shared, const char *access_name)
{
	size_t rows = 0, index;
	json_t *name;
	fprintf(out, "# Latency of each %s, in %s.\n", access_name, clock_title(&sides[0]));
	write_sides(out, sides, count);
	fprintf(
	    out,
	    "# Columns: row, case, then for each kernel min, p10, p50, p90, p99, max; ? is not measured.\n");
	json_array_foreach (names, index, name) {
		bool any = false;
		for (size_t i = 0; i < count; i++) {
			struct side_samples samples;
			if (side_samples(&sides[i], json_string_value(name), access_name, &samples)) {
				any = true;
				side_samples_free(&samples);
			}
		}
		if (!any)
			continue;
		write_name(out, ++rows, json_string_value(name), shared);
		for (size_t i = 0; i < count; i++)
			write_strip(out, &sides[i], json_string_value(name), access_name);
		fputc('\n', out);
	}
	write_left_out(out, sides, count, names, "# left out: ");
	return rows;
}

void write_left_out(FILE *out, const struct side *sides, size_t count, const json_t *names,
                    const char *prefix)
{
	size_t index;
	json_t *name;
	json_array_foreach (names, index, name) {
		for (size_t i = 0; i < count; i++) {
			json_t *record = side_best_record(&sides[i], json_string_value(name));
			if (!record)
				fprintf(out, "%s%s: not in %s\n", prefix, json_string_value(name),
				        sides[i].spec);
			else if (strcmp(string_at(record, "status"), "ok") != 0)
				fprintf(out, "%s%s: %s in %s: %s\n", prefix, json_string_value(name),
				        string_at(record, "status"), sides[i].spec,
				        string_at(record, "reason"));
		}
	}
}
