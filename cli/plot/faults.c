/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The picture of faults: what the first access to a unit took, and the write-protect faults after it. */
#include "cli/plot/data.h"
#include "cli/plot/picture.h"

/* Pages of a case are armed or swapped out: its first faults are of the one kind or the other. */
static const struct compared_cell *first_faults(const struct compared_case *compared, size_t kernel)
{
	const struct compared_cell *hint = cell_of(compared, "hint_faults", kernel);
	return hint ? hint : cell_of(compared, "swapin_faults", kernel);
}

static bool has_faults(const struct drawing *drawing, const struct picture *picture,
                       const struct compared_case *compared, size_t kernel)
{
	(void)drawing, (void)picture;
	return first_faults(compared, kernel) && cell_of(compared, "write_faults", kernel);
}

/* What takes one fault, and of which kind the first is: on the first kernel that has measured it. */
static void write_kinds(const struct drawing *drawing, const struct picture *picture,
                        const struct compared_case *compared, FILE *out)
{
	size_t k = 0;
	while (!picture->has(drawing, picture, compared, k))
		k++;
	fprintf(out, " %s %s", result_set_best_record(&drawing->comparison->sets[k], compared->name)->unit,
	        cell_of(compared, "hint_faults", k) ? "hint" : "swap-in");
}

static void write_faults(const struct drawing *drawing, const struct picture *picture,
                         const struct choice *choice, FILE *out)
{
	fputs("# Faults per unit.\n", out);
	write_kernels(drawing, out);
	fputs("# Columns: row, case, unit, kind of the first faults, then for each kernel those and write "
	      "faults; ? is not measured.\n",
	      out);
	for (size_t row = 0; row < choice->count; row++) {
		const struct compared_case *compared = choice->lines[row].shown;
		write_row_name(drawing, row + 1, &choice->lines[row], out);
		write_kinds(drawing, picture, compared, out);
		for (size_t k = 0; k < drawing->comparison->set_count; k++) {
			if (picture->has(drawing, picture, compared, k))
				fprintf(out, " %.10g %.10g", first_faults(compared, k)->value,
				        cell_of(compared, "write_faults", k)->value);
			else
				fputs(" ? ?", out);
		}
		fputc('\n', out);
	}
	write_tail(drawing, choice, out);
}

const struct picture picture_faults = {
    .name = "faults",
    .metrics = {"hint_faults", "swapin_faults", "write_faults"},
    .same = "faults",
    .has = has_faults,
    .choose = choose_bars,
    .write = write_faults,
};
