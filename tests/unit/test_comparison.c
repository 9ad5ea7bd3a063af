/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/analysis/case_name.h"
#include "lib/analysis/comparison.h"

#define D             "tests/data/"
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define LOCAL         "hint/map=anon/page=4k/access=write/outcome=local"
#define MIGRATE       "hint/map=anon/page=4k/access=write/outcome=migrate"
#define READ_LOCAL    "hint/map=anon/page=4k/access=read/outcome=local"
#define BOTH_LOCAL    "hint/map=anon/page=4k/access=read-write/outcome=local"
#define THP_STAYS     "hint/map=anon/page=thp/access=write/outcome=local"
#define BASE_BOOTS    D "ns-base1.json," D "ns-base2.json," D "ns-base3.json," D "ns-base4.json"
#define NEW_BOOTS     D "ns-new1.json," D "ns-new2.json," D "ns-new3.json," D "ns-new4.json"

/* Of the test at hand; the first is the base. */
static struct result_set *sets;
static size_t set_count;
static struct comparison *comparison;

static void compare_files(const char *const *specs)
{
	struct error error = {""};
	for (set_count = 0; specs[set_count];)
		set_count++;
	sets = result_sets_load((char *const *)specs, set_count, &error);
	if (!sets)
		fail_msg("%s", error.text);
	comparison = comparison_make(sets, set_count, NULL);
}

#define compare(...) compare_files((const char *const[]){__VA_ARGS__, NULL})

static int forget(void **state)
{
	(void)state;
	comparison_free(comparison);
	if (sets)
		result_sets_free(sets, set_count);
	comparison = NULL;
	sets = NULL;
	return 0;
}

static const struct compared_case *find_case(const char *name)
{
	for (size_t i = 0; i < comparison->case_count; i++)
		if (strcmp(comparison->cases[i].name, name) == 0)
			return &comparison->cases[i];
	fail_msg("no case %s", name);
	return NULL;
}

/* NULL where no kernel has it. */
static const struct compared_figure *find_figure(const char *case_name, const char *metric)
{
	const struct compared_case *compared = find_case(case_name);
	for (size_t i = 0; i < compared->figure_count; i++)
		if (strcmp(compared->figures[i].name, metric) == 0)
			return &compared->figures[i];
	return NULL;
}

static const struct compared_cell *cell(const char *case_name, const char *metric, size_t set)
{
	const struct compared_figure *figure = find_figure(case_name, metric);
	if (!figure)
		fail_msg("%s has no %s", case_name, metric);
	return &figure->cells[set];
}

static bool noted(const char *part)
{
	for (size_t i = 0; i < comparison->note_count; i++)
		if (strstr(comparison->notes[i], part))
			return true;
	return false;
}

static const char *common(const char *part, const char *key)
{
	for (size_t i = 0; i < comparison->common_count; i++)
		if (strcmp(comparison->common[i].part, part) == 0 &&
		    strcmp(comparison->common[i].key, key) == 0)
			return comparison->common[i].value;
	return NULL;
}

static void equal_files_are_the_same(void **state)
{
	(void)state;
	compare(D "base.json", D "base.json");
	assert_true(comparison_count(comparison, 1, VERDICT_SAME) > 100);
	assert_int_equal(comparison_count(comparison, 0, VERDICT_DIFFERENT), 0);
	assert_int_equal(comparison_count(comparison, 0, VERDICT_UNCLEAR), 0);
	assert_int_equal(comparison->note_count, 1);
	assert_true(noted("one boot: not told apart from what the same kernel does to itself"));
	assert_string_equal(common("settings", "kernel.numa_balancing"), "1");
	assert_string_equal(common("machine", "nodes"), "2");
	assert_string_equal(common("machine", "distances"), "[[10,20],[20,10]]");
	assert_string_equal(common("suite", "version"), "made up");
}

static void an_exact_difference_is_shown(void **state)
{
	(void)state;
	compare(D "base.json", D "new.json");
	const struct compared_figure *faults = find_figure(MIGRATE, "write_faults");
	assert_string_equal(faults->unit, "per page");
	assert_int_equal(faults->kind, METRIC_FAULT);
	assert_true(faults->cells[0].value == 0 && faults->cells[1].value == 1 &&
	            faults->cells[1].delta == 1);
	assert_true(isnan(faults->cells[1].delta_pct));
	assert_int_equal(faults->cells[1].judgement.verdict, VERDICT_DIFFERENT);
	assert_false(faults->cells[0].judged);
	const struct compared_figure *touch = find_figure(MIGRATE, "touch_p50");
	assert_string_equal(touch->unit, "instructions");
	assert_int_equal(touch->kind, METRIC_TIME);
	assert_true(touch->cells[1].delta == 620 && fabs(touch->cells[1].delta_pct - 29.81) < 0.01);
	/* No noise: no interval, no p. */
	assert_false(touch->cells[0].has_interval || touch->cells[1].has_interval);
	assert_true(isnan(touch->cells[1].judgement.p));
}

static void figures_are_in_the_catalogues_order(void **state)
{
	(void)state;
	compare(D "base.json", D "new.json");
	const struct compared_case *compared = find_case(BOTH_LOCAL);
	assert_string_equal(compared->figures[0].name, "hint_faults");
	for (size_t i = 1; i < compared->figure_count; i++)
		assert_true(compared->figures[i].metric > compared->figures[i - 1].metric);
}

static void states_say_why_there_is_no_figure(void **state)
{
	(void)state;
	compare(D "base.json", D "other.json");
	const struct compared_case *local = find_case(LOCAL);
	assert_int_equal(local->states[0].status, CASE_OK);
	assert_null(local->states[0].reason);
	assert_int_equal(local->states[1].status, CASE_INCONCLUSIVE);
	assert_string_equal(local->states[1].reason, "2 of 64 pages were armed");
	assert_true(cell(LOCAL, "hint_faults", 0)->measured);
	assert_false(cell(LOCAL, "hint_faults", 1)->measured);
	assert_null(cell(LOCAL, "hint_faults", 1)->gap);
	assert_true(find_case(BOTH_LOCAL)->states[1].absent);
	const char *late = "hint/map=anon/page=4k/access=write/outcome=fail-late";
	assert_true(find_case(late)->states[0].absent);
	assert_true(cell(late, "hint_faults", 1)->measured);
	assert_false(cell(late, "hint_faults", 1)->judged);
	assert_int_equal(
	    find_case("hint/map=anon/page=pte-thp/access=write/outcome=migrate")->states[0].status,
	    CASE_SKIP);
}

static void other_settings_and_sizes_are_noted(void **state)
{
	(void)state;
	compare(D "base.json", D "other.json");
	assert_true(
	    noted("settings differ: kernel.numa_balancing is 1 in " D "base.json; 2 in " D "other.json"));
	assert_true(noted("numbers of units differ in 1 case, for one in " READ_LOCAL ": 64 in " D
	                  "base.json, 128 in " D "other.json"));
	assert_null(common("settings", "kernel.numa_balancing"));
}

static void clocks_are_never_mixed(void **state)
{
	(void)state;
	compare(D "base.json", D "new.json", D "ns-new1.json");
	assert_true(
	    noted("clocks differ (instructions in " D "base.json, ns in " D "ns-new1.json): only counts"));
	assert_true(noted(D "base.json is exact and " D "ns-new1.json is not: noise is allowed for"));
	assert_true(noted("machines differ: hypervisor is TCGTCGTCGTCG in " D "base.json, " D
	                  "new.json; null in " D "ns-new1.json"));
	assert_true(cell(MIGRATE, "write_faults", 2)->judged);
	assert_true(cell(MIGRATE, "touch_p50", 1)->judged);
	assert_false(cell(MIGRATE, "touch_p50", 2)->measured);
	assert_null(cell(MIGRATE, "touch_p50", 2)->gap); /* the note says it */
	forget(NULL);
	/* Nothing stands beside the base's times. */
	compare(D "base.json", D "ns-new1.json");
	assert_null(find_figure(MIGRATE, "touch_p50"));
	assert_true(cell(MIGRATE, "write_faults", 1)->judged);
	assert_null(common("machine", "hypervisor"));
}

static void one_boot_cannot_tell(void **state)
{
	(void)state;
	compare(D "ns-base1.json", D "ns-new1.json");
	const struct compared_cell *touch = cell(MIGRATE, "touch_p50", 1),
	                           *base = cell(MIGRATE, "touch_p50", 0);
	assert_int_equal(touch->judgement.verdict, VERDICT_UNCLEAR);
	assert_string_equal(touch->judgement.reason, "too few boots to tell one of so many figures");
	assert_true(base->has_interval && base->interval.low > 0 && base->interval.low < base->value);
	assert_false(cell(MIGRATE, "touch_p99", 0)->has_interval);
	assert_int_equal(cell(MIGRATE, "write_faults", 1)->judgement.verdict, VERDICT_DIFFERENT);
	assert_null(common("machine", "hypervisor")); /* none, on both */
	assert_false(noted("hypervisor"));
}

static void four_boots_can_tell(void **state)
{
	(void)state;
	compare(BASE_BOOTS, NEW_BOOTS);
	const struct compared_cell *touch = cell(MIGRATE, "touch_p50", 1);
	assert_int_equal(touch->judgement.verdict, VERDICT_DIFFERENT);
	assert_true(touch->judgement.p > 0.028 && touch->judgement.p < 0.029);
	assert_int_equal(touch->boots, 4);
	assert_false(touch->has_interval); /* that needs 6 */
	assert_true(touch->judgement.relevant);
	/* Separated by chance, 5.8 %: with so many figures that is no wonder. */
	const struct compared_cell *both = cell(BOTH_LOCAL, "touch_p50", 1);
	assert_true(both->judgement.p < 0.029 && both->judgement.verdict == VERDICT_UNCLEAR);
	/* No difference seen is no proof that they are the same. */
	const struct compared_cell *read = cell(READ_LOCAL, "touch_p50", 1);
	assert_int_equal(read->judgement.verdict, VERDICT_UNCLEAR);
	assert_string_equal(read->judgement.reason, "not beyond chance, and not shown to be the same");
	assert_true(read->judgement.p > 0.05);
	assert_int_equal(cell(READ_LOCAL, "hint_faults", 1)->judgement.verdict, VERDICT_SAME);
}

static void every_kernel_is_against_the_base(void **state)
{
	(void)state;
	compare(D "series1.json", D "series2.json", D "series3.json", D "series4.json");
	const char *names[2] = {"touch_p50", "write_faults"};
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(cell(MIGRATE, names[i], 1)->judgement.verdict, VERDICT_SAME);
		assert_int_equal(cell(MIGRATE, names[i], 2)->judgement.verdict, VERDICT_DIFFERENT);
		assert_int_equal(cell(MIGRATE, names[i], 3)->judgement.verdict, VERDICT_DIFFERENT);
	}
	/* What the base skips is still measured on the others. */
	assert_string_equal(find_case(THP_STAYS)->states[0].reason, "this kernel has only 1 of 3");
	assert_true(cell(THP_STAYS, "touch_p50", 2)->measured &&
	            cell(THP_STAYS, "touch_p50", 2)->value == 2080);
	assert_false(cell(THP_STAYS, "touch_p50", 2)->judged);
	size_t all = 0;
	for (size_t set = 1; set < 4; set++)
		all += comparison_count(comparison, set, VERDICT_DIFFERENT);
	assert_true(all > 0);
	assert_int_equal(comparison_count(comparison, 0, VERDICT_DIFFERENT), all);
}

/* Results that no file has: a kernel each, of one boot. */
#define KERNELS 3
static struct result made_results[KERNELS];
static struct result *made_boots[KERNELS];
static struct result_set made[KERNELS];
static const struct record *made_by_name[KERNELS][8];

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct record *const *)a)->name, (*(const struct record *const *)b)->name);
}

static void make_kernel(size_t kernel, struct record *records, size_t count)
{
	made_results[kernel] = (struct result){
	    .path = "made up", .context = {.clock = CLOCK_INSTRUCTIONS, .exact = true}, .complete = true};
	made_results[kernel].context.machine = (struct context_machine){.cpus = 1, .nodes = 1};
	made_results[kernel].context.suite_version = made_results[kernel].context.suite_config = "made up";
	made_results[kernel].cases = records;
	made_results[kernel].case_count = count;
	assert_in_range(count, 1, LENGTH(made_by_name[0]));
	for (size_t i = 0; i < count; i++)
		made_by_name[kernel][i] = &records[i];
	qsort(made_by_name[kernel], count, sizeof(made_by_name[0][0]), by_name);
	made_results[kernel].by_name = made_by_name[kernel];
	made_boots[kernel] = &made_results[kernel];
	made[kernel] = (struct result_set){.spec = (char *)"made", .label = (char *)"made", .boots = 1};
	made[kernel].results = &made_boots[kernel];
}

static void counts_per_different_units_stand_apart(void **state)
{
	(void)state;
	struct count once[] = {{"hint_faults", 64, 1}}, many[] = {{"hint_faults", 64, 16}};
	struct record per_page = {
	    .name = "hint", .unit = "page", .units = 64, .counts = once, .count_count = 1};
	struct record per_folio = {
	    .name = "hint", .unit = "folio", .units = 4, .counts = many, .count_count = 1};
	make_kernel(0, &per_page, 1);
	make_kernel(1, &per_folio, 1);
	make_kernel(2, &per_page, 1);
	comparison = comparison_make(made, 3, NULL);
	const struct compared_case *compared = find_case("hint");
	assert_int_equal(compared->figure_count, 2);
	const struct compared_figure *page = &compared->figures[0], *folio = &compared->figures[1];
	assert_string_equal(page->unit, "per page");
	assert_string_equal(folio->unit, "per folio");
	assert_true(page->cells[0].measured && page->cells[2].judged && !page->cells[1].measured);
	assert_string_equal(page->cells[1].gap, "counts per folio, the base per page");
	assert_true(folio->cells[1].measured && !folio->cells[1].judged && !folio->cells[0].measured);
	assert_null(folio->cells[0].gap);
}

static void what_a_kernel_lacks_is_told(void **state)
{
	(void)state;
	struct count both[] = {{"hint_faults", 64, 1}, {"restored", 64, 1}}, one[] = {{"hint_faults", 64, 1}};
	struct record more = {.name = "hint", .unit = "page", .units = 64, .counts = both, .count_count = 2};
	struct record less = {.name = "hint", .unit = "page", .units = 64, .counts = one, .count_count = 1};
	make_kernel(0, &less, 1);
	make_kernel(1, &more, 1);
	make_kernel(2, &less, 1);
	comparison = comparison_make(made, 3, NULL);
	assert_string_equal(cell("hint", "restored", 0)->gap, "has no restored");
	assert_true(cell("hint", "restored", 1)->measured && !cell("hint", "restored", 1)->judged);
	assert_string_equal(cell("hint", "restored", 2)->gap, "has no restored");
	assert_int_equal(comparison_count(comparison, 0, VERDICT_SAME), 2);
}

/* A difference that no double can hold is still one. */
static void the_largest_figures_are_compared(void **state)
{
	(void)state;
	struct derived low[] = {{"balance", -1.7e308, "pages"}, {"tiny", 1e-300, "pages"}};
	struct derived high[] = {{"balance", 1.7e308, "pages"}, {"tiny", 1e300, "pages"}};
	struct record base = {
	    .name = "hint", .unit = "page", .units = 64, .derived = low, .derived_count = 2};
	struct record new = {
	    .name = "hint", .unit = "page", .units = 64, .derived = high, .derived_count = 2};
	make_kernel(0, &base, 1);
	make_kernel(1, &new, 1);
	comparison = comparison_make(made, 2, NULL);
	assert_int_equal(comparison_count(comparison, 1, VERDICT_DIFFERENT), 2);
	assert_true(isfinite(cell("hint", "balance", 1)->delta));
	assert_true(isfinite(cell("hint", "tiny", 1)->delta_pct));
}

static void geomean_is_of_times_that_mean_something(void **state)
{
	(void)state;
	struct latency six[] = {{.name = "touch", .clock = CLOCK_INSTRUCTIONS, .p50 = 6}};
	struct latency hundred[] = {{.name = "touch", .clock = CLOCK_INSTRUCTIONS, .p50 = 100}};
	struct latency double_[] = {{.name = "touch", .clock = CLOCK_INSTRUCTIONS, .p50 = 200}};
	struct latency half[] = {{.name = "touch", .clock = CLOCK_INSTRUCTIONS, .p50 = 50}};
	struct count count[] = {{"hint_faults", 64, 1}};
	/* a: twice as long; b: half as long; c took no fault on the base, d none on the new kernel. */
	const char *const names[] = {"a", "b", "c", "d", "overhead/access=write"};
	struct latency *const of_base[] = {hundred, hundred, six, hundred, six};
	struct latency *const of_new[] = {double_, half, hundred, six, six};
	struct record base[5], new[5];
	for (size_t i = 0; i < 5; i++) {
		base[i] = (struct record){
		    .name = names[i], .unit = "page", .units = 64, .counts = count, .count_count = 1};
		base[i].latency_count = 1;
		new[i] = base[i];
		base[i].latencies = of_base[i];
		new[i].latencies = of_new[i];
	}
	double percent;
	make_kernel(0, base, 5);
	make_kernel(1, new, 5);
	comparison = comparison_make(made, 2, NULL);
	assert_int_equal(comparison_geomean(comparison, "touch_p50", 1, &percent), 2);
	assert_true(fabs(percent) < 1e-9);
	assert_int_equal(comparison_geomean(comparison, "hint_faults", 1, &percent), 0);
	assert_int_equal(comparison_geomean(comparison, "write_p50", 1, &percent), 0);
	comparison_free(comparison);
	/* Nothing says what measuring costs. */
	make_kernel(0, base, 4);
	make_kernel(1, new, 4);
	comparison = comparison_make(made, 2, NULL);
	assert_int_equal(comparison_geomean(comparison, "touch_p50", 1, &percent), 4);
}

static void names_are_shortened(void **state)
{
	(void)state;
	const char *const names[] = {"hint/map=anon/page=4k/x=1", "swap/map=anon/page=4k/x=2"};
	char *shared = case_name_shared(names, 2), *label = case_name_short(names[0], shared);
	char *alone = case_name_shared(names, 1), *none = case_name_shared(NULL, 0);
	assert_string_equal(shared, "map=anon page=4k");
	assert_string_equal(label, "hint/x=1");
	assert_string_equal(alone, "");
	assert_string_equal(none, "");
	free(shared);
	free(label);
	free(alone);
	free(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(equal_files_are_the_same, forget),
	    cmocka_unit_test_teardown(an_exact_difference_is_shown, forget),
	    cmocka_unit_test_teardown(figures_are_in_the_catalogues_order, forget),
	    cmocka_unit_test_teardown(states_say_why_there_is_no_figure, forget),
	    cmocka_unit_test_teardown(other_settings_and_sizes_are_noted, forget),
	    cmocka_unit_test_teardown(clocks_are_never_mixed, forget),
	    cmocka_unit_test_teardown(one_boot_cannot_tell, forget),
	    cmocka_unit_test_teardown(four_boots_can_tell, forget),
	    cmocka_unit_test_teardown(every_kernel_is_against_the_base, forget),
	    cmocka_unit_test_teardown(counts_per_different_units_stand_apart, forget),
	    cmocka_unit_test_teardown(what_a_kernel_lacks_is_told, forget),
	    cmocka_unit_test_teardown(the_largest_figures_are_compared, forget),
	    cmocka_unit_test_teardown(geomean_is_of_times_that_mean_something, forget),
	    cmocka_unit_test(names_are_shortened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
