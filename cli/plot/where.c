/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The picture that tells where a touch's instructions go: user mode, or the kernel because of faults. */
#include <gsl/gsl_statistics.h>

#include "cli/plot/data.h"
#include "cli/plot/picture.h"

#define USER   "user_instructions"
#define KERNEL "kernel_instructions"

static const struct event_count *kernel_event(const struct result_set *set, size_t boot,
                                              const char *case_name)
{
	const struct record *record = result_set_record(set, boot, case_name);
	return record && record->status == CASE_OK && record->units > 0 ? record_event(record, KERNEL) : NULL;
}

/*
 * What the kernel runs per unit over the same accesses when no fault comes: the median of the boots. False where no
 * boot counted it.
 */
static bool baseline(const struct drawing *drawing, const struct compared_case *compared, size_t kernel,
                     double *per_unit)
{
	const struct result_set *set = &drawing->comparison->sets[kernel];
	double *values = arena_alloc(drawing->arena, set->boots * sizeof(*values));
	size_t count = 0;
	for (size_t boot = 0; boot < set->boots; boot++) {
		const struct event_count *event = kernel_event(set, boot, compared->name);
		if (event)
			values[count++] = (double)event->baseline /
			                  (double)result_set_record(set, boot, compared->name)->units;
	}
	if (count > 0)
		*per_unit = gsl_stats_median(values, 1, count);
	return count > 0;
}

static bool has_instructions(const struct drawing *drawing, const struct picture *picture,
                             const struct compared_case *compared, size_t kernel)
{
	double unused;
	(void)picture;
	return cell_of(compared, USER, kernel) && cell_of(compared, KERNEL, kernel) &&
	       baseline(drawing, compared, kernel, &unused);
}

static void write_where(const struct drawing *drawing, const struct picture *picture,
                        const struct choice *choice, FILE *out)
{
	fputs("# Instructions per unit, as counted by the processor.\n", out);
	write_kernels(drawing, out);
	fputs(
	    "# Columns: row, case, then for each kernel: in user mode, in the kernel, and in the kernel over "
	    "the same\n# accesses once more, when no fault comes; ? is not measured.\n",
	    out);
	for (size_t row = 0; row < choice->count; row++) {
		const struct compared_case *compared = choice->lines[row].shown;
		write_row_name(drawing, row + 1, &choice->lines[row], out);
		for (size_t k = 0; k < drawing->comparison->set_count; k++) {
			double without_faults;
			if (picture->has(drawing, picture, compared, k) &&
			    baseline(drawing, compared, k, &without_faults))
				fprintf(out, " %.10g %.10g %.10g", cell_of(compared, USER, k)->value,
				        cell_of(compared, KERNEL, k)->value, without_faults);
			else
				fputs(" ? ? ?", out);
		}
		fputc('\n', out);
	}
	write_tail(drawing, choice, out);
}

const struct picture picture_where = {
    .name = "where",
    .metrics = {USER, KERNEL},
    .same = "counts",
    .nothing = "no picture of where the instructions go: none of the results counts them; on a machine with "
               "counters, `hintbench run --events any` does",
    .has = has_instructions,
    .choose = choose_bars,
    .write = write_where,
};
