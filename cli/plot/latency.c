/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pictures of latencies: the distribution of each first access (touch), and of each first write after a read. */
#include "cli/plot/data.h"
#include "cli/plot/picture.h"
#include "lib/analysis/stats.h"

static bool has_latency(const struct drawing *drawing, const struct picture *picture,
                        const struct compared_case *compared, size_t kernel)
{
	(void)drawing;
	return cell_of(compared, picture->metrics[0], kernel);
}

/* The distribution over all boots, and " ?" six times where there is none. */
static void write_strip(const struct drawing *drawing, const struct picture *picture,
                        const struct compared_case *compared, size_t kernel, FILE *out)
{
	static const double quantiles[] = {0, 0.1, 0.5, 0.9, 0.99, 1};
	struct samples samples = {0};
	bool known = picture->has(drawing, picture, compared, kernel) &&
	             result_set_samples(&drawing->comparison->sets[kernel], compared->name,
	                                metric_find(picture->metrics[0])->latency, &samples);
	double *values = arena_alloc(drawing->arena, (samples.bin_count + 1) * sizeof(*values));
	uint64_t *counts = arena_alloc(drawing->arena, (samples.bin_count + 1) * sizeof(*counts));
	for (size_t i = 0; i < samples.bin_count; i++) {
		values[i] = samples.bins[i].value;
		counts[i] = samples.bins[i].count;
	}
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		if (known)
			fprintf(out, " %.10g",
			        stats_quantile(values, counts, samples.bin_count, quantiles[i]));
		else
			fputs(" ?", out);
	}
	if (known)
		samples_free(&samples);
}

static void write_latency(const struct drawing *drawing, const struct picture *picture,
                          const struct choice *choice, FILE *out)
{
	fprintf(out, "# Latency of each %s, in %s.\n", picture->name, clock_title(drawing));
	write_kernels(drawing, out);
	fputs("# Columns: row, case, then for each kernel min, p10, p50, p90, p99, max; ? is not measured.\n",
	      out);
	for (size_t row = 0; row < choice->count; row++) {
		write_row_name(drawing, row + 1, &choice->lines[row], out);
		for (size_t k = 0; k < drawing->comparison->set_count; k++)
			write_strip(drawing, picture, choice->lines[row].shown, k, out);
		fputc('\n', out);
	}
	write_tail(drawing, choice, out);
}

const struct picture picture_touch = {
    .name = "touch",
    .script = "latency",
    .metrics = {"touch_p50"},
    .same = "medians",
    .has = has_latency,
    .choose = choose_bars,
    .write = write_latency,
};

const struct picture picture_write = {
    .name = "write",
    .script = "latency",
    .metrics = {"write_p50"},
    .same = "medians",
    .has = has_latency,
    .choose = choose_bars,
    .write = write_latency,
};
