/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After the four above. */
#include <cmocka.h>
#include <jansson.h>

#include "lib/casename.h"
#include "lib/compare.h"
#include "tests/command_line.h"

#define D          "tests/data/"
#define MIGRATE    "hint/map=anon/page=4k/access=write/outcome=migrate"
#define BASE_BOOTS D "ns-base1.json," D "ns-base2.json," D "ns-base3.json," D "ns-base4.json"
#define NEW_BOOTS  D "ns-new1.json," D "ns-new2.json," D "ns-new3.json," D "ns-new4.json"

static json_t *compared(const char *base, const char *new)
{
	struct side sides[2];
	struct reason why = {0};
	char *specs[] = {(char *)base, (char *)new};
	if (sides_load(sides, specs, 2, &why) != 0)
		fail_msg("%s", why.text);
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
	assert_has(ran->out, "inconclusive: 2 of 64 pages were armed");
	assert_has(ran->out, "skip: this kernel does not arm PTE-mapped huge pages");
	assert_has(ran->out, "only in base");
	assert_has(ran->out, "every case below: map=anon page=4k");
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
	assert_has(ran->out, "| " MIGRATE " | 2080 | → | 2700 | (+620, +29.81 %) |");
}

static void text_shows_what_matters(void **state)
{
	(void)state;
	struct ran *ran = hintbench("compare %s %s", D "base.json", D "new.json");
	assert_int_equal(ran->status, 0);
	assert_has(ran->out, "touch_p50, instructions\n");
	assert_has(ran->out, "2080  →  2700  (+620, +29.81 %)");
	assert_has(ran->out, "2080  =  2080\n");
	assert_has(ran->out, "rows same, 8 different");
	assert_has(ran->out, "also different, not shown: touch_mean");
	assert_has_not(ran->out, "other_faults");
	ran =
	    hintbench("compare --metric other_faults --metric touch_p99 %s %s", D "base.json", D "new.json");
	assert_has(ran->out, "other_faults per page\n");
	assert_has(ran->out, "touch_p99, instructions\n");
	assert_has_not(ran->out, "touch_p50");
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
	assert_has(ran->err, "no metric 'speed' in both results; there are: hint_faults");
	assert_int_equal(hintbench("compare --format xml %s %s", D "base.json", D "new.json")->status, 2);
	assert_int_equal(hintbench("compare %s", D "base.json")->status, 2);
	assert_int_equal(hintbench("compare %s %s >/dev/full", D "base.json", D "new.json")->status, 2);
}

static void names_are_shortened(void **state)
{
	(void)state;
	json_t *names = json_pack("[s, s]", "hint/map=anon/page=4k/x=1", "swap/map=anon/page=4k/x=2");
	json_t *one = json_pack("[s]", "hint/map=anon");
	char *shared = casename_shared(names), *label = casename_short("hint/map=anon/page=4k/x=1", shared);
	char *alone = casename_shared(one);
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
	    cmocka_unit_test(fail_on_different),
	    cmocka_unit_test(bad_input_is_told),
	    cmocka_unit_test(names_are_shortened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
