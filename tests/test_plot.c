/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After the four above. */
#include <cmocka.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "tests/command_line.h"

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
	         "for f in faults touch write; do gnuplot $f.gp || exit 1; done",
	         in_folder("hand"));
	assert_int_equal(system(command), 0);
	assert_has(slurp("hand/faults.svg"), "outcome=edited");
	assert_has(slurp("hand/touch.svg"), "outcome=edited");
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
	    cmocka_unit_test(missing_gnuplot_is_told),
	    cmocka_unit_test(bad_input_is_told),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
