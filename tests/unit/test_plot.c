/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/cmocka_all.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "cli/plot/quote.h"
#include "tests/support/files.h"
#include "tests/support/run.h"

#define D "tests/data/"

static const char *slurp(const char *name)
{
	static char text[1 << 18];
	read_text(in_folder(name), text, sizeof(text));
	return text;
}

static bool there(const char *name)
{
	return access(in_folder(name), F_OK) == 0;
}

/* Appends to a file of the folder. */
static void append(const char *name, const char *text)
{
	FILE *out = fopen(in_folder(name), "a");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

/* Runs a shell command in the folder. */
static void in_shell(const char *command)
{
	char line[1024];
	snprintf(line, sizeof(line), "cd %s && %s", folder, command);
	assert_int_equal(system(line), 0);
}

/* Copies a file of tests/data into the folder, with a sed script applied. */
static const char *changed_data(const char *from, const char *to, const char *sed)
{
	static char paths[4][192], line[2048];
	static size_t next;
	snprintf(line, sizeof(line), "sed '%s' " D "%s >%s", sed, from, in_folder(to));
	assert_int_equal(system(line), 0);
	snprintf(line, sizeof(line), "! cmp -s " D "%s %s", from, in_folder(to));
	assert_int_equal(system(line), 0);
	return strcpy(paths[next++ % 4], in_folder(to));
}

/* Commands run in this shell code; NULL: no longer. */
static void run_behind(const char *code)
{
	static char binary[4096], wrapped[512];
	const char *named = getenv("REAL_HINTBENCH") ? getenv("REAL_HINTBENCH") : getenv("HINTBENCH");
	assert_non_null(realpath(named ? named : "build/hintbench", binary));
	setenv("REAL_HINTBENCH", binary, 1);
	snprintf(wrapped, sizeof(wrapped), "%s \"$REAL_HINTBENCH\"", code ? code : "");
	setenv("HINTBENCH", wrapped, 1);
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
	assert_has(faults, "\n5 \"hint/map=anon/page=4k/access=write/outcome=migrate\" page hint 1 0 1 1\n");
	assert_has(faults,
	           "\"hint/map=anon/page=pte-thp/access=write/outcome=migrate\" folio hint ? ? 1 512\n");
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
	struct ran *ran = hintbench("plot -o %s --metric migrated -m touch_max -C '*outcome=local' %s",
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
	    hintbench("plot -o %s -m touch_p50 %s %s", in_folder("clocks"), D "base.json", D "ns-new1.json");
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

/* As many cases as a full run has: the picture stays one that a person can look at, and says what it lacks. */
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
	run_behind("env PATH=/nowhere");
	struct ran *ran = hintbench("plot -o %s %s", in_folder("without"), D "ns-base1.json");
	run_behind(NULL);
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "package gnuplot-nox");
	assert_true(there("without/faults.gp") && there("without/faults.dat"));
	assert_true(there("without/touch.gp") && there("without/touch.dat") && there("without/latency.gp"));
	assert_false(there("without/faults.png"));
}

/* Swapped pages have no hint faults: their first faults are swap-in faults, and the picture has those bars. */
static void swapin_faults_are_bars(void **state)
{
	(void)state;
	struct ran *ran = hintbench("plot -o %s -C 'swap/map=anon/page=4k/access=read-write/back=fault$' "
	                            "results/reference/debian-bookworm.json",
	                            in_folder("swap"));
	assert_int_equal(ran->status, 0);
	assert_has(slurp("swap/faults.dat"),
	           "\n1 \"swap/map=anon/page=4k/access=read-write/back=fault\" page "
	           "swap-in 1 1\n# 1 of 1 cases\n");
	assert_has(slurp("swap/faults.svg"), "debian-bookworm: swap-in faults");
	ran =
	    hintbench("plot -o %s -C hint -C swap results/reference/debian-bookworm.json", in_folder("swap"));
	assert_int_equal(ran->status, 0);
	assert_has(slurp("swap/faults.svg"), "debian-bookworm: hint or swap-in faults");
}

/* One boot of three is odd: the bar is the median, as in the tables, and not 1/3. */
static void bars_are_medians_of_boots(void **state)
{
	(void)state;
	const char *odd = changed_data("ns-base3.json", "odd.json",
	                               "/map=anon.page=4k.access=read.outcome=local/"
	                               "s/\"write_faults\":{\"count\":0,\"per_unit\":0.0}/"
	                               "\"write_faults\":{\"count\":64,\"per_unit\":1.0}/");
	assert_int_equal(
	    hintbench("plot -o %s %s,%s,%s", in_folder("boots"), D "ns-base1.json", D "ns-base2.json", odd)
	        ->status,
	    0);
	assert_has(slurp("boots/faults.dat"), "access=read/outcome=local\" page hint 1 0\n");
	assert_int_equal(hintbench("plot -o %s %s", in_folder("boots"), odd)->status, 0);
	assert_has(slurp("boots/faults.dat"), "access=read/outcome=local\" page hint 1 1\n");
}

#define TWO D "base.json " D "new.json"

static void edited_scripts_are_kept(void **state)
{
	(void)state;
	assert_int_equal(hintbench("plot -o %s " TWO, in_folder("edited"))->status, 0);
	assert_has_not(hintbench("plot -o %s " TWO, in_folder("edited"))->err, "edited");
	in_shell(
	    "cd edited && sed -i \"s/^set title 'Faults/set title 'My faults/\" faults.gp && rm faults.svg");
	append("edited/latency.gp", "# mine as well\n");
	append("edited/series-touch_p50.gp", "# and mine\n");
	struct ran *ran = hintbench("plot -o %s " D "new.json " D "base.json", in_folder("edited"));
	assert_int_equal(ran->status, 0);
	assert_has(ran->err, "hintbench: faults.gp was edited and is kept; delete it to get the new one\n");
	assert_has(ran->err, "hintbench: latency.gp was edited and is kept");
	assert_has_not(ran->err, "touch.gp was edited");
	assert_has_not(ran->err, "labels.gp was edited");
	assert_has(slurp("edited/faults.svg"), "My faults per unit"); /* of the new data */
	assert_has(slurp("edited/faults.dat"), "page hint 1 1 1 0\n");
	assert_has(slurp("edited/latency.gp"), "# mine as well\n");
	/* Where the picture is no longer made its data go, and the script stays. */
	assert_int_equal(hintbench("plot -o %s " D "new.json", in_folder("edited"))->status, 0);
	assert_has(slurp("edited/series-touch_p50.gp"), "# and mine\n");
	assert_false(there("edited/series-touch_p50.dat") || there("edited/series-touch_p50.png"));
	assert_false(there("edited/series-write_faults.gp"));
	in_shell("rm edited/faults.gp");
	assert_has_not(hintbench("plot -o %s " TWO, in_folder("edited"))->err, "faults.gp was edited");
	assert_has_not(slurp("edited/faults.svg"), "My faults per unit");
}

/* The labels are of the results: edited ones are kept for the same results, and set aside for others. */
static void edited_labels_are_kept(void **state)
{
	(void)state;
	assert_int_equal(hintbench("plot -o %s " TWO, in_folder("named"))->status, 0);
	in_shell("sed -i \"s/'base'/'before'/\" named/labels.gp");
	struct ran *ran = hintbench("plot -o %s " TWO, in_folder("named"));
	assert_int_equal(ran->status, 0);
	assert_has(ran->err, "labels.gp was edited and is kept");
	assert_has(slurp("named/faults.svg"), "before: hint faults");
	for (int i = 1; i <= 2; i++) {
		char aside[64];
		ran = hintbench("plot -o %s " D "series%d.json", in_folder("named"), i);
		assert_int_equal(ran->status, 0);
		snprintf(aside, sizeof(aside), "named/labels.gp.~%d~", i);
		assert_has(ran->err, "labels.gp was edited, for other results: it is kept as labels.gp.~");
		assert_has(slurp(aside), i == 1 ? "'before'" : "# mine\n");
		assert_has_not(slurp("named/faults.svg"), "before: hint faults");
		append("named/labels.gp", "# mine\n");
	}
}

/* A later hintbench has better scripts: those of an earlier one that nobody edited are replaced. */
static void old_scripts_are_replaced(void **state)
{
	static const char old[] = "# of an earlier version\n";
	char marked[256];
	(void)state;
	in_shell("mkdir earlier");
	snprintf(marked, sizeof(marked), "# Written by `hintbench plot`, sum %08lx: edit it\n%s",
	         crc32(0, (const unsigned char *)old, strlen(old)), old);
	append("earlier/faults.gp", marked);
	struct ran *ran = hintbench("plot -o %s " D "base.json", in_folder("earlier"));
	assert_int_equal(ran->status, 0);
	assert_has_not(ran->err, "edited");
	assert_has_not(slurp("earlier/faults.gp"), old);
}

/* What strangers call their kernels is shown as it is, and is neither a format nor a command. */
static void names_are_no_formats(void **state)
{
	(void)state;
	const char *data =
	    changed_data("base.json", "hostile.json",
	                 "s|\"name\":\"base\"|\"name\":\"100%d it'\\''s %99999999999999s \\\\\"x\\\\\" "
	                 "@x {x}_2 `touch gotcha`\"|;"
	                 "s/does not arm/%d \\\\\"#\\\\\" arms no/");
	struct ran *ran = hintbench("plot -o %s %s " D "new.json", in_folder("hostile"), data);
	assert_int_equal(ran->status, 0);
	static const char *const pictures[] = {"faults", "touch", "write", "series-write_faults"};
	for (size_t i = 0; i < 4; i++) {
		char svg[64];
		snprintf(svg, sizeof(svg), "hostile/%s.svg", pictures[i]);
		assert_has(slurp(svg), "100%d it's %99999999999999s \"x\" @x {x}_2 `touch gotcha`");
	}
	assert_false(there("hostile/gotcha"));
}

static const char *quoted(void (*put)(const char *, FILE *), const char *text)
{
	static char buffer[256];
	FILE *out = fmemopen(buffer, sizeof(buffer), "w");
	put(text, out);
	fclose(out);
	return buffer;
}

/* Whatever the reader lets through: no text ends its string or begins a line. */
static void quotes_hold(void **state)
{
	(void)state;
	assert_string_equal(quoted(put_quoted_data, "a \"b\"\n1 2\x1b[31m\\n%d"),
	                    "\"a \\042b\\042 1 2 [31m/n%d\"");
	assert_string_equal(quoted(put_quoted_script, "it's\nload \"x\"\\"), "'it''s load \"x\"\\'");
	FILE *out = fopen(in_folder("quote.dat"), "w");
	assert_non_null(out);
	fputs("1 ", out);
	put_quoted_data("a \"b\" #c \\n%s\n2 2 2", out);
	fputs(" 7\n", out);
	fclose(out);
	in_shell("gnuplot -e \"set term svg noenhanced; set output 'quote.svg'; "
	         "plot 'quote.dat' using 1:3:ytic(2) with points, '' using 1:3:2 with labels\" 2>/dev/null");
	assert_has(slurp("quote.svg"), "<text>a \"b\" #c /n%s 2 2 2</text>");
}

/* Every file in the folder is whole, and nothing else is there. */
static void assert_whole(const char *where)
{
	char name[512];
	const struct dirent *entry;
	DIR *dir = opendir(in_folder(where));
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		const char *end = strrchr(entry->d_name, '.');
		if (strspn(entry->d_name, ".") == strlen(entry->d_name))
			continue;
		snprintf(name, sizeof(name), "%s/%s", where, entry->d_name);
		assert_int_not_equal(entry->d_name[0], '.');
		if (strcmp(end, ".png") == 0)
			assert_true(png_height(name) > 100);
		else if (strcmp(end, ".svg") == 0)
			assert_has(slurp(name), "</svg>");
		else
			assert_int_equal(slurp(name)[strlen(slurp(name)) - 1], '\n');
	}
	closedir(dir);
}

/* No file can be longer than so many blocks: data, scripts or pictures can't be written, and the old ones stay whole. */
static void files_that_cannot_grow(void **state)
{
	static const int blocks[] = {1, 2, 4, 8, 16, 32, 64, 128};
	(void)state;
	assert_int_equal(hintbench("plot -o %s " D "base.json", in_folder("limited"))->status, 0);
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		char code[64];
		snprintf(code, sizeof(code), "trap '' XFSZ; ulimit -f %d;", blocks[i]);
		run_behind(code);
		int status = hintbench("plot -o %s " TWO, in_folder("limited"))->status;
		run_behind(NULL);
		assert_int_equal(status, 2);
		assert_whole("limited");
	}
	assert_int_equal(hintbench("plot -o %s " TWO, in_folder("limited"))->status, 0);
	assert_whole("limited");
}

#define OWN_MOUNTS "unshare $(test $(id -u) = 0 || echo -r) -m"

/* In a file system of its own, of which the folder "saved" gets a copy. */
static struct ran *plot_on_small_disk(int kilobytes)
{
	char code[768];
	in_shell("rm -rf small saved && mkdir small");
	snprintf(code, sizeof(code),
	         OWN_MOUNTS " sh -c 'mount -t tmpfs -o size=%dk hintbench-test %s/small; \"$@\"; status=$?; "
	                    "cp -r %s/small %s/saved; exit $status' sh",
	         kilobytes, folder, folder, folder);
	run_behind(code);
	struct ran *ran = hintbench("plot -o %s " TWO, in_folder("small/pictures"));
	run_behind(NULL);
	return ran;
}

static void full_disk_is_told(void **state)
{
	(void)state;
	if (system(OWN_MOUNTS " mount -t tmpfs none /mnt 2>/dev/null") != 0) {
		puts("a small file system needs root, or user namespaces");
		skip();
	}
	for (int kilobytes = 4; kilobytes <= 256; kilobytes *= 2) {
		struct ran *ran = plot_on_small_disk(kilobytes);
		assert_int_equal(ran->status, 2);
		assert_has(ran->err, "hintbench: ");
		if (there("saved/pictures"))
			assert_whole("saved/pictures");
	}
	assert_int_equal(plot_on_small_disk(16384)->status, 0);
	assert_whole("saved/pictures");
}

/* A plot that was killed leaves its stage behind, and a file of a stranger may stand in its place. */
static void stages_of_killed_plots_go(void **state)
{
	(void)state;
	in_shell("mkdir -p killed/.hintbench-plot && echo old >killed/.hintbench-plot/faults.dat");
	assert_int_equal(hintbench("plot -o %s " D "base.json", in_folder("killed"))->status, 0);
	assert_whole("killed");
	in_shell("mkdir victim && touch victim/file && ln -s ../victim killed/.hintbench-plot");
	assert_int_equal(hintbench("plot -o %s " D "base.json", in_folder("killed"))->status, 2);
	assert_true(there("victim/file"));
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
	assert_has(ran->err, "cannot write into /proc");
	ran = hintbench("plot -o %s %s", in_folder("bad"), D "cut-short.json");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "cut short");
	assert_false(there("bad"));
	ran = hintbench("plot -o %s --metric migrated %s", in_folder("bad"), D "base.json");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "--metric needs the results of two kernels or more");
	static const char *const metrics[] = {"speed", "../write_faults", ""};
	for (size_t i = 0; i < 3; i++) {
		ran = hintbench("plot -o %s --metric '%s' %s", in_folder("bad"), metrics[i], SERIES);
		assert_int_equal(ran->status, 2);
		assert_has(ran->err, "no metric '");
	}
	ran = hintbench("plot -o %s --case hint/map=anno %s", in_folder("bad"), SERIES);
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "no case fits 'hint/map=anno'");
	assert_false(there("bad"));
	assert_int_equal(hintbench("plot %s", D "base.json")->status, 2);
	assert_int_equal(hintbench("plot -o %s", folder)->status, 2);
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
	    cmocka_unit_test(swapin_faults_are_bars),
	    cmocka_unit_test(bars_are_medians_of_boots),
	    cmocka_unit_test(edited_scripts_are_kept),
	    cmocka_unit_test(edited_labels_are_kept),
	    cmocka_unit_test(old_scripts_are_replaced),
	    cmocka_unit_test(names_are_no_formats),
	    cmocka_unit_test(quotes_hold),
	    cmocka_unit_test(files_that_cannot_grow),
	    cmocka_unit_test(full_disk_is_told),
	    cmocka_unit_test(stages_of_killed_plots_go),
	    cmocka_unit_test(bad_input_is_told),
	};
	return cmocka_run_group_tests(tests, set_up_folder, tear_down_folder);
}
