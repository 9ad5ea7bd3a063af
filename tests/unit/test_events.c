/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event sets: that every one of configs/events is sound, what formulas give, what is refused, and that what
 * is counted is what perf counts.
 */
#include "tests/support/cmocka_all.h"

#include <errno.h>
#include <glob.h>
#include <grp.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/case_events.h"
#include "lib/analysis/metrics.h"
#include "lib/base/textfile.h"
#include "lib/meter/counters.h"
#include "lib/meter/event_groups.h"
#include "lib/meter/event_name.h"
#include "lib/meter/event_set.h"
#include "lib/meter/formula.h"
#include "tests/support/files.h"
#include "tests/support/run.h"

#define D "tests/data/"

static struct error error;

/* a is 6, b is 4, zero is 0; nothing has no value; others don't exist. */
static int figure(const void *data, const char *name, double *value, struct error *name_error)
{
	(void)data;
	if (strcmp(name, "a") == 0)
		*value = 6;
	else if (strcmp(name, "b.baseline") == 0)
		*value = 4;
	else if (strcmp(name, "zero") == 0)
		*value = 0;
	else if (strcmp(name, "nothing") == 0)
		return error_set(name_error, ENODATA, "nothing is nothing");
	else
		return error_set(name_error, ENOENT, "there is no %s", name);
	return 0;
}

static double worth(const char *text)
{
	double value = NAN;
	if (formula_value(text, figure, NULL, &value, &error) != 0)
		fail_msg("%s: %s", text, error.text);
	return value;
}

static void formulas_keep_the_rules_of_arithmetic(void **state)
{
	(void)state;
	assert_true(worth("a") == 6);
	assert_true(worth("a - b.baseline - 1") == 1);
	assert_true(worth("a + b.baseline * 2") == 14);
	assert_true(worth("(a + b.baseline) * 2") == 20);
	assert_true(worth("a / b.baseline / 3") == 0.5);
	assert_true(worth("-a+1.5") == -4.5);
	assert_true(worth("a*-(zero-b.baseline)") == 24);
	assert_true(worth("  ( ( a ) ) ") == 6);
}

static void refuse_formula(const char *text, int err, const char *message)
{
	double value = 5;
	error = (struct error){""};
	assert_int_equal(formula_value(text, figure, NULL, &value, &error), err);
	assert_has(error.text, message);
	assert_true(value == 5);
}

static void formulas_that_make_no_sense_are_refused(void **state)
{
	(void)state;
	refuse_formula("", -EINVAL, "its end");
	refuse_formula("-", -EINVAL, "its end");
	refuse_formula("a * -)", -EINVAL, "a number");
	refuse_formula("a +", -EINVAL, "its end");
	refuse_formula("(a", -EINVAL, "')'");
	refuse_formula("a b", -EINVAL, "+ - * /");
	refuse_formula("a ^ 2", -EINVAL, "^ 2");
	refuse_formula("1.2.3", -EINVAL, "1.2.3");
	refuse_formula("c + a", -ENOENT, "no c");
	refuse_formula("nothing * a", -ENODATA, "nothing");
	refuse_formula("a / zero", -EDOM, "zero");
	refuse_formula("a / (a - a) + nothing", -EDOM, "zero");
	/* What is wrong with the text is told first: it is so whatever is counted. */
	refuse_formula("nothing + (", -EINVAL, "its end");
	char deep[2000];
	memset(deep, '(', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	refuse_formula(deep, -EINVAL, "brackets");
}

static bool is_metric(const char *name)
{
	return metric_find(name);
}

static void sets_are_read(void **state)
{
	struct event_set set;
	bool baseline;
	(void)state;
	if (event_set_load(&set, D "events-good.ini", is_metric, &error) != 0)
		fail_msg("%s", error.text);
	assert_string_equal(set.name, "events-good");
	assert_string_equal(set.about, "Two lines that go on.");
	assert_int_equal(set.pmu_count, 2);
	assert_string_equal(set.pmus[1], "spr");
	assert_int_equal(set.event_count, 3);
	assert_string_equal(set.events[0].code, "INST_RETIRED:ANY_P:k");
	assert_int_equal(set.metric_count, 2);
	assert_string_equal(set.metrics[0].formula, "(instructions - instructions.baseline) / faults");
	assert_int_equal(event_set_index(&set, "page_faults", &baseline), 1);
	assert_false(baseline);
	assert_int_equal(event_set_index(&set, "page_faults.baseline", &baseline), 1);
	assert_true(baseline);
	assert_int_equal(event_set_index(&set, "page_fault", &baseline), -1);
	/* Files of before call it so. */
	assert_int_equal(event_set_index(&set, "page_faults.again", &baseline), 1);
	assert_true(baseline);
	assert_int_equal(event_set_index(&set, "page_faults.often", &baseline), -1);
	event_set_free(&set);
}

/* Writes a set of these lines and expects it to be refused. */
static void refuse_set(const char *lines, const char *message)
{
	char path[] = "/tmp/hintbench-events.XXXXXX";
	struct event_set set;
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	dprintf(fd, "%s", lines);
	close(fd);
	error = (struct error){""};
	int err = event_set_load(&set, path, is_metric, &error);
	unlink(path);
	assert_int_equal(err, -EINVAL);
	assert_has(error.text, path);
	assert_has(error.text, message);
}

#define SET "[set]\nabout = x\n[events]\n"

static void sets_that_make_no_sense_are_refused(void **state)
{
	(void)state;
	refuse_set(SET "a = perf::CS\na = perf::FAULTS\n", ":5: the name 'a' is taken");
	refuse_set(SET "faults = perf::CS\n", ":4: the name 'faults' is taken");
	refuse_set(SET "hint_faults = perf::CS\n", ":4: the name 'hint_faults' is taken");
	refuse_set(SET "touch_p50 = perf::CS\n", ":4: the name 'touch_p50' is taken");
	refuse_set(SET "A = perf::CS\n", ":4: the name 'A'");
	refuse_set(SET "a = CS\n", "a = CS says no PMU");
	refuse_set(SET "a = perf::CS\n[metrics]\nb = a\n", ":6: there is no section [metrics]");
	refuse_set(SET "a = perf::CS\n[metric m]\nformel = a\n", ":6: there is no key 'formel'");
	refuse_set(SET "a = perf::CS\n[metric m]\nformula = a\n", "[metric m] has no formula, or no unit");
	refuse_set(SET "a = perf::CS\n[metric m]\nformula = b / units\nunit = x\n", "no event 'b'");
	refuse_set(SET "a = perf::CS\n[metric a]\nformula = a\nunit = x\n", "the name 'a' is taken");
	refuse_set("[set]\nabout = x\n", "nothing in [events]");
}

/* Every event on every processor that the set is for, as far as this build of libpfm4 has tables. */
static size_t check_set(const char *path, size_t *unknown)
{
	struct event_set set;
	size_t checked = 0;
	if (event_set_load(&set, path, is_metric, &error) != 0)
		fail_msg("%s", error.text);
	for (size_t i = 0; i < set.event_count; i++) {
		bool of_pmu = !strstr(set.events[i].code, "::");
		for (size_t p = 0; p < (of_pmu ? set.pmu_count : 1); p++) {
			char code[EVENT_CODE_BYTES];
			struct perf_event_attr attr;
			event_set_code(&set.events[i], of_pmu ? set.pmus[p] : NULL, code, sizeof(code));
			int err = event_name_encode(code, &attr, &error);
			if (err == -EINVAL)
				fail_msg("%s: %s", path, error.text);
			checked += err == 0;
			*unknown += err != 0;
		}
	}
	event_set_free(&set);
	return checked;
}

static void every_set_has_only_events_that_libpfm4_knows(void **state)
{
	glob_t found;
	size_t unknown = 0;
	(void)state;
	assert_int_equal(glob("configs/events/*.ini", 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 5);
	size_t checked = 0;
	for (size_t i = 0; i < found.gl_pathc; i++)
		checked += check_set(found.gl_pathv[i], &unknown);
	globfree(&found);
	print_message("# %zu names known; %zu tracepoints and names of other architectures not looked up\n",
	              checked, unknown);
	assert_true(checked > 20);
}

static void refuse_name(const char *name, int err, const char *message)
{
	struct perf_event_attr attr;
	error = (struct error){""};
	assert_int_equal(event_name_encode(name, &attr, &error), err);
	assert_has(error.text, message);
}

static void typos_get_the_nearest_names(void **state)
{
	(void)state;
	refuse_name("perf::INSTRUCTION:u", -EINVAL, "nearest that it knows: perf::INSTRUCTIONS");
	refuse_name("perf::PAGE_FAULTS", -EINVAL, "perf::PAGE-FAULTS");
	refuse_name("perf::cycle", -ENOENT, ""); /* a tracepoint by its looks */
	refuse_name("perf::INSTRUCTIONS:q", -EINVAL, ":u :k");
	refuse_name("no_such_pmu::CYCLES", -ENODEV, "no_such_pmu");
	refuse_name("perf::XQZWVXQZWVXQZWV", -EINVAL, "knows no event");
	assert_has_not(error.text, "nearest");
	assert_has(error.text, "none like it");
}

static void modifiers_become_exclude_bits(void **state)
{
	struct perf_event_attr attr;
	(void)state;
	assert_int_equal(event_name_encode("perf::INSTRUCTIONS:u", &attr, &error), 0);
	assert_true(attr.exclude_kernel && !attr.exclude_user);
	assert_int_equal(event_name_encode("perf::INSTRUCTIONS:k", &attr, &error), 0);
	assert_true(attr.exclude_user && !attr.exclude_kernel);
	assert_int_equal(event_name_encode("perf::PAGE-FAULTS", &attr, &error), 0);
	assert_true(!attr.exclude_user && !attr.exclude_kernel);
	assert_false(counters_of_hardware(&attr));
}

/* Groups of tests/data/events-good.ini: the processor's event is missing, the other two are one group. */
static struct event_groups *groups_of(struct event_set *set)
{
	static struct event_groups groups;
	if (event_set_load(set, D "events-good.ini", is_metric, &error) != 0)
		fail_msg("%s", error.text);
	groups = (struct event_groups){.set = set, .group_count = 1, .events[0].group = -1};
	error_set(&groups.events[0].error, ENODEV, "no PMU");
	return &groups;
}

static void assert_event(const struct record *record, const char *name, uint64_t count, uint64_t baseline)
{
	const struct event_count *event = record_event(record, name);
	assert_non_null(event);
	assert_int_equal(event->count, count);
	assert_int_equal(event->baseline, baseline);
	assert_true(event->per_unit == (double)count / 2);
	assert_int_equal(event->enabled_ns, 10);
	assert_int_equal(event->running_ns, 5);
}

static void absent_is_absent(void **state)
{
	struct event_set set;
	struct event_groups *groups = groups_of(&set);
	struct measurement counted = {
	    .units = 2, .touches = 4, .count_count = 1, .counts = {{"hint_faults", 4}}};
	struct measurement first = {.units = 2, .touches = 4};
	struct measurement *passes[] = {&first};
	struct record record = {.units = 2};
	struct arena *arena = arena_new();
	(void)state;
	first.seen = (struct counters_seen){.enabled_ns = 10, .running_ns = 5, .counts = {6, 7}};
	first.baseline = (struct counters_seen){.counts = {1, 2}};
	case_events_add(arena, &record, groups, passes, &counted);
	assert_int_equal(record.event_count, 2);
	assert_event(&record, "page_faults", 6, 1);
	assert_event(&record, "faults_seen", 7, 2);
	assert_int_equal(record.derived_count, 1);
	assert_string_equal(record.derived[0].name, "page_faults_per_touch");
	assert_string_equal(record.derived[0].unit, "faults");
	assert_true(record.derived[0].value == 1.5);
	arena_free(arena);
	event_set_free(&set);
}

static void report_tells_what_is_missing(void **state)
{
	struct event_set set;
	struct arena *arena = arena_new();
	const struct event_report *report = case_events_report(arena, groups_of(&set));
	(void)state;
	assert_string_equal(report->set, "events-good");
	/* Faults come last, where this kernel does not let them be counted. */
	assert_in_range(report->event_count, 3, 4);
	assert_string_equal(report->events[0].name, "page_faults");
	assert_int_equal(report->events[0].pass, 1);
	assert_null(report->events[0].reason);
	assert_string_equal(report->events[2].name, "instructions");
	assert_int_equal(report->events[2].pass, 0);
	assert_string_equal(report->events[2].reason, "no PMU");
	assert_int_equal(report->metric_count, 2);
	assert_string_equal(report->metrics[0].name, "instructions_per_fault");
	assert_string_equal(report->metrics[0].missing, "instructions is not counted");
	assert_null(report->metrics[1].missing);
	arena_free(arena);
	event_set_free(&set);
}

static void quotient_without_a_divisor_is_absent(void **state)
{
	struct event_set set;
	struct event_groups *groups = groups_of(&set);
	struct measurement counted = {.units = 2, .touches = 0}, first = {.units = 2};
	struct measurement *passes[] = {&first};
	struct record record = {.units = 2};
	struct arena *arena = arena_new();
	(void)state;
	case_events_add(arena, &record, groups, passes, &counted);
	assert_int_equal(record.derived_count, 0);
	assert_int_equal(record.event_count, 2);
	arena_free(arena);
	event_set_free(&set);
}

/* What this machine can't count has a reason, what it can count has a group that opens. */
static void every_event_is_counted_or_has_a_reason(void **state)
{
	struct event_set set;
	static struct event_groups groups;
	(void)state;
	if (event_set_load(&set, "configs/events/any.ini", is_metric, &error) != 0 ||
	    event_groups_make(&groups, &set, &error) != 0)
		fail_msg("%s", error.text);
	size_t counted = 0;
	for (size_t i = 0; i < set.event_count; i++) {
		assert_true(groups.events[i].group < groups.group_count);
		assert_int_equal(groups.events[i].group < 0, groups.events[i].error.text[0] != '\0');
		counted += groups.events[i].group >= 0;
	}
	for (int group = 0; group < groups.group_count; group++) {
		struct counters counters;
		if (event_groups_open(&groups, group, &counters, &error) != 0)
			fail_msg("%s", error.text);
		assert_true(counters.count > 0);
		counted -= counters.count;
		counters_close(&counters);
	}
	assert_int_equal(counted, 0);
	event_set_free(&set);
}

/* In a process of its own, which gives its rights up. */
static void open_without_rights(const char *name, struct error *shared)
{
	struct perf_event_attr attr;
	struct counters counters = {.count = 0};
	pid_t pid = fork();
	if (pid == 0) {
		bool ready = event_name_encode(name, &attr, shared) == 0 && setgroups(0, NULL) == 0 &&
		             setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0;
		_exit(!ready ? 1 : counters_add(&counters, &attr, shared) == 0 ? 2 : 0);
	}
	int status;
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 1);
}

static void without_rights_the_remedy_is_told(void **state)
{
	struct error *shared =
	    mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char level[16];
	(void)state;
	assert_ptr_not_equal(shared, MAP_FAILED);
	/* Above 1 the kernel keeps its own part of an event to those with CAP_PERFMON. */
	bool kept = textfile_read("/proc/sys/kernel/perf_event_paranoid", level, sizeof(level)) > 0 &&
	            atoi(level) > 1;
	if (geteuid() == 0 && kept) {
		open_without_rights("perf::PAGE-FAULTS:k", shared);
		assert_has(shared->text, "kernel.perf_event_paranoid is ");
		assert_has(shared->text, level);
		assert_has(shared->text, "CAP_PERFMON");
	}
	munmap(shared, sizeof(*shared));
	if (geteuid() != 0 || !kept)
		skip();
}

static void bad_sets_end_a_run_before_it_begins(void **state)
{
	(void)state;
	struct ran *ran = hintbench("run --events no-such-set overhead");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "no-such-set");
	assert_has(ran->err, "configs/events, which has amd-zen2, ");
	assert_has(ran->err, ", neoverse, software\n");
	ran = hintbench("run --events no/such-set overhead");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "there is no file 'no/such-set'\n");
	ran = hintbench("list --events configs/smoke.ini");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "configs/smoke.ini:");
}

static void list_tells_every_event_of_every_set(void **state)
{
	(void)state;
	struct ran *ran = hintbench("list --events");
	assert_int_equal(ran->status, 0);
	static const char *const parts[] = {"# any: ",      "# neoverse: ",  "# intel: ",
	                                    "# amd-zen4: ", "# software: ",  "perf::INSTRUCTIONS:k",
	                                    "skx::",        "INST_RETIRED:k"};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		assert_has(ran->out, parts[i]);
	ran = hintbench("list --json --events software any");
	json_t *sets = json_loads(ran->out, 0, NULL);
	assert_int_equal(json_array_size(sets), 2);
	json_decref(sets);
}

/*
 * tests/data/base.json with events in every case that was measured: `kernel` instructions a unit in the
 * kernel, 10 in user mode.
 */
static void write_result(const char *path, json_int_t kernel)
{
	json_t *result = json_load_file(D "base.json", 0, NULL), *c;
	size_t i;
	assert_non_null(result);
	json_array_foreach (json_object_get(result, "cases"), i, c) {
		json_int_t units = json_integer_value(json_object_get(c, "units"));
		if (units == 0)
			continue;
		json_object_set_new(
		    c, "events",
		    json_pack("{s:{s:I,s:f,s:I,s:I,s:I},s:{s:I,s:f,s:I,s:I,s:I}}", "user_instructions",
		              "count", 10 * units, "per_unit", 10.0, "baseline", 10 * units, "enabled_ns",
		              (json_int_t)1, "running_ns", (json_int_t)1, "kernel_instructions", "count",
		              kernel * units, "per_unit", (double)kernel, "baseline", 2 * units, "enabled_ns",
		              (json_int_t)1, "running_ns", (json_int_t)1));
		json_object_set_new(c, "derived",
		                    json_pack("{s:{s:f,s:s}}", "kernel_instructions_per_fault", "value",
		                              (double)(kernel - 2), "unit", "instructions"));
	}
	assert_int_equal(json_dump_file(result, path, 0), 0);
	json_decref(result);
}

static void readers_know_events(void **state)
{
	static char data[1 << 16];
	(void)state;
	const char *base = in_folder("base.json"), *new = in_folder("new.json");
	write_result(base, 102);
	write_result(new, 202);
	struct ran *ran = hintbench("compare --format csv --metric kernel_instructions "
	                            "--metric kernel_instructions_per_fault %s %s",
	                            base, new);
	assert_int_equal(ran->status, 0);
	assert_has(ran->out,
	           ",kernel_instructions,event,per page,base (base.json),base (new.json),102,202,100,");
	assert_has(ran->out, ",kernel_instructions_per_fault,event,instructions,base (base.json),base "
	                     "(new.json),100,200,100,100,");
	ran = hintbench("plot -o %s %s %s", folder, base, new);
	assert_int_equal(ran->status, 0);
	assert_has_not(ran->err, "none of the results counts them");
	assert_int_equal(access(in_folder("where.png"), R_OK), 0);
	read_text(in_folder("where.dat"), data, sizeof(data));
	assert_has(data, " 10 102 2 10 202 2\n");
}

static void without_events_there_is_no_such_picture(void **state)
{
	(void)state;
	struct ran *ran = hintbench("plot -o %s " D "base.json", folder);
	assert_int_equal(ran->status, 0);
	const char *said = strstr(ran->err, "none of the results counts them");
	assert_non_null(said);
	assert_null(strstr(said + 1, "none of the results counts them"));
	assert_int_not_equal(access(in_folder("where.dat"), F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(formulas_keep_the_rules_of_arithmetic),
	    cmocka_unit_test(formulas_that_make_no_sense_are_refused),
	    cmocka_unit_test(sets_are_read),
	    cmocka_unit_test(sets_that_make_no_sense_are_refused),
	    cmocka_unit_test(every_set_has_only_events_that_libpfm4_knows),
	    cmocka_unit_test(typos_get_the_nearest_names),
	    cmocka_unit_test(modifiers_become_exclude_bits),
	    cmocka_unit_test(absent_is_absent),
	    cmocka_unit_test(report_tells_what_is_missing),
	    cmocka_unit_test(quotient_without_a_divisor_is_absent),
	    cmocka_unit_test(every_event_is_counted_or_has_a_reason),
	    cmocka_unit_test(without_rights_the_remedy_is_told),
	    cmocka_unit_test(bad_sets_end_a_run_before_it_begins),
	    cmocka_unit_test(list_tells_every_event_of_every_set),
	    cmocka_unit_test_setup_teardown(readers_know_events, set_up_folder, tear_down_folder),
	    cmocka_unit_test_setup_teardown(without_events_there_is_no_such_picture, set_up_folder,
	                                    tear_down_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
