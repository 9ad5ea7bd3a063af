/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/cmocka_all.h"

#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/analysis/comparison.h"
#include "tests/data/format_example.c"
#include "tests/support/files.h"
#include "tests/support/run.h"

#define D          "tests/data/"
#define R          "results/reference/"
#define MIGRATE    "hint/map=anon/page=4k/access=write/outcome=migrate"
#define BASE_BOOTS D "ns-base1.json," D "ns-base2.json," D "ns-base3.json," D "ns-base4.json"
#define NEW_BOOTS  D "ns-new1.json," D "ns-new2.json," D "ns-new3.json," D "ns-new4.json"

/* Runs a shell command, which must end well. */
static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void shell(const char *format, ...)
{
	char command[2048];
	va_list args;
	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	assert_int_equal(system(command), 0);
}

/* What a command wrote as JSON. */
static json_t *parsed(const struct ran *ran)
{
	assert_int_equal(ran->status, 0);
	json_error_t error;
	json_t *doc = json_loads(ran->out, JSON_REJECT_DUPLICATES, &error);
	if (!doc)
		fail_msg("line %d: %s", error.line, error.text);
	return doc;
}

static json_t *row(const json_t *doc, const char *case_name, const char *metric)
{
	json_t *rows = json_object_get(doc, "rows");
	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *here = json_array_get(rows, i);
		if (strcmp(json_string_value(json_object_get(here, "case")), case_name) == 0 &&
		    strcmp(json_string_value(json_object_get(here, "metric")), metric) == 0)
			return here;
	}
	return NULL;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

static double number_of(const json_t *object, const char *key)
{
	assert_true(json_is_number(json_object_get(object, key)));
	return json_number_value(json_object_get(object, key));
}

static size_t rows_with(const json_t *doc, const char *key, const char *value)
{
	size_t index, count = 0;
	json_t *here;
	json_array_foreach (json_object_get(doc, "rows"), index, here)
		count += strcmp(text_of(here, key), value) == 0;
	return count;
}

static void other_settings_and_sizes_are_noted(void **state)
{
	(void)state;
	struct ran *ran = hintbench("compare %s %s", D "base.json", D "other.json");
	assert_int_equal(ran->status, 0);
	assert_has(ran->out, "note: settings differ: kernel.numa_balancing is 1 in");
	assert_has(ran->out, "numbers of units differ in 1 case");
	assert_has(ran->out, "inconclusive: 2 of 64 pages were armed (new: 1 case)");
	assert_has(ran->out, "absent: not in the file (new: 22 cases, base: 1 case)");
}

static void boots_are_of_one_kernel(void **state)
{
	(void)state;
	struct ran *ran = hintbench("compare %s %s,%s", D "base.json", D "ns-base1.json", D "ns-new1.json");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "different kernels");
	ran = hintbench("compare %s %s,%s", D "base.json", D "ns-base1.json", D "ns-base1.json");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "same boot");
}

static size_t lines_of(const char *text)
{
	size_t lines = 0;
	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static void formats_agree(void **state)
{
	(void)state;
	struct ran *ran =
	    hintbench("compare --format json %s %s %s", D "base.json", D "new.json", D "base.json");
	assert_string_equal(ran->err, "");
	json_t *doc = parsed(ran);
	static const char *const keys[] = {"base", "new",      "common",  "notes",
	                                   "rows", "unpaired", "missing", "cases"};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_non_null(json_object_get(doc, keys[i]));
	assert_int_equal(json_array_size(json_object_get(doc, "new")), 2);
	size_t rows = json_array_size(json_object_get(doc, "rows"));
	size_t others = json_array_size(json_object_get(doc, "missing")) +
	                json_array_size(json_object_get(doc, "unpaired"));
	assert_true(rows > 200);
	assert_true(number_of(json_array_get(json_object_get(doc, "rows"), rows - 1), "new_index") == 1);
	json_decref(doc);
	ran = hintbench("compare --format csv %s %s %s", D "base.json", D "new.json", D "base.json");
	assert_int_equal(lines_of(ran->out), 1 + rows + others);
	assert_has(ran->out, "\n" MIGRATE ",write_faults,count,per page,base (" D
	                     "base.json),new,0,1,1,,different,,,1,1,");
	ran = hintbench("compare --format md %s %s", D "base.json", D "new.json");
	assert_has(ran->out, "\n### touch_p50, instructions\n\n| case | base |");
	assert_has(ran->out, "| " MIGRATE " | 2080 | → 2700 (+620, +29.81 %) |");
}

/* A row of the document has what programs built on. */
static void json_rows_are_whole(void **state)
{
	(void)state;
	json_t *doc = parsed(hintbench("compare -f json %s %s", D "base.json", D "new.json"));
	json_t *faults = row(doc, MIGRATE, "write_faults"), *touch = row(doc, MIGRATE, "touch_p50");
	assert_string_equal(text_of(faults, "verdict"), "different");
	assert_string_equal(text_of(faults, "kind"), "count");
	assert_string_equal(text_of(faults, "unit"), "per page");
	assert_true(number_of(faults, "base") == 0 && number_of(faults, "new") == 1);
	assert_true(json_is_null(json_object_get(faults, "delta_pct")));
	assert_string_equal(text_of(touch, "kind"), "latency");
	assert_true(json_is_integer(json_object_get(touch, "base")));
	assert_true(json_is_true(json_object_get(touch, "exact")));
	assert_true(number_of(touch, "delta") == 620);
	assert_true(number_of(touch, "delta_pct") > 29.8 && number_of(touch, "delta_pct") < 29.9);
	assert_true(json_is_integer(
	    json_object_get(json_object_get(json_object_get(doc, "common"), "machine"), "cpus")));
	json_decref(doc);
	doc = parsed(hintbench("compare -f json %s %s", BASE_BOOTS, NEW_BOOTS));
	touch = row(doc, MIGRATE, "touch_p50");
	assert_true(number_of(touch, "p") > 0.028 && number_of(touch, "p") < 0.029);
	assert_true(number_of(touch, "base_boots") == 4 && number_of(touch, "new_boots") == 4);
	json_decref(doc);
}

/* What has no partner, the kernels' names, p, n and the interval were not in it. */
static void csv_leaves_nothing_out(void **state)
{
	(void)state;
	struct ran *ran = hintbench("compare -f csv %s %s", D "base.json", D "other.json");
	assert_has(ran->out,
	           "case,metric,kind,unit,base_kernel,new_kernel,base,new,delta,delta_pct,verdict,reason,"
	           "p,base_boots,new_boots,base_low,base_high,new_low,new_high,relevant,shift_low,"
	           "shift_high,floor,resolution,boots_needed\n");
	assert_has(ran->out,
	           "\nhint/map=shmem/page=4k/access=read/outcome=local,touch_p50,latency,instructions,base,,"
	           "2080,,,,unpaired,,,1,,");
	assert_has(ran->out,
	           "\nhint/map=anon/page=4k/access=write/outcome=fail-late,hint_faults,count,per page,,new,"
	           ",1,,,unpaired,,,,1,,,,,,,,,,\n");
	assert_has(ran->out, "\nhint/map=anon/page=4k/access=write/outcome=local,,,,,new,,,,,missing,"
	                     "inconclusive: 2 of 64 pages were armed,,,,,,,,,,,,,\n");
	ran = hintbench("compare -f csv -m touch_p50 %s %s", BASE_BOOTS, NEW_BOOTS);
	assert_has(ran->out, "\n" MIGRATE ",touch_p50,latency,ns,base,new,");
	assert_has(ran->out, ",different,,0.0285714285714286,4,4,,,,,true,");
	ran = hintbench("compare -f csv -m touch_p50 -C '" MIGRATE "$' %s %s", D "ns-base1.json",
	                D "ns-new1.json");
	assert_has(ran->out, ",unclear,");
	assert_has_not(ran->out, ",1,1,,,,,"); /* one boot: the interval is that of its samples */
}

static void text_shows_what_matters(void **state)
{
	(void)state;
	struct ran *ran = hintbench("compare %s %s", D "base.json", D "new.json");
	assert_int_equal(ran->status, 0);
	assert_has(ran->out, "touch_p50, instructions\n");
	assert_has(ran->out, "  →  2700  (+620, +29.81 %)\n");
	assert_has(ran->out, "2080       =  2080\n");
	assert_has(ran->out, " figures same, ");
	assert_has(ran->out, "also different, not shown: touch_mean");
	assert_has_not(ran->out, "other_faults");
	ran =
	    hintbench("compare --metric other_faults --metric touch_p99 %s %s", D "base.json", D "new.json");
	assert_has(ran->out, "other_faults per page\n");
	assert_has(ran->out, "touch_p99, instructions\n");
	assert_has_not(ran->out, "touch_p50");
}

#define SERIES    D "series1.json " D "series2.json " D "series3.json " D "series4.json"
#define THP_STAYS "hint/map=anon/page=thp/access=write/outcome=local"

/* A column a kernel; what is missing is no zero, and what the others measured stands beside it. */
static void many_kernels_have_a_column_each(void **state)
{
	(void)state;
	struct ran *ran = hintbench("compare %s", SERIES);
	assert_int_equal(ran->status, 0);
	assert_has(ran->out, "new2  6.3: series-of-kernels-3, 6.3.3-made-up");
	assert_has(ran->out, "\nhint_faults per pmd\n"
	                     "case                                              6.1           6.2"
	                     "          6.3     6.4\n");
	assert_has(ran->out, "\nhint/page=thp/access=write/outcome=local         skip  [2]     skip  [2]"
	                     "       1       1\n");
	assert_has(ran->out, "\nhint/page=4k/access=write/outcome=migrate         0  =       0       →    1"
	                     "  +1  →    1  +1\n");
	assert_has(ran->out, "absent  [1]  =    1  =    1\n");
	assert_has(ran->out, "\nevery case below: map=anon\n");
	assert_has(ran->out, "→  2700  +620          →  2700  +620\n");
	assert_has(ran->out, "\n[1] absent: not in the file (6.2: 1 case)\n");
	assert_has(ran->out, "\n[2] skip: this kernel has only 1..2 of 3 (6.1: 1 case, 6.2: 1 case)\n");
	assert_has(ran->out, "series-of-kernels-4: 85 of 134 figures same, 49 different (41 relevant)\n");
	/* Over the cases that the kernel and the base have. */
	assert_has(ran->out, "+4.85 % (11)           +4.85 % (11)\n");
	ran = hintbench("compare -f md %s", SERIES);
	assert_has(ran->out, "\n| case | 6.1 | 6.2 | 6.3 | 6.4 |\n|---|--:|--:|--:|--:|\n");
	assert_has(ran->out, "\n| hint/page=4k/access=write/outcome=migrate | 0 | = 0 | → 1 +1 | → 1 +1 |\n");
	assert_has(ran->out, "| skip [2] | skip [2] | 1 | 1 |\n");
	assert_has(ran->out, "\n- [2] skip: ");
}

static void unpaired_figures_are_kept(void **state)
{
	(void)state;
	struct ran *ran = hintbench("compare -f json -m touch_p50 %s", SERIES);
	json_t *doc = json_loads(ran->out, 0, NULL), *unpaired = json_object_get(doc, "unpaired");
	assert_null(row(doc, THP_STAYS, "touch_p50"));
	assert_int_equal(json_array_size(unpaired), 2);
	for (size_t i = 0; i < 2; i++) {
		json_t *figure = json_array_get(unpaired, i);
		assert_string_equal(text_of(figure, "case"), THP_STAYS);
		assert_string_equal(text_of(figure, "kernel"), "new");
		assert_string_equal(text_of(figure, "unit"), "instructions");
		assert_true(number_of(figure, "new_index") == (double)i + 1);
		assert_true(number_of(figure, "value") == 2080);
	}
	assert_int_equal(json_array_size(json_object_get(doc, "cases")), 12);
	assert_int_equal(json_array_size(json_object_get(doc, "missing")), 3);
	json_decref(doc);
}

/* Of the figures of tables with the cases on lines of their own. */
static size_t longest_table_line(const char *text)
{
	size_t longest = 0;
	for (const char *line = strstr(text, "\nhint_faults"); line; line = strchr(line, '\n')) {
		size_t width = 0;
		line++;
		bool table = strncmp(line, "    ", 4) == 0;
		for (const char *c = line; *c && *c != '\n'; c++)
			width += (*c & 0xc0) != 0x80;
		longest = table && width > longest ? width : longest;
	}
	return longest;
}

static void tables_fit_the_terminal(void **state)
{
	(void)state;
	struct ran *ran = hintbench("compare --width 200 %s %s", SERIES, D "new.json");
	assert_has_not(ran->out, "\ncase\n");
	ran = hintbench("compare --width 80 %s %s", SERIES, D "new.json");
	assert_has(ran->out, "\nhint_faults per page\ncase\n  ");
	assert_true(longest_table_line(ran->out) <= 80 && longest_table_line(ran->out) > 50);
	ran = hintbench("compare --width 50 %s %s", SERIES, D "new.json");
	assert_true(longest_table_line(ran->out) <= 50);
	assert_has(strstr(ran->out, "\ntouch_p50") + 1, "\ntouch_p50, instructions\n"); /* a second table */
	assert_int_equal(hintbench("compare --width wide %s", SERIES)->status, 2);
	assert_int_equal(hintbench("compare --width -1 %s", SERIES)->status, 2);
}

static void labels_are_told_apart(void **state)
{
	(void)state;
	struct ran *ran = hintbench("compare -f json -m migrated %s %s %s %s", D "new.json", D "base.json",
	                            D "new.json", D "new.json");
	json_t *doc = json_loads(ran->out, 0, NULL), *news = json_object_get(doc, "new");
	assert_string_equal(text_of(json_object_get(doc, "base"), "label"), "new (" D "new.json)");
	assert_string_equal(text_of(json_array_get(news, 0), "label"), "base");
	assert_string_equal(text_of(json_array_get(news, 1), "label"), "new (" D "new.json, 2)");
	assert_string_equal(text_of(json_array_get(news, 2), "label"), "new (" D "new.json, 3)");
	json_decref(doc);
	ran = hintbench("compare %s %s %s", D "new.json", D "base.json", D "new.json");
	assert_has(ran->out, "new2  new (" D "new.json, 2), 6.12.0-made-up");
	assert_has(ran->out, " base     new1     new2\n");
}

/* A third kernel of another clock and with noise: its counts are compared, its times are left out. */
static void clocks_and_noise_of_many(void **state)
{
	(void)state;
	struct ran *ran = hintbench("compare %s %s %s", D "base.json", D "new.json", D "ns-new1.json");
	assert_int_equal(ran->status, 0);
	assert_has(ran->out, "is exact and " D "ns-new1.json is not: noise is allowed for");
	assert_has(ran->out, "clocks differ (instructions in " D "base.json, ns in " D "ns-new1.json)");
	assert_has_not(ran->out, "touch_p50, ns");
	assert_has(strstr(ran->out, "\ntouch_p50, instructions\n"), "→  2700  +620               –\n");
	json_t *doc = json_loads(
	    hintbench("compare -f json %s %s %s", D "base.json", D "new.json", D "ns-new1.json")->out, 0,
	    NULL);
	assert_true(rows_with(doc, "unit", "instructions") > 0);
	assert_int_equal(rows_with(doc, "unit", "ns"), 0);
	size_t index;
	json_t *figure;
	json_array_foreach (json_object_get(doc, "unpaired"), index, figure)
		assert_string_not_equal(text_of(figure, "unit"), "ns");
	json_decref(doc);
}

static void cases_and_differences_are_chosen(void **state)
{
	(void)state;
	struct ran *ran = hintbench("compare -C hint/map=anon/page=thp/*/outcome=local %s", SERIES);
	assert_int_equal(ran->status, 0);
	assert_has(ran->out, "outcome=local");
	assert_has_not(ran->out, "access=write/outcome=migrate");
	ran = hintbench("compare --different -m touch_p50 %s", SERIES);
	assert_int_equal(ran->status, 0);
	assert_has(ran->out, "→  2700  +620");
	assert_has_not(ran->out, "access=read/outcome=local");
	ran = hintbench("compare -C nosuch %s", SERIES);
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "no case fits 'nosuch'");
}

static void fail_on_different(void **state)
{
	(void)state;
	assert_int_equal(hintbench("compare --fail-on different %s %s", D "base.json", D "new.json")->status,
	                 1);
	assert_int_equal(hintbench("compare --fail-on different %s %s", D "base.json", D "base.json")->status,
	                 0);
	assert_int_equal(
	    hintbench("compare --fail-on different -m migrated %s %s", D "base.json", D "new.json")->status,
	    0);
	assert_int_equal(hintbench("compare --fail-on often %s %s", D "base.json", D "new.json")->status, 2);
}

static void bad_input_is_told(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
	    {D "cut-short.json", "cut short: 3 whole cases"},
	    {D "newer-schema.json", "newer hintbench"},
	    {D "not-json.txt", "not JSON"},
	    {D "other-json.json", "no result of hintbench"},
	    {D "absent.json", "No such file"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ran *ran = hintbench("compare %s %s", D "base.json", cases[i][0]);
		assert_int_equal(ran->status, 2);
		assert_has(ran->err, cases[i][0]);
		assert_has(ran->err, cases[i][1]);
		assert_string_equal(ran->out, "");
	}
	struct ran *ran = hintbench("compare --metric speed %s %s", D "base.json", D "new.json");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "no metric 'speed' in any of the results; there are: hint_faults");
	assert_int_equal(hintbench("compare --format xml %s %s", D "base.json", D "new.json")->status, 2);
	assert_int_equal(hintbench("compare %s", D "base.json")->status, 2);
	assert_int_equal(hintbench("compare %s %s >/dev/full", D "base.json", D "new.json")->status, 2);
}

static void no_difference_is_an_answer(void **state)
{
	(void)state;
	struct ran *ran =
	    hintbench("compare --different --fail-on different %s %s", D "base.json", D "base.json");
	assert_int_equal(ran->status, 0);
	assert_string_equal(ran->err, "");
	assert_has(ran->out, "\nno figure differs\n");
	assert_has_not(ran->out, "nothing to compare");
	ran = hintbench("compare -C page=pte-thp --fail-on different %s %s", D "base.json", D "new.json");
	assert_int_equal(ran->status, 1);
	assert_has(ran->out, "\nnothing to compare: no chosen case is ok on the base and another kernel\n");
	assert_has(ran->err, "nothing could be compared");
}

/* Counts and means are of everything compared, and say so; tables and --fail-on go by what was asked for. */
static void filters_change_no_figure(void **state)
{
	(void)state;
	char all[64], counts[128];
	struct ran *ran = hintbench("compare %s %s", D "base.json", D "new.json");
	char *line = strstr(ran->out, "\nnew: "), *mean = strstr(ran->out, "geomean of the ratios");
	assert_non_null(line);
	assert_non_null(mean);
	snprintf(counts, sizeof(counts), "%.*s (of all 27 cases)\n", (int)strcspn(line + 1, "\n") + 1, line);
	snprintf(all, sizeof(all), "%.*s", (int)strcspn(strchr(mean, '%') - 6, "\n"), strchr(mean, '%') - 6);
	static const char *const filters[] = {"--different", "-m touch_p50", "-C '" MIGRATE "$'",
	                                      "-C outcome=migrate -m touch_p50 --different"};
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		ran = hintbench("compare %s %s %s", filters[i], D "base.json", D "new.json");
		assert_int_equal(ran->status, 0);
		assert_has(ran->out, counts);
		assert_has(ran->out, "geomean of the ratios (of all 27 cases)");
		assert_has(ran->out, all);
	}
	assert_int_equal(hintbench("compare --fail-on different -m write_faults -C outcome=local %s %s",
	                           D "base.json", D "new.json")
	                     ->status,
	                 0);
	assert_int_equal(hintbench("compare --fail-on different -m write_faults -C outcome=migrate %s %s",
	                           D "base.json", D "new.json")
	                     ->status,
	                 1);
}

/* Of times that are all the measuring's own cost there is no mean. */
static void no_mean_of_nothing(void **state)
{
	(void)state;
	struct ran *ran = hintbench("compare %s %s", D "base.json", D "new.json");
	assert_has(ran->out, "geomean");
	shell("sed 's#hint/map#overhead/map#' " D "base.json >%s", in_folder("overhead.json"));
	ran = hintbench("compare %s %s", in_folder("overhead.json"), in_folder("overhead.json"));
	assert_int_equal(ran->status, 0);
	assert_has(ran->out, "touch_p50, instructions\n");
	assert_has_not(ran->out, "geomean");
}

/* Tables take their metrics from the catalogue; some only where there is any. */
static void the_catalogue_chooses_the_tables(void **state)
{
	(void)state;
	struct ran *ran = hintbench("compare %s %s", R "debian-bullseye.json", R "debian-bookworm.json");
	assert_int_equal(ran->status, 0);
	assert_has(ran->out, "\nhint_faults per page\n");
	assert_has(ran->out, "\nswapin_faults per page\n");
	assert_has(ran->out, "\nprotection_lost per pmd\n");
	ran = hintbench("compare %s %s", R "debian-bookworm.json", R "debian-bookworm-backports.json");
	assert_has(ran->out, "\nswapin_faults per page\n");
	assert_has_not(ran->out, "\nprotection_lost");
}

/* The comparison of two files, for what no made-up result shows. */
struct loaded {
	struct result_set *sets;
	struct comparison *comparison;
	struct filter filter;
};

static struct loaded load(const char *base, const char *new)
{
	struct error error = {0};
	char *specs[] = {(char *)base, (char *)new};
	struct loaded loaded = {.sets = result_sets_load(specs, 2, &error)};
	if (!loaded.sets)
		fail_msg("%s", error.text);
	loaded.comparison = comparison_make(loaded.sets, 2, NULL);
	assert_int_equal(filter_prepare(&loaded.filter, loaded.comparison, &error), 0);
	return loaded;
}

static void unload(struct loaded *loaded)
{
	filter_release(&loaded->filter);
	comparison_free(loaded->comparison);
	result_sets_free(loaded->sets, 2);
}

/* To be freed. */
static char *rendered(const struct loaded *loaded, const char *format)
{
	struct error error = {0};
	struct view view = {.filter = &loaded->filter};
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	assert_non_null(out);
	assert_non_null(format_find(format));
	assert_int_equal(format_find(format)->render(loaded->comparison, &view, out, &error), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static struct compared_cell *cell_of(const struct loaded *loaded, const char *name, const char *metric)
{
	for (size_t i = 0; i < loaded->comparison->case_count; i++) {
		struct compared_case *compared = &loaded->comparison->cases[i];
		for (size_t j = 0; strcmp(compared->name, name) == 0 && j < compared->figure_count; j++)
			if (strcmp(compared->figures[j].name, metric) == 0)
				return &compared->figures[j].cells[1];
	}
	fail_msg("no %s of %s", metric, name);
	return NULL;
}

/* Adds to each number of a JSON value. */
static void shift_numbers(json_t *value, int by)
{
	size_t index;
	const char *key;
	json_t *inner;
	if (json_is_integer(value))
		json_integer_set(value, json_integer_value(value) + by);
	else if (json_is_real(value))
		json_real_set(value, json_real_value(value) + by);
	json_object_foreach (value, key, inner)
		if (strcmp(key, "n") != 0)
			shift_numbers(inner, by);
	/* Of the bins of a distribution the values, not the counts. */
	json_array_foreach (value, index, inner)
		if (json_is_array(inner) || index == 0)
			shift_numbers(inner, by);
}

/* Boots of the exact kernel of base.json in a folder, of which the touches in MIGRATE take longer by a value each. */
static const char *make_boots(const char *name, const int *values, size_t count)
{
	static char paths[2][128];
	static size_t turn;
	char *path = paths[turn++ % 2], boot[256];
	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	shell("mkdir -p %s", path);
	for (size_t i = 0; i < count; i++) {
		json_t *doc = json_load_file(D "base.json", 0, NULL), *record;
		size_t index;
		json_object_set_new(json_object_get(doc, "context"), "boot",
		                    json_pack("{s:i}", "seed", (int)i + 1));
		json_array_foreach (json_object_get(doc, "cases"), index, record)
			if (strcmp(text_of(record, "name"), MIGRATE) == 0)
				shift_numbers(json_object_get(json_object_get(record, "latency"), "touch"),
				              values[i]);
		snprintf(boot, sizeof(boot), "%s/boot-%zu.json", path, i + 1);
		assert_int_equal(json_dump_file(doc, boot, 0), 0);
		json_decref(doc);
	}
	return path;
}

/* A folder is a side; what its kernel does to itself is no difference, and more is. */
static void boots_of_a_folder_are_a_side(void **state)
{
	(void)state;
	static const int still[] = {0, 0, 0, 0, 0}, one[] = {1, 1, 1, 1, 1}, moves[] = {0, 3, 0, 0, 3},
	                 other[] = {3, 0, 0, 3, 2};
	const char *base = make_boots("still", still, 5);
	const char *new = make_boots("one", one, 5);
	json_t *doc = parsed(hintbench("compare -f json %s %s", base, new));
	json_t *touch = row(doc, MIGRATE, "touch_p50");
	assert_string_equal(text_of(touch, "verdict"), "different");
	assert_true(json_is_false(json_object_get(touch, "relevant")));
	assert_true(number_of(touch, "delta") == 1 && number_of(touch, "floor") == 0);
	assert_true(json_number_value(json_array_get(json_object_get(touch, "interval"), 0)) == 1);
	assert_int_equal(rows_with(doc, "verdict", "different"), 6);
	assert_int_equal(json_array_size(json_object_get(json_object_get(doc, "base"), "files")), 5);
	assert_int_equal(json_array_size(json_object_get(doc, "notes")), 0);
	json_decref(doc);
	/* Less than 0.1 % is different, and does not matter; unless it is asked for. */
	assert_int_equal(hintbench("compare --fail-on different %s %s", base, new)->status, 1);
	assert_int_equal(hintbench("compare --fail-on relevant %s %s", base, new)->status, 0);
	assert_int_equal(hintbench("compare --fail-on relevant --threshold 0.01 %s %s", base, new)->status,
	                 1);
	assert_int_equal(hintbench("compare --threshold 0 %s %s", base, new)->status, 2);
	/* A single boot less is no pair of seeds, and the same boots are. */
	base = make_boots("moves", moves, 5);
	assert_int_equal(hintbench("compare --fail-on different %s %s", base, base)->status, 0);
	new = make_boots("other", other, 5);
	doc = parsed(hintbench("compare -f json %s %s", base, new));
	assert_true(number_of(row(doc, MIGRATE, "touch_p50"), "floor") == 3);
	assert_int_equal(rows_with(doc, "verdict", "different"), 0);
	json_decref(doc);
	struct ran *ran = hintbench("compare %s %s", base, new);
	assert_has(ran->out, ", exact, 5 boots\n");
	assert_has(ran->out, "times half would have shown a difference of 0 %, nine of ten one of 0 %\n");
}

/* What the same kernel was found to do to itself elsewhere is no difference either. */
static void measured_floors_are_taken_off(void **state)
{
	(void)state;
	static const char *const bad[][2] = {
	    {"[", "cannot be read"},
	    {"{\"schema\": \"hintbench-floor/2\", \"floors\": []}", "schema must be hintbench-floor/1"},
	    {"{\"schema\": \"hintbench-floor/1\", \"floors\": [{\"case\": \"hint\"}]}",
	     "floors.metric is missing"},
	};
	shell("echo '{\"schema\": \"hintbench-floor/1\", \"floors\": [{\"case\": \"" MIGRATE
	      "\", \"metric\": \"touch_p50\", \"unit\": \"instructions\", \"floor\": 620}, {\"case\": "
	      "\"" MIGRATE "\", \"metric\": \"write_faults\", \"unit\": \"per pmd\", \"floor\": 1}]}' >%s",
	      in_folder("floor.json"));
	json_t *doc = parsed(hintbench("compare -f json --floor %s %s %s", in_folder("floor.json"),
	                               D "base.json", D "new.json"));
	json_t *touch = row(doc, MIGRATE, "touch_p50");
	assert_true(number_of(touch, "floor") == 620);
	assert_string_equal(text_of(touch, "verdict"), "same");
	/* In another unit it is the floor of something else. */
	assert_string_equal(text_of(row(doc, MIGRATE, "write_faults"), "verdict"), "different");
	json_decref(doc);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		shell("echo '%s' >%s", bad[i][0], in_folder("bad.json"));
		struct ran *ran =
		    hintbench("compare --floor %s %s %s", in_folder("bad.json"), D "base.json", D "new.json");
		assert_int_equal(ran->status, 2);
		assert_has(ran->err, bad[i][1]);
	}
	assert_int_equal(hintbench("compare --floor /absent %s %s", D "base.json", D "new.json")->status, 2);
}

static void equality_may_be_asked_for(void **state)
{
	(void)state;
	static const int two[] = {0, 0}, one[] = {1, 1};
	const char *base = make_boots("two", two, 2), *new = make_boots("one-more", one, 2);
	assert_int_equal(hintbench("compare --fail-on different %s %s", base, new)->status, 0);
	assert_int_equal(hintbench("compare --exact --fail-on different %s %s", base, new)->status, 1);
	struct ran *ran = hintbench("compare --exact %s %s", D "ns-base1.json", D "ns-new1.json");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "--exact: " D "ns-base1.json is not exact");
}

/* Counters of the whole machine are shown to who asks, and never judged. */
static void counters_of_the_machine_are_context(void **state)
{
	(void)state;
	static const char *const files = R "debian-bookworm.json " R "debian-bookworm-backports.json";
	json_t *doc = parsed(hintbench("compare -f json -m pgreuse %s", files));
	size_t rows = json_array_size(json_object_get(doc, "rows"));
	assert_true(rows > 100);
	assert_int_equal(rows_with(doc, "verdict", "none"), rows);
	json_decref(doc);
	struct ran *ran = hintbench("compare -m pgreuse --fail-on different %s", files);
	assert_int_equal(ran->status, 1);
	assert_has(ran->err, "nothing could be compared");
	assert_has(ran->out, "pgreuse per page\n");
	assert_has_not(ran->out, "→");
}

/* "~" is for what is unclear: one that is the same but for noise was shown with it. */
static void marks_are_the_verdicts(void **state)
{
	(void)state;
	struct loaded loaded = load(D "base.json", D "new.json");
	struct compared_cell *cell = cell_of(&loaded, MIGRATE, "touch_p50");
	*cell = (struct compared_cell){
	    .measured = true,
	    .from = &(struct boot_values){.boots = 2, .values = (double[]){2080, 2082}},
	    .value = 2081,
	    .boots = 9,
	    .judged = true,
	    .paired = true,
	    .delta = 1,
	    .delta_pct = 0.05,
	    .judgement = {.verdict = VERDICT_SAME, .p = 0.5}};
	char *text = rendered(&loaded, "text");
	assert_has(text, "=  2081 ± ∞  (+1, +0.05 %, p=0.5 n=1+9)\n");
	free(text);
	cell->judgement.verdict = VERDICT_UNCLEAR;
	cell->judgement.reason = "made up";
	cell->judgement.boots_needed = 9;
	text = rendered(&loaded, "text");
	assert_has(text, "~  2081 ± ∞  (+1, +0.05 %, p=0.5 n=1+9)\n");
	assert_has(text, "\n~ in 1 figures above: made up; about 9 boots of each kernel would tell\n");
	free(text);
	cell->judgement = (struct judgement){.verdict = VERDICT_DIFFERENT, .p = NAN};
	text = rendered(&loaded, "text");
	assert_has(text, "›  2081 ± ∞  (+1, +0.05 %)\n");
	free(text);
	cell->judgement.relevant = true;
	text = rendered(&loaded, "text");
	assert_has(text, "→  2081 ± ∞  (+1, +0.05 %)\n");
	free(text);
	unload(&loaded);
}

/* tests/data/format_example.c. */
static void a_format_is_one_file(void **state)
{
	(void)state;
	struct loaded loaded = load(D "base.json", D "new.json");
	char *text = rendered(&loaded, "example");
	assert_has(text, MIGRATE " write_faults: 0 -> 1\n");
	assert_has_not(text, "hint_faults");
	free(text);
	unload(&loaded);
	assert_has(hintbench("compare --help")->out, "rows (a Markdown");
}

/* That the tables of the docs are so is for test_docs.c. */
static void rows_make_the_tables_of_the_docs(void **state)
{
	(void)state;
	struct ran *ran = hintbench("compare -f rows --touch --rows %s %s %s", R "rows.txt",
	                            R "debian-bullseye.json", R "debian-trixie-backports.json");
	assert_has(ran->out,
	           "| case | 5.10 | 7.3 |\n|---|---|---|\n| **Hinting faults: armed, then written** |  |  |\n"
	           "| anonymous 4K; stays | 1 + 0, ");
	assert_int_equal(hintbench("compare --touch %s %s", D "base.json", D "new.json")->status, 2);
	ran = hintbench("compare -f rows --rows %s %s %s", D "claims.ini", D "base.json", D "new.json");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "a row is 'name | case' or '# heading'");
}

/* A result whose kernel is called `name`, made of base.json. */
static void make_named(const char *path, const char *name)
{
	json_t *doc = json_load_file(D "base.json", 0, NULL);
	json_object_set_new(json_object_get(json_object_get(doc, "context"), "kernel"), "name",
	                    json_string(name));
	assert_int_equal(json_dump_file(doc, path, 0), 0);
	json_decref(doc);
}

/* Names that mean something in the language of the output. */
static void each_format_escapes(void **state)
{
	(void)state;
	make_named(in_folder("a.json"), "=cmd|' /C calc'!A0");
	make_named(in_folder("b.json"), "x|<i>\"y, [z](http://e)");
	struct ran *ran =
	    hintbench("compare -f csv -m hint_faults %s %s", in_folder("a.json"), in_folder("b.json"));
	assert_has(ran->out, ",'=cmd|' /C calc'!A0,\"x|<i>\"\"y, [z](http://e)\",");
	ran = hintbench("compare -f md %s %s", in_folder("a.json"), in_folder("b.json"));
	assert_has(ran->out, "x\\|&lt;i>\"y, [z\\](http://e)");
	assert_has_not(ran->out, "<i>");
}

/* The reader lets none in, but a file's name is anything. */
static void no_control_characters_come_out(void **state)
{
	(void)state;
	static const char *const formats[] = {"text", "md", "csv", "json", "rows"};
	make_named(in_folder("a\033[31m.json"), "a");
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct ran *ran = hintbench("compare -f %s '%s' '%s'", formats[i],
		                            in_folder("a\033[31m.json"), in_folder("a\033[31m.json"));
		assert_int_equal(ran->status, 0);
		assert_has_not(ran->out, "\033");
	}
}

/* Names that are longer than what held them were cut, and what was made of them then used after it was freed. */
static void long_names_stay_whole(void **state)
{
	(void)state;
	char part[301], line[512];
	memset(part, 'a', sizeof(part) - 1);
	part[sizeof(part) - 1] = '\0';
	shell("sed 's#hint/map=\\(shmem\\|anon\\)/#hint/map=\\1/x=%s/#' " D "other.json >%s", part,
	      in_folder("long.json"));
	struct ran *ran = hintbench("compare %s %s", D "base.json", in_folder("long.json"));
	assert_int_equal(ran->status, 0);
	snprintf(line, sizeof(line), "\nhint/map=anon/x=%s/page=4k/access=write/outcome=fail-late ", part);
	assert_has(ran->out, line);
	assert_has(ran->out, "inconclusive: 2 of 64 pages were armed (new: 1 case)");
}

/* Runs the binary with a standard output that nobody reads. */
static int status_with_closed_pipe(void)
{
	extern char **environ;
	const char *binary = getenv("HINTBENCH");
	char *argv[] = {"hintbench", "compare", D "base.json", D "new.json", NULL};
	posix_spawn_file_actions_t actions;
	int ends[2], status;
	pid_t pid;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, in_folder("closed.err"),
	                                 O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(
	    posix_spawn(&pid, binary ? binary : "build/hintbench", &actions, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A part that JSON can't hold was left out, and the status was 0. */
static void what_json_cannot_hold_is_an_error(void **state)
{
	(void)state;
	make_named(in_folder("\xff.json"), "a");
	struct ran *ran = hintbench("compare -f json %s %s", in_folder("\xff.json"), D "new.json");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "cannot write the comparison as JSON");
}

static void a_failing_write_is_told(void **state)
{
	(void)state;
	static const char *const formats[] = {"text", "md", "csv", "json", "rows"};
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct ran *ran =
		    hintbench("compare -f %s %s %s >/dev/full", formats[i], D "base.json", D "new.json");
		assert_int_equal(ran->status, 2);
		assert_string_equal(ran->err,
		                    "hintbench: cannot write to standard output: No space left on device\n");
		ran = hintbench("compare -f %s -o /dev/full %s %s", formats[i], D "base.json", D "new.json");
		assert_int_equal(ran->status, 2);
		assert_string_equal(ran->err, "hintbench: cannot write /dev/full: No space left on device\n");
	}
	assert_int_equal(status_with_closed_pipe(), 2);
	char err[1024];
	read_and_remove(in_folder("closed.err"), err, sizeof(err));
	assert_string_equal(err, "hintbench: cannot write to standard output: Broken pipe\n");
}

/* A file that can't grow beyond a block keeps what it had. */
static void the_old_output_stays(void **state)
{
	(void)state;
	const char *binary = getenv("HINTBENCH");
	shell("echo old >%s", in_folder("out.txt"));
	shell("trap '' XFSZ; ulimit -f 1; %s compare -o %s " D "base.json " D "new.json 2>%s; test $? -eq 2",
	      binary ? binary : "build/hintbench", in_folder("out.txt"), in_folder("err.txt"));
	shell("grep -q 'cannot write .*out.txt: File too large' %s", in_folder("err.txt"));
	struct ran *ran = hintbench("compare -f rows -o %s --rows /absent %s %s", in_folder("out.txt"),
	                            D "base.json", D "new.json");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "cannot read /absent");
	shell("echo old | cmp - %s && test ! -e %s", in_folder("out.txt"), in_folder("out.txt.new"));
	ran = hintbench("compare -o %s %s %s", in_folder("out.txt"), D "base.json", D "new.json");
	assert_int_equal(ran->status, 0);
	assert_string_equal(ran->out, "");
	shell("grep -q 'touch_p50, instructions' %s", in_folder("out.txt"));
	assert_int_equal(hintbench("compare -o /absent/x %s %s", D "base.json", D "new.json")->status, 2);
}

/* 6 instructions are the clock's: that a second fault is so many times that says nothing. */
static void ratio_to_the_measuring_itself_is_not_printed(void **state)
{
	(void)state;
	struct ran *ran =
	    hintbench("compare -m write_p50 -C 'hint/map=anon/page=4k/access=read-write/outcome=migrate$' "
	              "results/reference/demo/debian-bookworm "
	              "results/reference/demo/debian-bookworm-backports");
	const char *row = strstr(ran->out, "\nhint/map=anon/page=4k/access=read-write/outcome=migrate");
	assert_int_equal(ran->status, 0);
	assert_non_null(row);
	assert_has(row, "(+1");
	assert_null(memchr(row, '%', strcspn(row + 1, "\n")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(other_settings_and_sizes_are_noted),
	    cmocka_unit_test(boots_are_of_one_kernel),
	    cmocka_unit_test(formats_agree),
	    cmocka_unit_test(json_rows_are_whole),
	    cmocka_unit_test(csv_leaves_nothing_out),
	    cmocka_unit_test(text_shows_what_matters),
	    cmocka_unit_test(many_kernels_have_a_column_each),
	    cmocka_unit_test(unpaired_figures_are_kept),
	    cmocka_unit_test(tables_fit_the_terminal),
	    cmocka_unit_test(labels_are_told_apart),
	    cmocka_unit_test(clocks_and_noise_of_many),
	    cmocka_unit_test(cases_and_differences_are_chosen),
	    cmocka_unit_test(fail_on_different),
	    cmocka_unit_test(bad_input_is_told),
	    cmocka_unit_test(no_difference_is_an_answer),
	    cmocka_unit_test(filters_change_no_figure),
	    cmocka_unit_test(no_mean_of_nothing),
	    cmocka_unit_test(the_catalogue_chooses_the_tables),
	    cmocka_unit_test(boots_of_a_folder_are_a_side),
	    cmocka_unit_test(measured_floors_are_taken_off),
	    cmocka_unit_test(equality_may_be_asked_for),
	    cmocka_unit_test(counters_of_the_machine_are_context),
	    cmocka_unit_test(marks_are_the_verdicts),
	    cmocka_unit_test(a_format_is_one_file),
	    cmocka_unit_test(rows_make_the_tables_of_the_docs),
	    cmocka_unit_test(each_format_escapes),
	    cmocka_unit_test(no_control_characters_come_out),
	    cmocka_unit_test(long_names_stay_whole),
	    cmocka_unit_test(what_json_cannot_hold_is_an_error),
	    cmocka_unit_test(a_failing_write_is_told),
	    cmocka_unit_test(the_old_output_stays),
	    cmocka_unit_test(ratio_to_the_measuring_itself_is_not_printed),
	};
	return cmocka_run_group_tests(tests, set_up_folder, tear_down_folder);
}
