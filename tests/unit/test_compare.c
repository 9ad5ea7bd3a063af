/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After the four above. */
#include <cmocka.h>
#include <jansson.h>

#include "lib/analysis/case_name.h"
#include "lib/analysis/comparison.h"
#include "tests/support/command_line.h"

#define D          "tests/data/"
#define MIGRATE    "hint/map=anon/page=4k/access=write/outcome=migrate"
#define BASE_BOOTS D "ns-base1.json," D "ns-base2.json," D "ns-base3.json," D "ns-base4.json"
#define NEW_BOOTS  D "ns-new1.json," D "ns-new2.json," D "ns-new3.json," D "ns-new4.json"

static json_t *compared(const char *base, const char *new)
{
	struct error error = {0};
	char *specs[] = {(char *)base, (char *)new};
	struct side *sides = sides_load(specs, 2, &error);
	if (!sides)
		fail_msg("%s", error.text);
	json_t *doc = compare_sides(sides, 2);
	sides_free(sides, 2);
	assert_non_null(doc);
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

static void equal_files_are_the_same(void **state)
{
	(void)state;
	json_t *doc = compared(D "base.json", D "base.json");
	size_t rows = json_array_size(json_object_get(doc, "rows"));
	assert_true(rows > 100);
	assert_int_equal(rows_with(doc, "verdict", "same"), rows);
	assert_int_equal(json_array_size(json_object_get(doc, "notes")), 0);
	assert_string_not_equal(text_of(json_object_get(doc, "base"), "label"),
	                        text_of(json_array_get(json_object_get(doc, "new"), 0), "label"));
	json_decref(doc);
}

static void exact_difference_is_shown(void **state)
{
	(void)state;
	json_t *doc = compared(D "base.json", D "new.json");
	json_t *faults = row(doc, MIGRATE, "write_faults"), *touch = row(doc, MIGRATE, "touch_p50");
	assert_string_equal(text_of(faults, "verdict"), "different");
	assert_string_equal(text_of(faults, "unit"), "per page");
	assert_true(number_of(faults, "base") == 0 && number_of(faults, "new") == 1);
	assert_true(json_is_null(json_object_get(faults, "delta_pct")));
	assert_string_equal(text_of(touch, "verdict"), "different");
	assert_string_equal(text_of(touch, "unit"), "instructions");
	assert_true(json_is_integer(json_object_get(touch, "base")));
	assert_true(number_of(touch, "delta") == 620);
	assert_true(number_of(touch, "delta_pct") > 29.8 && number_of(touch, "delta_pct") < 29.9);
	assert_string_equal(text_of(row(doc, MIGRATE, "hint_faults"), "verdict"), "same");
	json_decref(doc);
}

static bool missing_has(const json_t *doc, const char *case_name, const char *side, const char *status)
{
	size_t index;
	json_t *entry;
	json_array_foreach (json_object_get(doc, "missing"), index, entry) {
		if (strcmp(text_of(entry, "case"), case_name) == 0 &&
		    strcmp(text_of(entry, "side"), side) == 0 &&
		    strcmp(text_of(entry, "status"), status) == 0)
			return true;
	}
	return false;
}

static void missing_cases_are_told(void **state)
{
	(void)state;
	json_t *doc = compared(D "base.json", D "other.json");
	assert_true(
	    missing_has(doc, "hint/map=anon/page=4k/access=write/outcome=local", "new", "inconclusive"));
	assert_true(
	    missing_has(doc, "hint/map=anon/page=4k/access=read-write/outcome=local", "new", "absent"));
	assert_true(
	    missing_has(doc, "hint/map=anon/page=pte-thp/access=write/outcome=migrate", "base", "skip"));
	assert_true(
	    missing_has(doc, "hint/map=anon/page=4k/access=write/outcome=fail-late", "base", "absent"));
	assert_null(row(doc, "hint/map=anon/page=4k/access=write/outcome=local", "hint_faults"));
	json_decref(doc);
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

static void clocks_are_never_mixed(void **state)
{
	(void)state;
	json_t *doc = compared(D "base.json", D "ns-new1.json");
	assert_true(rows_with(doc, "kind", "count") > 0);
	assert_int_equal(rows_with(doc, "kind", "latency"), 0);
	assert_has(json_string_value(json_array_get(json_object_get(doc, "notes"), 0)), "clocks differ");
	json_decref(doc);
}

static void one_boot_cannot_tell(void **state)
{
	(void)state;
	json_t *doc = compared(D "ns-base1.json", D "ns-new1.json");
	json_t *touch = row(doc, MIGRATE, "touch_p50");
	assert_string_equal(text_of(touch, "verdict"), "unclear");
	assert_has(text_of(touch, "reason"), "need >= 4 boots");
	double low = json_number_value(json_array_get(json_object_get(touch, "base_interval"), 0));
	assert_true(low > 0 && low < number_of(touch, "base"));
	assert_null(json_object_get(row(doc, MIGRATE, "touch_p99"), "base_interval"));
	assert_string_equal(text_of(row(doc, MIGRATE, "write_faults"), "verdict"), "different");
	json_decref(doc);
}

static void four_boots_can_tell(void **state)
{
	(void)state;
	json_t *doc = compared(BASE_BOOTS, NEW_BOOTS);
	json_t *touch = row(doc, MIGRATE, "touch_p50");
	assert_string_equal(text_of(touch, "verdict"), "different");
	assert_true(number_of(touch, "p") > 0.028 && number_of(touch, "p") < 0.029);
	assert_true(number_of(touch, "base_boots") == 4);
	json_t *same = row(doc, "hint/map=anon/page=4k/access=read/outcome=local", "touch_p50");
	assert_string_equal(text_of(same, "verdict"), "same");
	assert_true(number_of(same, "p") > 0.05);
	json_decref(doc);
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

static void formats_agree(void **state)
{
	(void)state;
	struct ran *ran =
	    hintbench("compare --format json %s %s %s", D "base.json", D "new.json", D "base.json");
	assert_int_equal(ran->status, 0);
	assert_string_equal(ran->err, "");
	json_t *doc = json_loads(ran->out, 0, NULL);
	assert_int_equal(json_array_size(json_object_get(doc, "new")), 2);
	size_t rows = json_array_size(json_object_get(doc, "rows"));
	size_t missing = json_array_size(json_object_get(doc, "missing")), lines = 0;
	assert_true(rows > 200);
	assert_true(number_of(json_array_get(json_object_get(doc, "rows"), rows - 1), "new_index") == 1);
	json_decref(doc);
	ran = hintbench("compare --format csv %s %s %s", D "base.json", D "new.json", D "base.json");
	for (const char *c = ran->out; *c; c++)
		lines += *c == '\n';
	assert_int_equal(lines, 1 + rows + missing);
	assert_has(ran->out, "case,new_index,metric,unit,base,new,delta,delta_pct,verdict,reason\n");
	assert_has(ran->out, "\n" MIGRATE ",0,write_faults,per page,0,1,1,,different,\n");
	ran = hintbench("compare --format md %s %s", D "base.json", D "new.json");
	assert_has(ran->out, "\n### touch_p50, instructions\n\n| case | base |");
	assert_has(ran->out, "| " MIGRATE " | 2080 | → 2700 (+620, +29.81 %) |");
}

static void text_shows_what_matters(void **state)
{
	(void)state;
	struct ran *ran = hintbench("compare %s %s", D "base.json", D "new.json");
	assert_int_equal(ran->status, 0);
	assert_has(ran->out, "touch_p50, instructions\n");
	assert_has(ran->out, "  →  2700  (+620, +29.81 %)\n");
	assert_has(ran->out, "2080       =  2080\n");
	assert_has(ran->out, "rows same, 8 different");
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
	assert_has(ran->out, "series-of-kernels-4: 28 of 37 rows same, 9 different\n");
	/* Over the cases that all have, so that the columns can be compared. */
	assert_has(ran->out, "+5.35 % (10)           +5.35 % (10)\n");
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
		assert_string_equal(text_of(figure, "side"), "new");
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
	assert_has(strstr(ran->out, "\ntouch_p50, instructions\n"), "→  2700  +620       –\n");
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
	assert_has(ran->err, "no case of the results fits 'nosuch'");
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

static void names_are_shortened(void **state)
{
	(void)state;
	json_t *names = json_pack("[s, s]", "hint/map=anon/page=4k/x=1", "swap/map=anon/page=4k/x=2");
	json_t *one = json_pack("[s]", "hint/map=anon");
	char *shared = case_name_shared(names), *label = case_name_short("hint/map=anon/page=4k/x=1", shared);
	char *alone = case_name_shared(one);
	assert_string_equal(shared, "map=anon page=4k");
	assert_string_equal(label, "hint/x=1");
	assert_string_equal(alone, "");
	free(shared);
	free(label);
	free(alone);
	json_decref(names);
	json_decref(one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equal_files_are_the_same),
	    cmocka_unit_test(exact_difference_is_shown),
	    cmocka_unit_test(missing_cases_are_told),
	    cmocka_unit_test(other_settings_and_sizes_are_noted),
	    cmocka_unit_test(clocks_are_never_mixed),
	    cmocka_unit_test(one_boot_cannot_tell),
	    cmocka_unit_test(four_boots_can_tell),
	    cmocka_unit_test(boots_are_of_one_kernel),
	    cmocka_unit_test(formats_agree),
	    cmocka_unit_test(text_shows_what_matters),
	    cmocka_unit_test(many_kernels_have_a_column_each),
	    cmocka_unit_test(unpaired_figures_are_kept),
	    cmocka_unit_test(tables_fit_the_terminal),
	    cmocka_unit_test(labels_are_told_apart),
	    cmocka_unit_test(clocks_and_noise_of_many),
	    cmocka_unit_test(cases_and_differences_are_chosen),
	    cmocka_unit_test(fail_on_different),
	    cmocka_unit_test(bad_input_is_told),
	    cmocka_unit_test(names_are_shortened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
