/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The profile by function: names, the plugin's output, its median, two kernels joined, and a guest. */
#include "tests/support/files.h"
#include "tests/support/run.h"
#include "tests/support/tiny_kernel.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/lab/profile_view.h"
#include "lab/profile/functions.h"

/* In /proc/kallsyms' own form; not sorted, with an alias, data, and a module. */
static const char kallsyms[] = "0000000000000000 A fixed_percpu_data\n"
                               "ffffffff81000400 T walk\n"
                               "ffffffff81000100 t do_fault.part.0.isra.3\n"
                               "ffffffff81000100 t its_alias\n"
                               "ffffffff81000200 D data\n"
                               "ffffffff81000300 W weak\n"
                               "ffffffffc0000000 t lookup.constprop.0\t[brd]\n";

static void names_are_found_by_address(void **state)
{
	(void)state;
	struct symbols symbols;
	assert_int_equal(symbols_read(&symbols, kallsyms, strlen(kallsyms), NULL), 0);
	assert_int_equal(symbols.count, 4);
	assert_null(symbols_find(&symbols, 0xffffffff810000ff));
	assert_string_equal(symbols_find(&symbols, 0xffffffff81000100)->name, "do_fault.part.0.isra.3");
	assert_string_equal(symbols_find(&symbols, 0xffffffff810002ff)->name, "do_fault.part.0.isra.3");
	assert_string_equal(symbols_find(&symbols, 0xffffffff81000300)->name, "weak");
	assert_string_equal(symbols_find(&symbols, 0xffffffff81000400)->name, "walk");
	assert_string_equal(symbols_find(&symbols, UINT64_MAX)->name, "lookup.constprop.0 [brd]");
	symbols_free(&symbols);
}

static void hidden_addresses_are_refused(void **state)
{
	(void)state;
	static const char hidden[] = "0000000000000000 T _stext\n0000000000000000 t main\n";
	struct symbols symbols;
	struct error error = {0};
	assert_int_equal(symbols_read(&symbols, hidden, strlen(hidden), &error), -EINVAL);
	assert_has(error.text, "kallsyms");
}

/* A guest tells its names, and they go to a terminal. Beyond what a whole number can be, JSON has a real one. */
static void hostile_names_and_figures_are_harmless(void **state)
{
	(void)state;
	static const char hostile[] = "ffffffff81000100 T a\033[2Jb\t[m\007]\n";
	struct symbols symbols;
	assert_int_equal(symbols_read(&symbols, hostile, strlen(hostile), NULL), 0);
	assert_string_equal(symbols.items[0].name, "a?[2Jb [m?]");
	symbols_free(&symbols);
	struct function huge[] = {{"a", 1e300, 1}};
	struct profile_view view = {
	    .case_name = "hint",
	    .latency = "touch",
	    .subject_count = 1,
	    .subjects = {{"k", "1", 1, {{NULL, NULL}, {1, 1}, 1e300}, {huge, 1, 1e300}}}};
	char text[1024] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");
	assert_int_equal(profile_print_json(&view, 1, out), 0);
	fclose(out);
	assert_has(text, "e300");
}

static void names_lose_what_a_compiler_added(void **state)
{
	(void)state;
	static const char *const names[][2] = {
	    {"do_fault", "do_fault"},
	    {"do_fault.isra.0", "do_fault"},
	    {"do_fault.part.0.isra.12", "do_fault"},
	    {"do_fault.constprop.0.cold", "do_fault"},
	    {"do_fault.llvm.7214", "do_fault"},
	    {"lookup.constprop.0 [brd]", "lookup [brd]"},
	    {"a.coldest", "a.coldest"},
	    {"t.0", "t.0"},
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char plain[64];
		symbol_plain_name(names[i][0], plain, sizeof(plain));
		assert_string_equal(plain, names[i][1]);
	}
	char cut[5];
	symbol_plain_name("do_fault", cut, sizeof(cut));
	assert_string_equal(cut, "do_f");
}

/* Three ways a touch went; two of them are equally long. */
#define SHAPES                   \
	"hintbench-profile 1\n"  \
	"shape 10 3\n"           \
	"555555556000 4 0\n"     \
	"ffffffff81000100 1 0\n" \
	"ffffffff81000104 5 0\n" \
	"shape 14 2\n"           \
	"555555556000 4 0\n"     \
	"ffffffff81000300 5 5\n" \
	"shape 14 2\n"           \
	"555555556000 4 0\n"     \
	"ffffffff81000400 10 0\n"

static int read_profile(struct profile *profile, const char *text, struct error *error)
{
	write_text(in_folder("k.profile"), text);
	return profile_read(profile, in_folder("k.profile"), error);
}

static void median_is_the_commonest_of_its_length(void **state)
{
	(void)state;
	struct profile profile;
	struct profile_median median;
	/* The first touch is not of the pass that is asked for; of the others, 14 is the median. */
	assert_int_equal(read_profile(&profile, SHAPES "touches 6\n0\n1\n2\n0\n2\n0\nend\n", NULL), 0);
	assert_int_equal(profile_find_median(&profile, 1, 5, &median, NULL), 0);
	assert_true(median.instructions == 14);
	assert_ptr_equal(median.shape[0], &profile.shapes[2]);
	assert_ptr_equal(median.shape[1], &profile.shapes[2]);
	assert_int_equal(median.touches[0], 2);
	assert_int_equal(profile_find_median(&profile, 2, 5, &median, NULL), -ENODATA);
	assert_int_equal(profile_find_median(&profile, SIZE_MAX, 2, &median, NULL), -ENODATA);
	profile_free(&profile);
}

static const struct function *function(const struct functions *functions, const char *name)
{
	for (size_t i = 0; i < functions->count; i++)
		if (strcmp(functions->items[i].name, name) == 0)
			return &functions->items[i];
	fail_msg("no function %s", name);
	return NULL;
}

/* A median between two touches is half of each, and still adds up. */
static void functions_add_up_to_the_median(void **state)
{
	(void)state;
	struct profile profile;
	struct profile_median median;
	struct symbols symbols;
	struct functions functions;
	assert_int_equal(symbols_read(&symbols, kallsyms, strlen(kallsyms), NULL), 0);
	assert_int_equal(read_profile(&profile, SHAPES "touches 2\n1\n0\nend\n", NULL), 0);
	assert_int_equal(profile_find_median(&profile, 0, 2, &median, NULL), 0);
	assert_true(median.instructions == 12);
	assert_int_equal(functions_of(&functions, &median, &symbols), 0);
	assert_true(functions.instructions == 12);
	assert_int_equal(functions.count, 4);
	assert_true(function(&functions, FUNCTION_USER)->instructions == 4);
	assert_true(function(&functions, "do_fault")->instructions == 3);
	assert_true(function(&functions, "do_fault")->calls == 0.5);
	assert_true(function(&functions, "weak")->instructions == 2.5);
	assert_true(function(&functions, "weak (other CPU)")->instructions == 2.5);
	functions_free(&functions);
	profile_free(&profile);
	symbols_free(&symbols);
}

static void damaged_profiles_are_refused(void **state)
{
	(void)state;
	static const char *const damaged[] = {
	    "",
	    "hintbench-profile 2\ntouches 0\nend\n",
	    SHAPES "touches 2\n1\n0\n",      /* no end */
	    SHAPES "touches 3\n1\n0\nend\n", /* a touch is missing */
	    SHAPES "touches 2\n1\n3\nend\n", /* of a shape that there isn't */
	    "hintbench-profile 1\nshape 4 9999999999999\n",
	    "hintbench-profile 1\nshape 4 2\n555555556000 4 0\n",
	};
	struct profile profile;
	struct error error = {0};
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++)
		assert_int_equal(read_profile(&profile, damaged[i], &error), -EBADMSG);
	assert_has(error.text, "not whole");
	assert_int_equal(read_profile(&profile, "hintbench-profile 1\ntouches 0\nend\n", &error), -ENODATA);
	assert_int_equal(profile_read(&profile, in_folder("none"), &error), -ENOENT);
}

static void two_kernels_are_joined_by_name(void **state)
{
	(void)state;
	struct function old[] = {{"a", 10, 1}, {"b", 20, 1}, {"c", 5, 1}};
	struct function new_one[] = {{"b", 21, 1}, {"c", 5, 1}, {"d", 7, 2}};
	const struct functions left = {.items = old, .count = 3}, right = {.items = new_one, .count = 3};
	static const char order[] = "adbc";
	size_t count;
	struct function_row *rows = functions_join(&left, &right, &count);
	assert_int_equal(count, 4);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(rows[i].name[0], order[i]);
	assert_true(rows[0].new_instructions == 0 && rows[0].base_instructions == 10);
	assert_true(rows[1].base_instructions == 0 && rows[1].new_calls == 2);
	assert_true(rows[2].base_instructions == 20 && rows[2].new_instructions == 21);
	free(rows);
}

/* What is the same on both becomes a line, unless all is asked for; JSON has all. */
static void tables_add_up(void **state)
{
	(void)state;
	struct profile_shape shape = {.instructions = 35};
	struct function old[] = {{"a", 10, 1}, {"b", 20, 1}, {"c", 5, 1}};
	struct function new_one[] = {{"b", 21.5, 1}, {"c", 5, 1}, {"d|e", 7, 2}};
	struct profile_view view = {
	    .case_name = "hint",
	    .latency = "touch",
	    .subject_count = 2,
	    .subjects = {{"base", "6.1", 9, {{&shape, &shape}, {8, 8}, 35}, {old, 3, 35}},
	                 {"new", "6.12", 9, {{&shape, &shape}, {8, 8}, 33.5}, {new_one, 3, 33.5}}},
	};
	char text[4096] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");
	profile_print(&view, false, true, out);
	fclose(out);
	assert_has(text, "base (6.1): 35; 8 of 9 did exactly this\n");
	assert_has(text, "| a | 10 | 0 | -10 | 1 → 0 |\n| d\\|e | 0 | 7 | +7 | 0 → 2 |\n"
	                 "| b | 20 | 21.5 | +1.5 | 1 |\n| (1 that are the same) | 5 | 5 | = |  |\n"
	                 "| total | 35 | 33.5 | -1.5 |  |\n");
	view.subject_count = 1;
	out = fmemopen(text, sizeof(text), "w");
	profile_print(&view, true, true, out);
	fclose(out);
	assert_has(text, "| b | 20 | 1 |\n| a | 10 | 1 |\n| c | 5 | 1 |\n| total | 35 |  |\n");
	out = fmemopen(text, sizeof(text), "w");
	assert_int_equal(profile_print_json(&view, 1, out), 0);
	fclose(out);
	json_t *json = json_loads(text, 0, NULL), *latencies = json_object_get(json, "latencies");
	assert_string_equal(json_string_value(json_object_get(json, "schema")), PROFILE_SCHEMA);
	assert_int_equal(json_array_size(json_object_get(json_array_get(latencies, 0), "functions")), 3);
	json_decref(json);
}

static void what_is_no_case_is_refused(void **state)
{
	(void)state;
	static struct ran ran;
	write_tiny_kernel(in_folder("k"), "", "", 1);
	run_lab(&ran, "profile", "--kernel", in_folder("k"), "hint/map=anon");
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "no single case");
	run_lab(&ran, "profile", "--kernel", in_folder("k"), "hunt");
	assert_int_equal(ran.status, 2);
	run_lab(&ran, "profile", "--kernel", in_folder("k"));
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "which case?");
	run_lab(&ran, "profile", "--kernel", in_folder("k"), "--what", "tea", "hint");
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "there is no 'tea'");
}

/* A QEMU without plugins is told before anything boots. */
static void qemu_without_plugins_is_told(void **state)
{
	(void)state;
	static struct ran ran;
	char path[PATH_MAX + 100], before[PATH_MAX];
	write_tiny_kernel(in_folder("k"), "", "", 1);
	write_text(in_folder("qemu-system-x86_64"), "#!/bin/sh\necho '-kernel bzImage'\n");
	chmod(in_folder("qemu-system-x86_64"), 0755);
	snprintf(before, sizeof(before), "%s", getenv("PATH"));
	snprintf(path, sizeof(path), "%s:%s", folder, before);
	setenv("PATH", path, 1);
	run_lab(&ran, "profile", "--kernel", in_folder("k"), "-o", in_folder("out"),
	        "hint/map=anon/page=4k/access=write/outcome=local");
	setenv("PATH", before, 1);
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "built without plugins");
}

/* gcc says so itself. */
#ifdef __has_feature
#define WITH_ADDRESS_SANITIZER __has_feature(address_sanitizer)
#else
#define WITH_ADDRESS_SANITIZER 0
#endif

#define GUEST_CASE "hint/map=anon/page=4k/access=read-write/outcome=migrate"

/* The last case of a result, or of a profile what it says of latency `index`. To be freed by its `document`. */
static const json_t *last_case(const char *path, json_t **document)
{
	*document = json_load_file(path, 0, NULL);
	assert_non_null(*document);
	const json_t *cases = json_object_get(*document, "cases");
	return json_array_get(cases, json_array_size(cases) - 1);
}

/* Each latency's functions add up to its p50 in the result that the same boot brought. */
static void check_sums(const char *profile_text, const char *result_path)
{
	json_t *document, *profile = json_loads(profile_text, 0, NULL);
	const json_t *latency = json_object_get(last_case(result_path, &document), "latency");
	assert_non_null(profile);
	json_t *entry, *function_entry;
	size_t index, function_index;
	json_array_foreach (json_object_get(profile, "latencies"), index, entry) {
		const char *name = json_string_value(json_object_get(entry, "latency"));
		double sum = 0;
		json_array_foreach (json_object_get(entry, "functions"), function_index, function_entry)
			sum += json_number_value(json_object_get(function_entry, "base"));
		assert_true(sum > 0);
		assert_true(sum == json_number_value(json_object_get(json_object_get(latency, name), "p50")));
	}
	assert_int_equal(index, 2);
	json_decref(profile);
	json_decref(document);
}

/* The plugin changes nothing in the guest: `lab run` without it brings the same bytes. */
static void guest_profile_adds_up_and_costs_the_guest_nothing(void **state)
{
	(void)state;
	static struct ran ran;
	static char with[262144], without[262144];
	const char *asked = getenv("HINTBENCH_TEST_KERNEL");
	char kernel[300], result_path[256];
#if defined(__SANITIZE_ADDRESS__) || WITH_ADDRESS_SANITIZER
	print_message(
	    "under AddressSanitizer the scanner doesn't get through the program's memory in time\n");
	skip();
#endif
	run_lab(&ran, "list");
	if (!asked && !strstr(ran.out, "debian:bookworm ")) {
		print_message("debian:bookworm is not fetched\n");
		skip();
	}
	snprintf(kernel, sizeof(kernel), "%s,name=k", asked ? asked : "debian:bookworm");
	run_lab(&ran, "profile", "--format", "json", "--kernel", kernel, "-o", in_folder("one"), GUEST_CASE,
	        "units=64");
	if (strstr(ran.err, "built without plugins")) {
		print_message("%s", ran.err);
		skip();
	}
	assert_int_equal(ran.status, 0);
	assert_has(ran.out, "asm_exc_page_fault");
	snprintf(result_path, sizeof(result_path), "%s", in_folder("one/k.json"));
	check_sums(ran.out, result_path);
	run_lab(&ran, "run", "--kernel", kernel, "-o", in_folder("two"), GUEST_CASE "$", "units=64");
	assert_int_equal(ran.status, 0);
	read_text(result_path, with, sizeof(with));
	read_text(in_folder("two/k.json"), without, sizeof(without));
	assert_string_equal(with, without);
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, set_up_folder, tear_down_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_found_by_address),
	    cmocka_unit_test(hidden_addresses_are_refused),
	    cmocka_unit_test(hostile_names_and_figures_are_harmless),
	    cmocka_unit_test(names_lose_what_a_compiler_added),
	    in_a_folder(median_is_the_commonest_of_its_length),
	    in_a_folder(functions_add_up_to_the_median),
	    in_a_folder(damaged_profiles_are_refused),
	    cmocka_unit_test(two_kernels_are_joined_by_name),
	    cmocka_unit_test(tables_add_up),
	    in_a_folder(what_is_no_case_is_refused),
	    in_a_folder(qemu_without_plugins_is_told),
	    in_a_folder(guest_profile_adds_up_and_costs_the_guest_nothing),
	};
	return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
