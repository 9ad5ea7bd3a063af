/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/plot/where.h"

#define USER   "user_instructions"
#define KERNEL "kernel_instructions"

/* The event's `value` ("count", "again") per unit, over all boots. False where no boot counted it. */
static bool per_unit(const struct side *side, const char *name, const char *event, const char *value,
                     double *per_unit)
{
	double counts = 0, units = 0;
	for (size_t i = 0; i < side->boots; i++) {
		json_t *record = side_ok_record(side, i, name);
		json_t *counted =
		    json_object_get(json_object_get(json_object_get(record, "events"), event), value);
		if (!json_is_number(counted))
			continue;
		counts += json_number_value(counted);
		units += json_number_value(json_object_get(record, "units"));
	}
	*per_unit = units > 0 ? counts / units : 0;
	return units > 0;
}

size_t write_where(FILE *out, const struct side *sides, size_t count, const struct choice *choice,
                   const char *shared)
{
	fprintf(out, "# Instructions per unit, as counted by the processor.\n");
	write_sides(out, sides, count);
	fprintf(out,
	        "# Columns: row, case, then for each kernel: in user mode, in the kernel, and in the kernel "
	        "over the same\n# accesses once more, when no fault comes; ? is not measured.\n");
	for (size_t row = 0; row < choice->count; row++) {
		const char *name = choice->lines[row].name;
		write_name(out, row + 1, &choice->lines[row], shared);
		for (size_t i = 0; i < count; i++) {
			double user, kernel, again;
			if (per_unit(&sides[i], name, USER, "count", &user) &&
			    per_unit(&sides[i], name, KERNEL, "count", &kernel) &&
			    per_unit(&sides[i], name, KERNEL, "again", &again))
				fprintf(out, " %.10g %.10g %.10g", user, kernel, again);
			else
				fputs(" ? ? ?", out);
		}
		fputc('\n', out);
	}
	write_tail(out, sides, count, choice);
	return choice->count;
}
