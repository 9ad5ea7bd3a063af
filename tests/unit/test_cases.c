/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cases there are, planning them, and their records; and that a family is a file and no more. */
#include "tests/support/cmocka_all.h"

#include <errno.h>
#include <jansson.h>
#include <regex.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/case_record.h"
#include "bench/interrupt.h"
#include "bench/pass.h"
#include "bench/places.h"
#include "bench/plan.h"
#include "bench/runner.h"
#include "lib/base/settings.h"
#include "tests/data/family_example.c"
#include "tests/data/family_touchers_example.c"
#include "tests/support/namespaces.h"

static struct case_list all;
static struct plan plan;
static struct error error;
static struct arena *arena; /* a test's */
static bool has_run;

static const struct bench_case *find_case(const char *name)
{
	for (size_t i = 0; i < all.count; i++)
		if (strcmp(all.items[i].name, name) == 0)
			return &all.items[i];
	return NULL;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in: %s", part, text);
}

static void names_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < all.count; i++)
		if (find_case(all.items[i].name) != &all.items[i])
			fail_msg("twice: %s", all.items[i].name);
}

static char *name_pattern_of_schema(void)
{
	json_t *schema = json_load_file("results/schema.json", 0, NULL);
	const char *pattern = NULL;
	json_unpack(schema, "{s:{s:{s:{s:{s:s}}}}}", "definitions", "case", "properties", "name", "pattern",
	            &pattern);
	char *copy = pattern ? strdup(pattern) : NULL;
	json_decref(schema);
	return copy;
}

static void names_fit_the_schema(void **state)
{
	(void)state;
	regex_t regex;
	char *pattern = name_pattern_of_schema();
	assert_non_null(pattern);
	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	assert_int_equal(regexec(&regex, "hint/map=Anon", 0, NULL, 0), REG_NOMATCH);
	for (size_t i = 0; i < all.count; i++) {
		if (regexec(&regex, all.items[i].name, 0, NULL, 0) != 0)
			fail_msg("not as the schema wants it: %s", all.items[i].name);
		assert_in_range(strlen(all.items[i].name), 1, CASE_NAME_MAX - 1);
	}
	regfree(&regex);
	free(pattern);
}

/* The value that a case has on the axis `key`, or NULL where its family doesn't have that axis. */
static const char *value_of(const struct bench_case *c, const char *key)
{
	for (size_t i = 0; i < c->param_count; i++)
		if (strcmp(c->params[i].key, key) == 0)
			return c->params[i].value;
	return NULL;
}

/* A name says family, keys and values, in order, and leaves out only the usual value of an optional axis. */
static void names_tell_all_parameters(void **state)
{
	(void)state;
	for (size_t i = 0; i < all.count; i++) {
		const struct bench_case *c = &all.items[i];
		char name[2 * CASE_NAME_MAX];
		int used = snprintf(name, sizeof(name), "%s", c->family->name);
		for (size_t a = 0; c->family->axes[a]; a++) {
			const struct axis *axis = c->family->axes[a];
			const char *value = value_of(c, axis->key);
			if (!axis->optional || c->row[a] != axis->rows)
				used += snprintf(name + used, sizeof(name) - (size_t)used, "/%s=%s",
				                 axis->key, value);
		}
		assert_string_equal(c->name, name);
	}
}

/* Other programs and the README know these by name. */
static void well_known_cases_exist(void **state)
{
	(void)state;
	static const char *const accesses[] = {"read-write", "write"};
	static const char *const outcomes_wanted[] = {"local",   "skip",       "migrate",
	                                              "refused", "fail-early", "fail-late"};
	static const char *const memories[] = {"anon/page=4k",  "anon/page=thp",  "anon/page=thp-pte",
	                                       "shmem/page=4k", "shmem/page=thp", "file/page=4k"};
	for (size_t m = 0; m < 6; m++)
		for (size_t a = 0; a < 2; a++)
			for (size_t o = 0; o < 6; o++) {
				char name[CASE_NAME_MAX];
				snprintf(name, sizeof(name), "hint/map=%s/access=%s/outcome=%s", memories[m],
				         accesses[a], outcomes_wanted[o]);
				if (!find_case(name))
					fail_msg("no case %s", name);
			}
	assert_non_null(find_case("overhead/access=write"));
	assert_non_null(find_case("overhead/access=read-write"));
}

static void what_cannot_be_is_not_listed(void **state)
{
	(void)state;
	static const char *const patterns[] = {
	    "*map=file/page=thp*",    /* ext4 has no huge pages */
	    "*map=hugetlb*/page=4k*", /* nor hugetlb small ones */
	    "*map=shmem/*/share=*",   /* fork shares it anyway */
	    "*map=file/*/track=*",    /* neither soft-dirty bits nor userfaultfd */
	    "*map=shmem/page=thp*/track=uffd*",
	    "hint/map=hugetlb*", /* the scanner passes it by */
	    "swap/map=file/*",
	};
	for (size_t p = 0; p < sizeof(patterns) / sizeof(patterns[0]); p++)
		for (size_t i = 0; i < all.count; i++)
			if (selection_name_fits(all.items[i].name, patterns[p]))
				fail_msg("%s fits %s", all.items[i].name, patterns[p]);
}

static void values_are_found_by_key_and_by_axis(void **state)
{
	(void)state;
	const struct bench_case *c = find_case("hint/map=anon/page=thp/access=write/outcome=migrate");
	assert_non_null(c);
	assert_string_equal(value_of(c, "page"), "thp");
	assert_string_equal(value_of(c, "share"), "none");
	assert_null(value_of(c, "advice"));
	assert_string_equal(((const struct outcome *)case_row(c, &axis_outcome))->name, "migrate");
	assert_true(((const struct outcome *)case_row(c, &axis_outcome))->migrates);
	/* A family without the axis has its first row. */
	assert_string_equal(case_string(find_case("overhead/access=write"), &axis_map), mappings[0].name);
}

static void families_are_in_order_and_say_what_they_are(void **state)
{
	(void)state;
	const struct family *last = NULL;
	size_t count = 0;
	for (size_t i = 0; i < all.count; i++) {
		const struct family *family = all.items[i].family;
		if (family == last)
			continue;
		assert_true(!last || strcmp(last->name, family->name) < 0);
		assert_in_range(strlen(family->what), 1, 200);
		last = family;
		count++;
	}
	assert_in_range(count, 2, 100);
}

/* Plans the words, NULL after the last. */
static int plan_words(const struct job_file *config, const char *const *words)
{
	size_t count = 0;
	while (words[count])
		count++;
	plan_free(&plan);
	error = (struct error){""};
	return plan_make(&plan, &all, (char *const *)words, count, config, &error);
}

#define make_plan(...) plan_words(NULL, (const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

#define assert_planned(...)                                  \
	do {                                                 \
		if (make_plan(__VA_ARGS__) != 0)             \
			fail_msg("refused: %s", error.text); \
	} while (0)

static bool is_planned(const char *name)
{
	for (size_t i = 0; i < plan.count; i++)
		if (strcmp(plan.items[i].c->name, name) == 0)
			return true;
	return false;
}

static size_t overhead_count(void)
{
	size_t count = 0;
	for (size_t i = 0; i < all.count; i++)
		count += selection_name_fits(all.items[i].name, "overhead");
	return count;
}

/* How many cases of `pattern` are planned besides overhead; fails where there are others. */
static size_t planned_of(const char *pattern)
{
	for (size_t i = 0; i < plan.count; i++) {
		bool fits =
		    selection_name_fits(plan.items[i].c->name, i < overhead_count() ? "overhead" : pattern);
		if (!fits)
			fail_msg("planned as number %zu: %s", i, plan.items[i].c->name);
	}
	return plan.count - overhead_count();
}

static size_t count_of(const char *pattern)
{
	size_t count = 0;
	for (size_t i = 0; i < all.count; i++)
		count += selection_name_fits(all.items[i].name, pattern);
	return count;
}

static void nothing_asked_for_is_everything(void **state)
{
	(void)state;
	assert_planned();
	assert_int_equal(plan.count, all.count);
	assert_int_equal(plan.items[0].units, 0);
}

static void overhead_comes_first_whatever_is_asked_for(void **state)
{
	(void)state;
	assert_in_range(overhead_count(), 1, 10);
	assert_planned();
	planned_of("*");
	assert_planned("hint/map=anon/page=4k");
	assert_true(planned_of("hint/map=anon/page=4k") > 0);
	assert_planned("map=shmem");
	assert_true(planned_of("*map=shmem/*") > 0);
	assert_planned("overhead");
	assert_int_equal(plan.count, overhead_count());
}

static void a_pattern_of_several_is_enough(void **state)
{
	(void)state;
	assert_planned("hint/map=anon/page=4k/*", "fork");
	assert_true(is_planned("hint/map=anon/page=4k/access=write/outcome=migrate"));
	assert_true(is_planned("fork/map=anon/page=4k/share=child"));
	assert_int_equal(plan.count,
	                 overhead_count() + count_of("fork") + count_of("hint/map=anon/page=4k/*"));
	/* Each once, though it fits both. */
	assert_planned("fork", "fork/*");
	assert_int_equal(planned_of("fork"), count_of("fork"));
}

static void exactly_one_case_can_be_planned(void **state)
{
	(void)state;
	assert_planned("hint/map=anon/page=4k/access=write/outcome=migrate$");
	assert_int_equal(plan.count, overhead_count() + 1);
	assert_true(is_planned("hint/map=anon/page=4k/access=write/outcome=migrate"));
	assert_planned("overhead/access=write$");
	assert_int_equal(plan.count, overhead_count());
}

static void every_filter_must_fit(void **state)
{
	(void)state;
	assert_planned("hint", "map=anon,shmem", "page=4k", "outcome=local");
	assert_true(is_planned("hint/map=anon/page=4k/access=write/outcome=local"));
	assert_true(is_planned("hint/map=shmem/page=4k/access=read-write/outcome=local"));
	for (size_t i = overhead_count(); i < plan.count; i++) {
		const struct bench_case *c = plan.items[i].c;
		assert_string_equal(c->family->name, "hint");
		assert_string_equal(value_of(c, "page"), "4k");
		assert_string_equal(value_of(c, "outcome"), "local");
		assert_true(strcmp(value_of(c, "map"), "anon") == 0 ||
		            strcmp(value_of(c, "map"), "shmem") == 0);
	}
	/* "anon" isn't "anon-clean", nor the other way round. */
	assert_planned("hint", "map=anon-clean");
	assert_int_equal(planned_of("hint/map=anon-clean"), count_of("hint/map=anon-clean"));
	assert_planned("hint", "map=anon", "outcome=migrate");
	assert_false(is_planned("hint/map=anon-clean/page=4k/access=write/outcome=migrate"));
	/* The usual value, which names leave out. */
	assert_planned("hint", "share=none", "track=none");
	assert_true(is_planned("hint/map=anon/page=4k/access=write/outcome=migrate"));
	assert_false(is_planned("hint/map=anon/page=4k/access=write/outcome=migrate/share=child"));
	/* Filters only: every family that has the keys. */
	assert_planned("outcome=fail-late");
	assert_int_equal(planned_of("hint/*outcome=fail-late*"), count_of("hint/*outcome=fail-late*"));
}

static void units_are_the_size(void **state)
{
	(void)state;
	assert_planned("units=7", "hint");
	for (size_t i = 0; i < plan.count; i++)
		assert_int_equal(plan.items[i].units, 7);
	assert_planned("units=1");
	assert_planned("units=1048576");
	static const char *const wrong[] = {
	    "units=0",  "units=",        "units=-1",  "units=x",
	    "units=1k", "units=1048577", "units=1.5", "units=99999999999999999999"};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(make_plan(wrong[i]), -EINVAL);
		assert_has(error.text, wrong[i]);
	}
}

static void what_is_unknown_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *word, *named;
	} wrong[] = {
	    {"nosuch", "'nosuch'"},
	    {"hint/map=nosuch", "'hint/map=nosuch'"},
	    {"", "''"},
	    {"colour=red", "'colour'"},
	    {"=anon", "''"},
	    {"map=nosuch", "'nosuch'"},
	    {"map=anon,nosuch", "'nosuch'"},
	    {"map=nosuch,anon", "'nosuch'"},
	    {"map=", "''"},
	    {"map=anon,", "''"},
	    {"map=ano", "'ano'"},
	    {"map=non", "'non'"},
	    {"map=anon shmem", "'anon shmem'"},
	    {"unit=4", "'unit'"},
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (make_plan(wrong[i].word) != -EINVAL)
			fail_msg("accepted: %s", wrong[i].word);
		assert_has(error.text, wrong[i].named);
		assert_int_equal(plan.count, 0);
	}
	/* A message about a value tells those that there are. */
	make_plan("access=nosuch");
	assert_has(error.text, "read-write write");
}

/* 33 names parted by commas: longer than any line of code. */
static void a_long_list_of_values_is_read_to_its_end(void **state)
{
	(void)state;
	char word[512] = "map=anon";
	for (int i = 0; i < 32; i++)
		strcat(word, ",shmem-default");
	assert_planned(word, "hint");
	strcat(word, ",nosuch");
	assert_int_equal(make_plan(word, "hint"), -EINVAL);
	assert_has(error.text, "'nosuch'");
}

static void nothing_left_is_refused(void **state)
{
	(void)state;
	assert_int_equal(make_plan("hint", "back=swapoff"), -EINVAL);
	assert_has(error.text, "no case fits all");
	assert_int_equal(make_plan("fork", "map=shmem"), -EINVAL);
	assert_int_equal(make_plan("page=thp", "page=4k"), -EINVAL);
}

static void take_words(struct job *job, const char *name, const char *const *words)
{
	snprintf(job->name, sizeof(job->name), "%s", name);
	while (words[job->word_count]) {
		job->words[job->word_count] = (char *)words[job->word_count];
		job->word_count++;
	}
}

#define WORDS(...)                \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

static void jobs_limit_what_is_planned(void **state)
{
	(void)state;
	static struct job jobs[2];
	const struct job_file config = {.jobs = jobs, .job_count = 2};
	take_words(&jobs[0], "small", WORDS("hint/map=anon", "page=4k", "units=16"));
	take_words(&jobs[1], "rest", WORDS("hint/map=anon", "fork", "units=32"));

	assert_int_equal(plan_words(&config, (const char *const[]){NULL}), 0);
	assert_int_equal(plan.count, overhead_count() + count_of("hint/map=anon") + count_of("fork"));
	for (size_t i = overhead_count(); i < plan.count; i++) {
		/* The first job that a case fits says how large it is. */
		bool small = selection_name_fits(plan.items[i].c->name, "hint/map=anon/page=4k");
		assert_int_equal(plan.items[i].units, small ? 16 : 32);
	}

	assert_int_equal(plan_words(&config, WORDS("fork", "swap")), 0);
	assert_int_equal(planned_of("fork"), count_of("fork"));
	assert_int_equal(plan_words(&config, WORDS("fork", "units=3")), 0);
	assert_int_equal(plan.items[plan.count - 1].units, 3);

	assert_int_equal(plan_words(&config, WORDS("swap")), -EINVAL);
	assert_has(error.text, "no case fits all");
}

static void job_with_an_unknown_word_is_named(void **state)
{
	(void)state;
	static struct job jobs[2];
	const struct job_file config = {.jobs = jobs, .job_count = 2};
	take_words(&jobs[0], "fine", WORDS("hint"));
	take_words(&jobs[1], "typo", WORDS("hint", "map=anno"));
	assert_int_equal(plan_words(&config, WORDS("hint")), -EINVAL);
	assert_has(error.text, "[typo]");
	assert_has(error.text, "'anno'");
}

/* Overhead alone would pass for a measurement. */
static void jobs_that_leave_nothing_are_refused(void **state)
{
	(void)state;
	static struct job jobs[1];
	const struct job_file config = {.jobs = jobs, .job_count = 1};
	take_words(&jobs[0], "nothing", WORDS("hint", "back=swapoff"));
	assert_int_equal(plan_words(&config, (const char *const[]){NULL}), -EINVAL);
	assert_has(error.text, "no case fits all");
}

static void outcome_is_confirmed(void **state)
{
	(void)state;
	static const struct {
		const char *outcome;
		uint64_t touches, migrated, failures;
		int err;
	} table[] = {
	    {"local", 4, 0, 0, 0},         {"local", 4, 0, 1, -EAGAIN},     {"local", 4, 1, 0, -EAGAIN},
	    {"migrate", 8, 8, 0, 0},       {"migrate", 8, 7, 0, -EAGAIN},   {"migrate", 8, 8, 1, -EAGAIN},
	    {"skip", 4, 0, 0, 0},          {"skip", 4, 1, 0, -EAGAIN},      {"refused", 4, 0, 0, 0},
	    {"refused", 4, 4, 0, -EAGAIN}, {"fail-early", 8, 0, 4, 0},      {"fail-early", 8, 0, 3, -EAGAIN},
	    {"fail-late", 8, 0, 5, 0},     {"fail-late", 8, 1, 4, -EAGAIN},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct outcome *outcome = outcomes;
		while (strcmp(outcome->name, table[i].outcome) != 0)
			outcome++;
		const struct outcome_seen seen = {.units = 4,
		                                  .touches = table[i].touches,
		                                  .migrated = table[i].migrated,
		                                  .failures = table[i].failures};
		if (outcome_confirm(outcome, &seen, &error) != table[i].err)
			fail_msg("row %zu: %s", i, table[i].outcome);
		if (table[i].err)
			assert_has(error.text, outcome->name);
	}
}

/* Pages of other programs are among those that the kernel counts: as many as wanted must be there. */
static void foreign_migrations_are_no_failure(void **state)
{
	(void)state;
	const struct outcome *migrate = outcomes;
	while (!migrate->migrates)
		migrate++;
	struct outcome_seen seen = {.units = 4, .touches = 4, .migrated = 5, .foreign = true};
	assert_int_equal(outcome_confirm(migrate, &seen, &error), 0);
	assert_int_equal(outcome_confirm(outcomes, &seen, &error), 0);
	seen.migrated = 3;
	assert_int_equal(outcome_confirm(migrate, &seen, &error), -EAGAIN);
}

static const struct clock ns_clock = {.unit = CLOCK_NS, .ns_per_tick = 0.5};

static void status_tells_what_an_error_was(void **state)
{
	(void)state;
	static const struct {
		int err;
		enum case_status status;
	} table[] = {
	    {0, CASE_OK},        {EAGAIN, CASE_INCONCLUSIVE}, {ETIME, CASE_INCONCLUSIVE},
	    {ENOSYS, CASE_SKIP}, {ENODEV, CASE_SKIP},         {EOPNOTSUPP, CASE_SKIP},
	    {EIO, CASE_FAIL},    {ETIMEDOUT, CASE_FAIL},      {ECHILD, CASE_FAIL},
	};
	const struct bench_case *c = find_case("overhead/access=write");
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct measurement timed = {.units = 1}, counted = {.units = 1, .err = -table[i].err};
		error_set(&counted.error, EIO, "because of %zu", i);
		const struct record *record = case_record_make(arena, c, &counted, &timed, &ns_clock);
		assert_int_equal(record->status, table[i].status);
		assert_int_equal(record->reason != NULL, table[i].err != 0);
		/* The timing pass counts as much. */
		timed.err = -table[i].err;
		counted.err = 0;
		record = case_record_make(arena, c, &counted, &timed, &ns_clock);
		assert_int_equal(record->status, table[i].status);
	}
}

static void record_holds_what_was_measured(void **state)
{
	(void)state;
	uint64_t touch_ticks[] = {8, 2, 4, 6}, write_ticks[] = {10, 10, 10, 10};
	struct measurement counted = {.units = 2,
	                              .armed = true,
	                              .arm = {.pages = 12, .scans = 2, .seconds = 0.5},
	                              .memory_node = 3,
	                              .toucher_count = 2,
	                              .touchers = {{4, 1}, {5, 1}}};
	struct measurement timed = {.units = 2, .touches = 4, .timed_touch = true, .timed_write = true};
	struct pass pass = {.m = &counted, .settle_end = -1};
	timed.touch_ticks = touch_ticks;
	timed.write_ticks = write_ticks;
	pass_count(&pass, "hint_faults", 3);
	pass_count(&pass, "large", 1ULL << 60);
	const struct bench_case *c = find_case("hint/map=anon/page=thp/access=read-write/outcome=local");
	const struct record *record = case_record_make(arena, c, &counted, &timed, &ns_clock);
	assert_string_equal(record->name, c->name);
	assert_string_equal(record->unit, "pmd");
	assert_int_equal(record->units, 2);
	assert_ptr_not_equal(record->params, c->params);
	assert_memory_equal(record->params, c->params, c->param_count * sizeof(*c->params));
	assert_int_equal(record_count(record, "hint_faults")->count, 3);
	assert_true(record_count(record, "hint_faults")->per_unit == 1.5);
	assert_true(record_count(record, "large")->count == 1ULL << 60);
	assert_int_equal(record->arming->scans, 2);
	assert_int_equal(record->memory_node, 3);
	assert_int_equal(record->toucher_count, 2);
	assert_int_equal(record->touchers[1].cpu, 5);
	assert_int_equal(record->touchers[1].node, 1);
	const struct latency *touch = record_latency(record, "touch");
	assert_int_equal(touch->clock, CLOCK_NS);
	assert_int_equal(touch->n, 4);
	/* Ticks of half a nanosecond. */
	assert_true(touch->min == 1 && touch->max == 4 && record_latency(record, "write")->p50 == 5);
}

static void skipped_record_says_why(void **state)
{
	(void)state;
	error_set(&error, ENODEV, "needs a second node");
	const struct record *record = case_record_skip(arena, find_case("overhead/access=write"), &error);
	assert_int_equal(record->status, CASE_SKIP);
	assert_string_equal(record->reason, "needs a second node");
	assert_int_equal(record->count_count, 0);
	assert_int_equal(record->latency_count, 0);
	assert_int_equal(record->memory_node, -1);
	assert_int_equal(record->toucher_count, 0);
}

#define EXAMPLE "example/map=anon/page=4k/access=read-write/advice=cold"

/* This file includes tests/data/family_example.c, and nothing else of the program knows of it. */
static void new_family_is_there_by_its_file_alone(void **state)
{
	(void)state;
	const struct bench_case *c = find_case(EXAMPLE);
	assert_non_null(c);
	assert_ptr_equal(c->family, &example);
	assert_ptr_equal(c->family->setup, setup);
	assert_non_null(find_case("example/map=private-cow/page=4k/access=write/advice=normal"));
	assert_int_equal(count_of("example"), 2 * 2 * 2);
	assert_planned("example", "advice=cold");
	assert_int_equal(planned_of("example/*"), 4);
	assert_int_equal(make_plan("advice=hot"), -EINVAL);
	assert_has(error.text, "there is cold normal");
	char line[256];
	int lines = 0;
	FILE *file = fopen("tests/data/family_example.c", "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		lines++;
	fclose(file);
	assert_in_range(lines, 1, 40);
}

/* The process of the timing pass, which needs no tracepoints. */
static void run_timing_pass(const struct runner *runner, struct pass *pass)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		pass->m->err = pass_run(pass, &runner->topology, 64, &pass->m->error);
		pass->m->finished = true;
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static struct measurement *shared_measurement(size_t touches)
{
	struct measurement *m = mmap(NULL, sizeof(*m) + 2 * touches * sizeof(uint64_t),
	                             PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(m != MAP_FAILED);
	m->touch_ticks = (uint64_t *)(m + 1);
	m->write_ticks = m->touch_ticks + touches;
	return m;
}

static bool lacks_rights(int err)
{
	return err == -EPERM || err == -EACCES || err == -EROFS || err == -ENOSYS;
}

/* Runs the timing pass of a case; skips where that can't be. Returns 64 units' measurement. */
static struct measurement *time_case(const char *name, struct runner *runner)
{
	assert_int_equal(runner_open(runner, &error), 0);
	if (!has_run || settings_open(NULL, &error) != 0) {
		runner_close(runner);
		print_message("%s\n", NO_RUN_OF_ITS_OWN);
		skip();
	}
	struct measurement *m = shared_measurement(64);
	struct pass pass = {.c = find_case(name), .kind = PASS_TIME, .settle_end = -1, .m = m};
	run_timing_pass(runner, &pass);
	assert_int_equal(settings_close(&error), 0);
	runner_close(runner);
	if (lacks_rights(m->err)) {
		print_message("%s\n", m->error.text);
		skip();
	}
	return m;
}

static void assert_timed(const struct measurement *m)
{
	if (m->err)
		fail_msg("while %s: %s", m->doing, m->error.text);
	assert_int_equal(m->units, 64);
	assert_int_equal(m->touches, 64);
	for (size_t i = 0; i < 64; i++)
		assert_true(m->touch_ticks[i] > 0 && m->write_ticks[i] > 0);
}

static void new_family_is_set_up_and_timed(void **state)
{
	(void)state;
	struct runner runner;
	struct measurement *m = time_case(EXAMPLE, &runner), counted = {.units = 64};
	assert_timed(m);
	assert_string_equal(m->counts[0].name, "advised");
	assert_int_equal(m->counts[0].count, 64);
	assert_int_equal(m->toucher_count, 1);
	const struct record *record = case_record_make(arena, find_case(EXAMPLE), &counted, m, &runner.clock);
	assert_int_equal(record->status, CASE_OK);
	assert_int_equal(record->latency_count, 2);
	munmap(m, sizeof(*m) + 128 * sizeof(uint64_t));
}

/* In each toucher's thread. */
static int look_where_it_runs(struct toucher *toucher, struct error *job_error)
{
	int cpu = sched_getcpu();
	return cpu == toucher->cpu ? 0
	                           : error_set(job_error, EIO, "on processor %d, not %d", cpu, toucher->cpu);
}

static int look_where_all_run(struct pass *pass, struct error *job_error)
{
	return team_do(&pass->team, look_where_it_runs, job_error);
}

/* A line in the family is all: the threads have processors of their own, and access all of the memory. */
static void two_touchers_access_half_each(void **state)
{
	(void)state;
	struct runner runner;
	two_touchers.setup = look_where_all_run;
	struct measurement *m = time_case("two-touchers/map=anon/page=4k/access=read-write", &runner);
	two_touchers.setup = NULL;
	if (m->err == -ENODEV) {
		print_message("%s\n", m->error.text);
		skip();
	}
	assert_timed(m);
	assert_int_equal(m->toucher_count, 2);
	assert_int_not_equal(m->touchers[0].cpu, m->touchers[1].cpu);
	assert_int_equal(m->touchers[0].node, m->touchers[1].node);
	munmap(m, sizeof(*m) + 128 * sizeof(uint64_t));
}

/* No unit is two touchers', and none is nobody's. */
static void slices_are_whole_units(void **state)
{
	(void)state;
	static char memory[10 * 4096];
	uint64_t ticks[20];
	struct measurement m = {.touch_ticks = ticks, .write_ticks = ticks + 10};
	struct toucher touchers[3];
	struct pass pass = {.m = &m,
	                    .settle_end = -1,
	                    .region = {.start = memory, .units = 5, .touches = 10, .touch_bytes = 4096}};
	struct team team = {.pass = &pass, .touchers = touchers, .count = 3};
	static const size_t touches[] = {2, 4, 4}, first[] = {0, 2, 6};
	team_divide(&team);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(touchers[i].touches, touches[i]);
		assert_ptr_equal(touchers[i].start, memory + first[i] * 4096);
		assert_ptr_equal(touchers[i].touch_ticks, ticks + first[i]);
		assert_ptr_equal(touchers[i].write_ticks, ticks + 10 + first[i]);
	}
}

/* More threads than the node has processors. */
static void touchers_without_processors_are_skipped(void **state)
{
	(void)state;
	struct runner runner;
	struct case_nodes nodes;
	int cpus[TOUCHERS_MAX];
	const struct bench_case *c = find_case("two-touchers/map=anon/page=4k/access=write");
	assert_int_equal(runner_open(&runner, &error), 0);
	int node = topology_node(&runner.topology, 0, &error);
	assert_true(node >= 0);
	int cpu_count = 0;
	while (cpu_count < TOUCHERS_MAX &&
	       topology_cpus(&runner.topology, node, cpu_count + 1, cpus, &error) == 0)
		cpu_count++;
	if (cpu_count < TOUCHERS_MAX && topology_node(&runner.topology, 1, NULL) < 0) {
		two_touchers.touchers = cpu_count + 1;
		int err = places_choose(c, &runner.topology, &nodes, cpus, &error);
		two_touchers.touchers = 2;
		assert_int_equal(err, -ENODEV);
		assert_has(error.text, "processors on node");
	}
	runner_close(&runner);
}

typedef int family_verb(struct pass *pass, struct error *error);

/* Families whose process does not get to its end. */
static int set_up_crash(struct pass *pass, struct error *unused)
{
	(void)pass;
	(void)unused;
	/* cmocka catches it otherwise. */
	signal(SIGSEGV, SIG_DFL);
	kill(getpid(), SIGSEGV);
	return 0;
}

static int set_up_for_ever(struct pass *pass, struct error *unused)
{
	(void)pass;
	(void)unused;
	for (;;)
		pause();
	return 0;
}

static int set_up_early_exit(struct pass *pass, struct error *unused)
{
	(void)pass;
	(void)unused;
	_exit(3);
}

/* What the program catches to end a run in order is not caught here. */
static int set_up_signals(struct pass *pass, struct error *unused)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2};
	struct sigaction action;
	(void)pass;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], NULL, &action) != 0 || action.sa_handler != SIG_IGN)
			return error_set(unused, EIO, "signal %d is caught", signals[i]);
	return 0;
}

static bool is_interrupted(void)
{
	return true;
}

/* Runs a case with another verb; NULL where it can't run here, or where it was interrupted. */
static const struct record *run_with(struct family *family, const char *name, family_verb *verb,
                                     bool interrupted, double time_limit_sec, bool *ran)
{
	family_verb *usual = family->setup;
	struct runner runner;
	const struct record *record = NULL;
	assert_int_equal(runner_open(&runner, &error), 0);
	*ran = has_run && runner_available(&runner, find_case(name), &error) == 0 &&
	       settings_open(NULL, &error) == 0;
	if (*ran) {
		runner.time_limit_sec = time_limit_sec;
		runner.interrupted = interrupted ? is_interrupted : NULL;
		family->setup = verb;
		record = runner_run(&runner, find_case(name), 16, arena);
		family->setup = usual;
		assert_int_equal(settings_close(&error), 0);
	} else {
		print_message("%s\n", has_run ? error.text : NO_RUN_OF_ITS_OWN);
	}
	runner_close(&runner);
	return record;
}

/* Long enough for a process on any machine; and so short that one that hangs is over soon. */
#define LONG_SEC  600
#define SHORT_SEC 0.2

static void run_must_say(family_verb *verb, double time_limit_sec, enum case_status status,
                         const char *reason)
{
	bool ran;
	const struct record *record = run_with(&example, EXAMPLE, verb, false, time_limit_sec, &ran);
	if (!ran)
		skip();
	assert_non_null(record);
	if (record->status != status)
		fail_msg("%s: %s", case_status_name(record->status), record->reason ? record->reason : "");
	if (reason)
		assert_has(record->reason, reason);
}

static void case_runs_to_its_end(void **state)
{
	(void)state;
	run_must_say(setup, LONG_SEC, CASE_OK, NULL);
}

static void crash_costs_a_case_alone(void **state)
{
	(void)state;
	run_must_say(set_up_crash, LONG_SEC, CASE_FAIL,
	             "died of signal 11 (Segmentation fault) while setting the case up");
}

static void early_exit_is_no_signal(void **state)
{
	(void)state;
	run_must_say(set_up_early_exit, LONG_SEC, CASE_FAIL,
	             "ended early, with status 3, while setting the case up");
}

static void case_has_no_handlers_of_the_run(void **state)
{
	(void)state;
	interrupt_catch();
	run_must_say(set_up_signals, LONG_SEC, CASE_OK, NULL);
}

/* Where it is by then depends on the machine. */
static void hang_ends_at_the_time_limit(void **state)
{
	(void)state;
	run_must_say(set_up_for_ever, SHORT_SEC, CASE_FAIL, "it was still ");
}

/* Every page has to be faulted in anew: read, the page of zeroes; written, one of its own. */
static int drop_memory(struct pass *pass, struct error *job_error)
{
	if (madvise(pass->region.start, pass->region.bytes, MADV_DONTNEED) != 0)
		return error_set_errno(job_error, errno, "madvise() failed");
	return 0;
}

/* Each counts the faults of its own half; the case's are the sum. */
static void faults_of_all_touchers_are_counted(void **state)
{
	(void)state;
	bool ran;
	const struct record *record =
	    run_with(&two_touchers, "two-touchers/map=anon/page=4k/access=read-write", drop_memory, false,
	             LONG_SEC, &ran);
	if (!ran)
		skip();
	assert_non_null(record);
	if (record->status != CASE_OK)
		fail_msg("%s", record->reason);
	assert_int_equal(record->toucher_count, 2);
	assert_int_equal(record_count(record, "hint_faults")->count, 16);
	assert_int_equal(record_count(record, "write_faults")->count, 16);
	assert_int_equal(record_count(record, "other_faults")->count, 0);
	assert_int_equal(record_latency(record, "touch")->n, 16);
	assert_int_equal(record_latency(record, "write")->n, 16);
}

static void interrupted_case_has_no_record(void **state)
{
	(void)state;
	bool ran;
	const struct record *record = run_with(&example, EXAMPLE, set_up_for_ever, true, LONG_SEC, &ran);
	if (!ran)
		skip();
	assert_null(record);
}

/* What can't run is a record with the reason, and starts no process. */
static void unavailable_case_is_skipped_with_the_reason(void **state)
{
	(void)state;
	struct runner runner;
	struct error reason;
	assert_int_equal(runner_open(&runner, &error), 0);
	for (size_t i = 0; i < all.count; i++) {
		if (runner_available(&runner, &all.items[i], &reason) == 0)
			continue;
		const struct record *record = runner_run(&runner, &all.items[i], 1, arena);
		assert_int_equal(record->status, CASE_SKIP);
		assert_string_equal(record->reason, reason.text);
		assert_in_range(strlen(reason.text), 10, ERROR_BYTES - 2);
	}
	runner_close(&runner);
}

/* None of them ends the program, and none is lost; what nohup ignores stays ignored. */
static void each_signal_is_noted(void **state)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2};
	(void)state;
	for (size_t i = 0; i <= sizeof(signals) / sizeof(signals[0]); i++) {
		bool nohup = i == sizeof(signals) / sizeof(signals[0]);
		int number = nohup ? SIGHUP : signals[i], status;
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			signal(SIGHUP, nohup ? SIG_IGN : SIG_DFL);
			interrupt_catch();
			raise(number);
			_exit(interrupt_came() == !nohup && interrupt_signal() == (nohup ? 0 : number) ? 0
			                                                                               : 1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (status != 0)
			fail_msg("signal %d: status %x", number, status);
	}
}

static int set_up_cases(void **state)
{
	(void)state;
	arena = arena_new();
	return cases_all(&all);
}

static int tear_down_cases(void **state)
{
	(void)state;
	plan_free(&plan);
	cases_free(&all);
	arena_free(arena);
	return all.count == 0 && !all.items ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_unique),
	    cmocka_unit_test(names_fit_the_schema),
	    cmocka_unit_test(names_tell_all_parameters),
	    cmocka_unit_test(well_known_cases_exist),
	    cmocka_unit_test(what_cannot_be_is_not_listed),
	    cmocka_unit_test(values_are_found_by_key_and_by_axis),
	    cmocka_unit_test(families_are_in_order_and_say_what_they_are),
	    cmocka_unit_test(nothing_asked_for_is_everything),
	    cmocka_unit_test(overhead_comes_first_whatever_is_asked_for),
	    cmocka_unit_test(a_pattern_of_several_is_enough),
	    cmocka_unit_test(exactly_one_case_can_be_planned),
	    cmocka_unit_test(every_filter_must_fit),
	    cmocka_unit_test(units_are_the_size),
	    cmocka_unit_test(what_is_unknown_is_named),
	    cmocka_unit_test(a_long_list_of_values_is_read_to_its_end),
	    cmocka_unit_test(nothing_left_is_refused),
	    cmocka_unit_test(jobs_limit_what_is_planned),
	    cmocka_unit_test(job_with_an_unknown_word_is_named),
	    cmocka_unit_test(jobs_that_leave_nothing_are_refused),
	    cmocka_unit_test(outcome_is_confirmed),
	    cmocka_unit_test(foreign_migrations_are_no_failure),
	    cmocka_unit_test(status_tells_what_an_error_was),
	    cmocka_unit_test(record_holds_what_was_measured),
	    cmocka_unit_test(skipped_record_says_why),
	    cmocka_unit_test(new_family_is_there_by_its_file_alone),
	    cmocka_unit_test(new_family_is_set_up_and_timed),
	    cmocka_unit_test(two_touchers_access_half_each),
	    cmocka_unit_test(slices_are_whole_units),
	    cmocka_unit_test(touchers_without_processors_are_skipped),
	    cmocka_unit_test(case_runs_to_its_end),
	    cmocka_unit_test(crash_costs_a_case_alone),
	    cmocka_unit_test(early_exit_is_no_signal),
	    cmocka_unit_test(case_has_no_handlers_of_the_run),
	    cmocka_unit_test(faults_of_all_touchers_are_counted),
	    cmocka_unit_test(each_signal_is_noted),
	    cmocka_unit_test(hang_ends_at_the_time_limit),
	    cmocka_unit_test(interrupted_case_has_no_record),
	    cmocka_unit_test(unavailable_case_is_skipped_with_the_reason),
	};
	has_run = enter_private_run();
	return cmocka_run_group_tests_name("cases", tests, set_up_cases, tear_down_cases);
}
