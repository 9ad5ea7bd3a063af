/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After the four above. */
#include <cmocka.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "tests/support/command_line.h"

#define D "tests/data/"

static char folder[64];

static const char *in_folder(const char *name)
{
	static char path[192];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static const char *slurp(const char *name)
{
	static char text[1 << 18];
	FILE *in = fopen(in_folder(name), "r");
	if (!in)
		fail_msg("no %s", name);
	text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
	fclose(in);
	return text;
}

static bool there(const char *name)
{
	return access(in_folder(name), F_OK) == 0;
}

/* The height from the header of a PNG; fails where it is none. */
static unsigned png_height(const char *name)
{
	unsigned char head[24] = {0};
	FILE *in = fopen(in_folder(name), "r");
	assert_non_null(in);
	assert_int_equal(fread(head, 1, sizeof(head), in), sizeof(head));
	fclose(in);
	assert_memory_equal(head, "\x89PNG\r\n\x1a\n", 8);
	return (unsigned)head[20] << 24 | (unsigned)head[21] << 16 | (unsigned)head[22] << 8 | head[23];
}

static void pictures_hold_what_was_measured(void **state)
{
	(void)state;
	struct ran *ran = hintbench("plot -o %s %s %s", in_folder("all"), D "base.json", D "new.json");
	assert_int_equal(ran->status, 0);
	assert_string_equal(ran->out, "");
	assert_has(ran->err, "left out: hint/map=anon/page=pte-thp/access=write/outcome=migrate: skip in");
	const char *faults = slurp("all/faults.dat");
	assert_has(faults, "\n5 \"hint/map=anon/page=4k/access=write/outcome=migrate\" page 1 0 1 1\n");
	assert_has(faults, "\"hint/map=anon/page=pte-thp/access=write/outcome=migrate\" folio ? ? 1 512\n");
	assert_has(faults, "# left out: hint/map=anon/page=pte-thp/access=write/outcome=migrate: skip in");
	const char *svg = slurp("all/faults.svg");
	assert_has(svg, "hint/map=anon/page=4k/access=write/outcome=migrate");
	assert_has(svg, "base: write faults");
	assert_has(svg, "new: hint faults");
	assert_has(svg, "faults per unit");
	assert_has(svg, "not measured");
	svg = slurp("all/touch.svg");
	assert_has(svg, "instructions (not cycles) per touch");
	assert_has(svg, "2700");
	assert_has(slurp("all/write.svg"), "instructions (not cycles) per write");
	assert_has(slurp("all/touch.dat"), "page=4k/access=write/outcome=migrate\" 2080 ");
}

static void pictures_grow(void **state)
{
	(void)state;
	struct ran *ran = hintbench("plot -o %s %s %s", in_folder("many"), D "base.json", D "new.json");
	assert_int_equal(ran->status, 0);
	ran = hintbench("plot -o %s %s", in_folder("few"), D "ns-base1.json");
	assert_int_equal(ran->status, 0);
	assert_true(png_height("many/faults.png") > 2 * png_height("few/faults.png"));
	assert_true(png_height("many/touch.png") > 2 * png_height("few/touch.png"));
	assert_has(slurp("few/touch.svg"), "ns per touch");
}

/* A person edits the data and runs the script again, with nothing else. */
static void scripts_run_by_hand(void **state)
{
	(void)state;
	assert_int_equal(
	    hintbench("plot -o %s %s %s", in_folder("hand"), D "base.json", D "new.json")->status, 0);
	char command[512];
	snprintf(command, sizeof(command),
	         "cd %s && rm *.svg *.png && sed -i 's/outcome=migrate/outcome=edited/' *.dat && "
	         "for f in faults touch write series-write_faults series-touch_p50; do gnuplot $f.gp || exit "
	         "1; done",
	         in_folder("hand"));
	assert_int_equal(system(command), 0);
	assert_has(slurp("hand/faults.svg"), "outcome=edited");
	assert_has(slurp("hand/touch.svg"), "outcome=edited");
	assert_has(slurp("hand/series-touch_p50.svg"), "outcome=edited");
	assert_true(png_height("hand/write.png") > 100);
}

static void mixed_clocks_leave_latencies_out(void **state)
{
	(void)state;
	assert_int_equal(
	    hintbench("plot -o %s %s %s", in_folder("mixed"), D "base.json", D "new.json")->status, 0);
	struct ran *ran = hintbench("plot -o %s %s %s", in_folder("mixed"), D "base.json", D "ns-new1.json");
	assert_int_equal(ran->status, 0);
	assert_has(ran->err, "latencies are left out");
	assert_true(there("mixed/faults.png"));
	assert_false(there("mixed/touch.png")); /* not even that of the plot before */
}

#define SERIES D "series1.json " D "series2.json " D "series3.json " D "series4.json"

/* The kernels in the order of the files; a gap with its reason is no zero; cases that agree are one panel. */
static void series_hold_the_kernels_in_order(void **state)
{
	(void)state;
	assert_int_equal(hintbench("plot -o %s %s", in_folder("series"), SERIES)->status, 0);
	const char *faults = slurp("series/series-write_faults.dat");
	assert_has(faults, "# write_faults over kernels: 4 of 12 cases; left out: 8 the same on all kernels "
	                   "that have them.\n");
	assert_has(faults, "\"hint/page=4k/access=write/outcome=migrate\" \"per page, and 1 more case\"\n"
	                   "1 0 ? ? \"\"\n2 0 ? ? \"\"\n3 1 ? ? \"\"\n4 1 ? ? \"\"\n");
	assert_has(faults, "# line 1: hint/map=anon/page=4k/access=read-write/outcome=migrate\n");
	assert_has(faults, "\"hint/page=thp/access=write/outcome=migrate\" \"per pmd, and 1 more case\"\n");
	const char *svg = slurp("series/series-write_faults.svg");
	assert_has(svg, "write_faults per unit over kernels, map=anon");
	assert_has(svg, "4 of 12 cases; left out: 8 the same on all kernels that have them");
	assert_has(svg, "hint/page=4k/access=write/outcome=migrate");
	const char *first = strstr(svg, "series-of-kernels-1"), *last = strstr(svg, "series-of-kernels-4");
	assert_true(first && last && first < last);
	assert_has(slurp("series/series-touch_p50.svg"), "touch_p50, instructions (not cycles) over kernels");
	assert_true(png_height("series/series-touch_p50.png") > 200);
	/* The other way round. */
	assert_int_equal(
	    hintbench("plot -o %s %s %s", in_folder("back"), D "series3.json", D "series1.json")->status, 0);
	assert_has(slurp("back/series-write_faults.dat"), "and 1 more case\"\n1 1 ? ? \"\"\n2 0 ? ? \"\"\n");
}

static void cases_and_metrics_are_chosen(void **state)
{
	(void)state;
	struct ran *ran = hintbench("plot -o %s --series migrated -s touch_max -c '*outcome=local' %s",
	                            in_folder("chosen"), SERIES);
	assert_int_equal(ran->status, 0);
	const char *migrated = slurp("chosen/series-migrated.dat");
	/* What somebody asked for is shown, also where no kernel differs. */
	assert_has(migrated, "# migrated over kernels: 3 of 3 cases.\n");
	assert_has(migrated, "\"hint/access=write\" \"per pmd\"\n1 ? ? ? \"skip\"\n2 ? ? ? \"skip\"\n"
	                     "3 0 ? ? \"\"\n4 0 ? ? \"\"\n");
	assert_has(slurp("chosen/series-migrated.svg"), ">skip<");
	assert_has_not(slurp("chosen/faults.dat"), "outcome=migrate");
	assert_true(there("chosen/series-touch_max.png"));
	assert_false(there("chosen/series-write_faults.png"));
	/* Pictures of the plot before go, what a person keeps there stays. */
	FILE *kept = fopen(in_folder("chosen/series-mine.gp"), "w");
	assert_non_null(kept);
	fputs("# mine\n", kept);
	fclose(kept);
	assert_int_equal(hintbench("plot -o %s %s", in_folder("chosen"), SERIES)->status, 0);
	assert_false(there("chosen/series-migrated.png") || there("chosen/series-migrated.dat"));
	assert_true(there("chosen/series-write_faults.png") && there("chosen/series-mine.gp"));
}

/* Exact beside a machine with noise: counts have no interval, and there are no latencies of two clocks. */
static void series_of_noise_and_clocks(void **state)
{
	(void)state;
	struct ran *ran = hintbench("plot -o %s %s %s", in_folder("clocks"), D "base.json", D "ns-new1.json");
	assert_int_equal(ran->status, 0);
	assert_false(there("clocks/series-touch_p50.png"));
	assert_has(slurp("clocks/series-write_faults.dat"), "\n1 0 ? ? \"\"\n2 1 ? ? \"\"\n");
	ran =
	    hintbench("plot -o %s -s touch_p50 %s %s", in_folder("clocks"), D "base.json", D "ns-new1.json");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "touch_p50 can't be drawn over these kernels: their clocks differ");
	ran = hintbench("plot -o %s %s %s", in_folder("noise"), D "ns-base1.json", D "ns-new1.json");
	assert_int_equal(ran->status, 0);
	const char *block =
	    strstr(slurp("noise/series-touch_p50.dat"), "access=write/outcome=migrate\" \"\"\n1 ");
	double value, low, high;
	assert_non_null(block);
	assert_int_equal(sscanf(strchr(block, '\n'), "\n1 %lf %lf %lf", &value, &low, &high), 3);
	assert_true(low > 0 && low < value && value < high);
}

/*
 * As many cases as a full run has: the picture stays one that a person can look at, and says what it lacks.
 */
static void many_cases_fit(void **state)
{
	(void)state;
	char reference[512] = "";
	static const char *const names[] = {"bullseye", "bookworm", "bookworm-backports", "trixie-backports"};
	for (size_t i = 0; i < 4; i++)
		sprintf(reference + strlen(reference), " results/reference/debian-%s.json", names[i]);
	struct ran *ran = hintbench("plot -o %s %s", in_folder("full"), reference);
	assert_int_equal(ran->status, 0);
	assert_has(ran->err, "times a case has no figures on a kernel");
	static const char *const pictures[] = {"faults", "touch", "write", "series-write_faults",
	                                       "series-touch_p50"};
	for (size_t i = 0; i < 5; i++) {
		char file[64];
		snprintf(file, sizeof(file), "full/%s.png", pictures[i]);
		assert_true(png_height(file) > 400 && png_height(file) < 5000);
	}
	assert_has(slurp("full/series-touch_p50.svg"), "of 592 cases; left out: ");
	assert_has(slurp("full/touch.svg"), "of 592 cases; left out: ");
}

/* A shell without gnuplot in its PATH. */
static void missing_gnuplot_is_told(void **state)
{
	(void)state;
	char binary[4096];
	const char *named = getenv("HINTBENCH");
	assert_non_null(realpath(named ? named : "build/hintbench", binary));
	setenv("HINTBENCH", "env PATH=/nowhere \"$REAL_HINTBENCH\"", 1);
	setenv("REAL_HINTBENCH", binary, 1);
	struct ran *ran = hintbench("plot -o %s %s", in_folder("without"), D "ns-base1.json");
	setenv("HINTBENCH", binary, 1);
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "package gnuplot-nox");
	assert_true(there("without/faults.gp") && there("without/faults.dat"));
	assert_true(there("without/touch.gp") && there("without/touch.dat") && there("without/latency.gp"));
	assert_false(there("without/faults.png"));
}

static void bad_input_is_told(void **state)
{
	(void)state;
	struct ran *ran = hintbench("plot -o /proc/nowhere %s", D "base.json");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "/proc/nowhere");
	ran = hintbench("plot -o /proc %s",
	                D "base.json"); /* there, but nobody can write into it, not even root */
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "cannot write /proc/");
	ran = hintbench("plot -o %s %s", in_folder("bad"), D "cut-short.json");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "cut short");
	assert_false(there("bad"));
	ran = hintbench("plot -o %s --series migrated %s", in_folder("bad"), D "base.json");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "--series needs the results of two kernels or more");
	static const char *const metrics[] = {"speed", "../write_faults", ""};
	for (size_t i = 0; i < 3; i++) {
		ran = hintbench("plot -o %s --series '%s' %s", in_folder("bad"), metrics[i], SERIES);
		assert_int_equal(ran->status, 2);
		assert_has(ran->err, "no metric '");
	}
	ran = hintbench("plot -o %s --case hint/map=anno %s", in_folder("bad"), SERIES);
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "no case of the results fits 'hint/map=anno'");
	assert_false(there("bad"));
	assert_int_equal(hintbench("plot %s", D "base.json")->status, 2);
	assert_int_equal(hintbench("plot -o %s", folder)->status, 2);
}

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/hintbench-test-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	char command[128];
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pictures_hold_what_was_measured),
	    cmocka_unit_test(pictures_grow),
	    cmocka_unit_test(scripts_run_by_hand),
	    cmocka_unit_test(mixed_clocks_leave_latencies_out),
	    cmocka_unit_test(series_hold_the_kernels_in_order),
	    cmocka_unit_test(cases_and_metrics_are_chosen),
	    cmocka_unit_test(series_of_noise_and_clocks),
	    cmocka_unit_test(many_cases_fit),
	    cmocka_unit_test(missing_gnuplot_is_told),
	    cmocka_unit_test(bad_input_is_told),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
