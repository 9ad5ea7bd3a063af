/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands list, run, doctor and restore, mostly with what they must refuse: exit status and message. */
#include "tests/support/files.h"
#include "tests/support/run.h"

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/progress.h"
#include "lib/analysis/metrics.h"
#include "lib/base/settings.h"
#include "lib/base/textfile.h"
#include "tests/support/namespaces.h"

#define DONE       0
#define NOT_GOOD   1
#define BAD_INPUT  2
#define CANNOT_RUN 77

static bool is_root, has_run;
static struct ran ran;

/* The paths that in_folder() tells last for a few calls only: longer lasting ones of the test's folder. */
static char setting[256], aside[256], program[256];

static void name_paths(void)
{
	strcpy(setting, in_folder("setting"));
	strcpy(aside, in_folder("aside"));
	strcpy(program, in_folder("build/hintbench"));
}

static int set_up(void **state)
{
	int failed = set_up_folder(state);
	name_paths();
	return failed;
}

/* Runs hintbench with these arguments. */
#define run(...) run_argv(&ran, (const char *const[]){hintbench_program(), ##__VA_ARGS__, NULL})

static void assert_refused(int status, const char *message)
{
	assert_has(ran.err, message);
	assert_int_equal(ran.status, status);
	assert_string_equal(ran.out, "");
}

static void skip_because(const char *reason)
{
	print_message("%s\n", reason);
	skip();
}

static void wrong_usage_is_bad_input(void **state)
{
	(void)state;
	static const struct {
		const char *argv[6], *message;
	} wrong[] = {
	    {{NULL}, "usage: hintbench COMMAND"},
	    {{"fly"}, "no command 'fly'"},
	    {{""}, "no command ''"},
	    {{"--fly"}, "no command '--fly'"},
	    {{"list", "--colour"}, "--colour"},
	    {{"list", "-j"}, "-- 'j'"},
	    {{"list", "hint", "nosuch"}, "'nosuch'"},
	    {{"list", "hint/map=anon$"}, "'hint/map=anon$'"},
	    {{"list", "colour=red"}, "'colour'"},
	    {{"list", "page=2m", "map=anon"}, "no case fits all"},
	    {{"list", "--metrics", "hint"}, "takes no WORD"},
	    {{"run", "-C", "nosuch"}, "'nosuch'"},
	    {{"list", "nosuch"}, "'nosuch'"},
	    {{"list", ""}, "''"},
	    {{"list", "--json", "nosuch"}, "'nosuch'"},
	    {{"run", "--colour"}, "--colour"},
	    {{"run", "nosuch"}, "'nosuch'"},
	    {{"run", "hint", "hint/map=nosuch"}, "'hint/map=nosuch'"},
	    {{"run", "colour=red"}, "'colour'"},
	    {{"run", "map=nosuch"}, "'nosuch'"},
	    {{"run", "map=nosuch"}, "there is anon"},
	    {{"run", "units=0"}, "units=0"},
	    {{"run", "units=many"}, "units=many"},
	    {{"run", "hint", "back=swapoff"}, "no case fits all"},
	    {{"run", "--time-limit", "x"}, "--time-limit x"},
	    {{"run", "--time-limit", "0"}, "--time-limit 0"},
	    {{"run", "--time-limit", "-1"}, "--time-limit -1"},
	    {{"run", "--time-limit", "5s"}, "--time-limit 5s"},
	    {{"run", "--time-limit", "nan"}, "--time-limit nan"},
	    {{"run", "--time-limit="}, "--time-limit"},
	    {{"run", "-t"}, "requires an argument"},
	    {{"run", "-c", "no-such-name"}, "'no-such-name'"},
	    {{"run", "-c", "/nowhere/job.ini"}, "'/nowhere/job.ini'"},
	    {{"run", "-c", "tests/data/config-no-value.ini"}, "tests/data/config-no-value.ini:7:"},
	    {{"run", "-c", "tests/data/config-empty.ini"}, "no [job]"},
	    {{"run", "-c", "tests/data/config-unknown-case.ini"}, "[typo]: no case fits 'hint/map=ano'"},
	    {{"run", "-c", "tests/data/config-unknown-key.ini"}, "'mpa'"},
	    {{"run", "-c", "tests/data/config-unknown-value.ini"}, "'anno'"},
	    {{"run", "-c", "tests/data/config-nothing-fits.ini"}, "no case fits all"},
	    {{"run", "-c", "tests/data/config-good.ini", "migrate"}, "no case fits all"},
	    {{"doctor", "--colour"}, "--colour"},
	    {{"doctor", "now"}, "Try `hintbench doctor --help'"},
	    {{"restore", "--colour"}, "--colour"},
	    {{"restore", "all"}, "Try `hintbench restore --help'"},
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const char *argv[8] = {hintbench_program()};
		for (size_t j = 0; wrong[i].argv[j]; j++)
			argv[j + 1] = wrong[i].argv[j];
		run_argv(&ran, argv);
		assert_refused(BAD_INPUT, wrong[i].message);
	}
}

static void too_many_outputs_are_refused(void **state)
{
	(void)state;
	run("run", "-oa", "-ob", "-oc", "-od", "-oe", "-of", "-og", "-oh", "-oi");
	assert_refused(BAD_INPUT, "more than 8 outputs");
	assert_int_equal(access("a", F_OK), -1);
}

static void help_and_version_are_told(void **state)
{
	(void)state;
	static const char *const commands[] = {"list", "run", "doctor", "restore"};
	run("--help");
	assert_int_equal(ran.status, DONE);
	for (size_t i = 0; i < 4; i++)
		assert_has(ran.out, commands[i]);
	run("--version");
	assert_int_equal(ran.status, DONE);
	assert_has(ran.out, "hintbench ");
	for (size_t i = 0; i < 4; i++) {
		run(commands[i], "--help");
		assert_int_equal(ran.status, DONE);
		assert_has(ran.out, "Usage: hintbench");
		assert_has(ran.out, commands[i]);
	}
}

/* Takes "  -c, --config=FILE …" of a command's help; a letter that was met before must have the same long name. */
static void take_letter(const char *line, char names[128][32], const char *command)
{
	char letter, name[32];
	if (sscanf(line, " -%c, --%31[a-z-]", &letter, name) != 2)
		return;
	char *known = names[(unsigned char)letter % 128];
	if (*known && strcmp(known, name) != 0)
		fail_msg("-%c is --%s in %s, and --%s in a command before", letter, name, command, known);
	strcpy(known, name);
}

static void option_letters_mean_the_same(void **state)
{
	(void)state;
	static const char *const commands[][2] = {
	    {"list"},
	    {"run"},
	    {"compare"},
	    {"report"},
	    {"plot"},
	    {"check"},
	    {"doctor"},
	    {"restore"},
	    {"lab", "fetch"},
	    {"lab", "build"},
	    {"lab", "sysroot"},
	    {"lab", "list"},
	    {"lab", "run"},
	    {"lab", "pair"},
	    {"lab", "bisect-step"},
	    {"lab", "exec"},
	    {"lab", "profile"},
	};
	char names[128][32] = {{0}};
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const char *last = commands[i][1] ? commands[i][1] : commands[i][0];
		run(commands[i][0], commands[i][1] ? commands[i][1] : "--help", "--help");
		assert_int_equal(ran.status, DONE);
		for (char *rest = ran.out, *line; (line = strsep(&rest, "\n"));)
			take_letter(line, names, last);
	}
	assert_string_equal(names['c'], "config");
	assert_string_equal(names['C'], "case");
}

/* What `hintbench list --json PATTERN` says; the caller frees it. */
static json_t *list_json(const char *pattern)
{
	json_error_t error;
	run("list", "--json", pattern);
	assert_int_equal(ran.status, DONE);
	assert_string_equal(ran.err, "");
	json_t *list = json_load_file(in_folder("spawned.out"), 0, &error);
	if (!list)
		fail_msg("not JSON: %s, line %d", error.text, error.line);
	assert_true(json_is_array(list));
	return list;
}

static void check_entry(json_t *entry)
{
	const char *name, *family, *unit;
	json_t *params, *value;
	json_int_t units;
	int available;
	char word[128];
	const char *key, *reason = NULL;
	json_error_t error;
	if (json_unpack_ex(entry, &error, 0, "{s:s, s:s, s:o, s:s, s:I, s:b, s?s}", "name", &name, "family",
	                   &family, "params", &params, "unit", &unit, "units", &units, "available",
	                   &available, "reason", &reason) != 0)
		fail_msg("%s", error.text);
	assert_memory_equal(name, family, strlen(family));
	assert_true(strcmp(unit, "page") == 0 || strcmp(unit, "pmd") == 0 || strcmp(unit, "folio") == 0);
	assert_true(units > 0);
	assert_true(available ? !reason : reason && reason[0]);
	json_object_foreach (params, key, value) {
		const char *usual[] = {"share", "track"};
		snprintf(word, sizeof(word), "/%s=%s", key, json_string_value(value));
		bool left_out = strcmp(json_string_value(value), "none") == 0 &&
		                (strcmp(key, usual[0]) == 0 || strcmp(key, usual[1]) == 0);
		if (!left_out)
			assert_has(name, word);
	}
}

static void list_is_json_with_all_fields(void **state)
{
	(void)state;
	json_t *list = list_json("*"), *entry;
	size_t index;
	assert_true(json_array_size(list) > 100);
	json_array_foreach (list, index, entry)
		check_entry(entry);
	json_decref(list);
}

static void list_can_be_narrowed(void **state)
{
	(void)state;
	json_t *list = list_json("overhead"), *entry;
	size_t index;
	assert_in_range(json_array_size(list), 1, 10);
	json_array_foreach (list, index, entry)
		assert_string_equal(json_string_value(json_object_get(entry, "family")), "overhead");
	json_decref(list);
}

/* The words of `list` and `run` are the same. */
static void list_takes_words(void **state)
{
	(void)state;
	static const char *const words[] = {"hint", "-C", "fork", "map=anon", "share=child", "page=4k", NULL};
	const char *argv[] = {hintbench_program(),
	                      "list",
	                      "--names",
	                      words[0],
	                      words[1],
	                      words[2],
	                      words[3],
	                      words[4],
	                      words[5],
	                      NULL};
	run_argv(&ran, argv);
	assert_int_equal(ran.status, DONE);
	assert_has(ran.out, "hint/map=anon/page=4k/access=write/outcome=local/share=child\n");
	assert_has(ran.out, "fork/map=anon/page=4k/share=child\n");
	char *rest = ran.out, *line;
	while ((line = strsep(&rest, "\n")) && line[0]) {
		assert_has(line, "/map=anon/page=4k");
		assert_has(line, "share=child");
	}
	run("list", "--names", "overhead/access=write$");
	assert_string_equal(ran.out, "overhead/access=write\n");
}

static void metrics_are_listed(void **state)
{
	(void)state;
	run("list", "--metrics");
	assert_int_equal(ran.status, DONE);
	assert_has(ran.out, "swapin_faults");
	run("list", "--metrics", "--json");
	assert_int_equal(ran.status, DONE);
	json_t *list = json_load_file(in_folder("spawned.out"), 0, NULL);
	size_t count = 0;
	while (metrics[count].name)
		count++;
	assert_int_equal(json_array_size(list), count);
	for (size_t i = 0; i < count; i++) {
		json_t *entry = json_array_get(list, i);
		assert_string_equal(json_string_value(json_object_get(entry, "name")), metrics[i].name);
		assert_string_equal(json_string_value(json_object_get(entry, "what")), metrics[i].what);
	}
	json_decref(list);
}

/* A line a case, a comment with the reason behind those that can't run here. */
static void list_for_people_is_the_same(void **state)
{
	(void)state;
	static char text[1 << 20];
	json_t *list = list_json("*"), *entry;
	size_t index;
	run("list");
	assert_int_equal(ran.status, DONE);
	read_text(in_folder("spawned.out"), text, sizeof(text));
	assert_has(text, "# hint: ");
	char *at = text;
	json_array_foreach (list, index, entry) {
		const char *name = json_string_value(json_object_get(entry, "name"));
		const char *reason = json_string_value(json_object_get(entry, "reason"));
		char line[1024];
		snprintf(line, sizeof(line), "\n%s%s%s\n", name, reason ? "  # can't run here: " : "",
		         reason ? reason : "");
		at = strstr(at, line);
		if (!at)
			fail_msg("not in its place: %s", line);
		at += strlen(line) - 1;
	}
	json_decref(list);
}

/* What `progress` prints of a case. */
static void print_progress(const struct record *record, char *text, size_t bytes)
{
	struct progress progress;
	fflush(stdout);
	int out = dup(STDOUT_FILENO), file = open(in_folder("line"), O_RDWR | O_CREAT | O_TRUNC, 0600);
	dup2(file, STDOUT_FILENO);
	progress_init(&progress, 1, true);
	progress_end(&progress, record);
	dup2(out, STDOUT_FILENO);
	close(out);
	close(file);
	read_text(in_folder("line"), text, bytes);
}

static void progress_line_is_of_the_catalogue(void **state)
{
	(void)state;
	struct count counts[] = {{"swapin_faults", 4, 1},
	                         {"write_faults", 2, 0.5},
	                         {"other_faults", 0, 0},
	                         {"protection_lost", 4, 1},
	                         {"pswpin", 4, 1}};
	struct latency latency = {.name = "touch", .clock = CLOCK_INSTRUCTIONS, .n = 4, .p50 = 6};
	const struct record record = {.name = "swap/map=anon",
	                              .status = CASE_OK,
	                              .unit = "page",
	                              .units = 4,
	                              .counts = counts,
	                              .count_count = 5,
	                              .latencies = &latency,
	                              .latency_count = 1};
	char line[256];
	print_progress(&record, line, sizeof(line));
	assert_string_equal(line, "ok           swap/map=anon  swap-in 1  write 0.5 faults/page  lost 1  "
	                          "touch 6 instructions\n");
	counts[2].count = 8;
	counts[2].per_unit = 2;
	counts[3].count = 0;
	print_progress(&record, line, sizeof(line));
	assert_string_equal(line, "ok           swap/map=anon  swap-in 1  write 0.5  other 2 faults/page  "
	                          "touch 6 instructions\n");
}

/* A disk that is full, and a pipe that nobody reads. */
static void lost_output_is_no_success(void **state)
{
	(void)state;
	static const char *const commands[] = {"list", "list --json", "doctor", "--help"};
	char line[512];
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		snprintf(line, sizeof(line), "%s %s >/dev/full", hintbench_program(), commands[i]);
		run_argv(&ran, (const char *const[]){"/bin/sh", "-c", line, NULL});
		if (ran.status != BAD_INPUT)
			fail_msg("status %d: %s", ran.status, line);
	}
}

static void assert_condition(const char *line, bool *all_good)
{
	static const char *const conditions[] = {"good ", "noisy ", "missing "};
	size_t which = 0;
	while (which < 3 && strncmp(line, conditions[which], strlen(conditions[which])) != 0)
		which++;
	if (which == 3)
		fail_msg("no condition: %s", line);
	*all_good = *all_good && which == 0;
	/* Condition, what was looked at, and what was found. */
	assert_true(strlen(line) > 34 && line[8] == ' ' && line[9] != ' ' && line[32] == ' ' &&
	            line[33] != ' ');
}

static size_t check_doctor(void)
{
	bool all_good = true;
	size_t lines = 0;
	char *rest = ran.out, *line;
	while ((line = strsep(&rest, "\n")) && line[0]) {
		assert_condition(line, &all_good);
		lines++;
	}
	assert_int_equal(ran.status, all_good ? DONE : NOT_GOOD);
	return lines;
}

static void doctor_says_a_line_a_check(void **state)
{
	(void)state;
	run("doctor");
	assert_string_equal(ran.err, "");
	assert_has(ran.out, "NUMA nodes");
	assert_has(ran.out, "clock");
	assert_has(ran.out, "changed settings");
	assert_in_range(check_doctor(), 8, 40);
}

/* All settings that a run changes, as they read now. */
static const char *read_settings(void)
{
	static const char *const paths[] = {
	    "/proc/sys/kernel/numa_balancing",
	    "/proc/sys/vm/min_free_kbytes",
	    "/sys/kernel/mm/transparent_hugepage/enabled",
	    "/sys/kernel/mm/transparent_hugepage/defrag",
	    "/sys/kernel/mm/transparent_hugepage/shmem_enabled",
	    "/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled",
	    "/sys/kernel/mm/ksm/run",
	    "/sys/fs/cgroup/cgroup.subtree_control",
	    "/sys/kernel/debug/sched/numa_balancing/scan_delay_ms",
	    "/proc/swaps",
	};
	static char all[2][16384];
	static unsigned turn;
	char *text = all[turn++ % 2];
	size_t used = 0;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		char value[1024] = "";
		textfile_read(paths[i], value, sizeof(value));
		used += (size_t)snprintf(text + used, sizeof(all[0]) - used, "%s: %s\n", paths[i], value);
	}
	return text;
}

static void doctor_and_list_change_nothing(void **state)
{
	(void)state;
	bool journal = access(JOURNAL, F_OK) == 0;
	const char *before = read_settings();
	run("doctor");
	run("list");
	assert_string_equal(read_settings(), before);
	if (has_run)
		assert_int_equal(access(JOURNAL, F_OK) == 0, journal);
}

/* What a run leaves that changed the setting at `path` and was killed together with its guardian. */
static void leave_behind(const char *path)
{
	char entry[512];
	snprintf(entry, sizeof(entry), "write\t%s\t0\n", path);
	write_text(path, "1");
	write_journal_of_this_boot(entry);
}

static void assert_reads(const char *path, const char *text)
{
	char now[64];
	assert_true(textfile_read(path, now, sizeof(now)) >= 0);
	assert_string_equal(now, text);
}

static void restore_puts_back_what_was_left(void **state)
{
	(void)state;
	if (!has_run)
		skip_because(NO_RUN_OF_ITS_OWN);
	write_text(setting, "0\n");
	leave_behind(setting);
	assert_reads(setting, "1");

	run("doctor");
	assert_has(ran.out, "hintbench restore");
	assert_int_equal(ran.status, NOT_GOOD);
	assert_reads(setting, "1");

	run("restore");
	assert_string_equal(ran.err, "");
	assert_has(ran.out, "1 settings put back");
	assert_int_equal(ran.status, DONE);
	assert_reads(setting, "0");

	run("restore");
	assert_has(ran.out, "0 settings put back");
	assert_int_equal(ran.status, DONE);
	run("doctor");
	assert_has(ran.out, "none was left behind");
}

static void restore_that_fails_can_be_repeated(void **state)
{
	(void)state;
	if (!has_run)
		skip_because(NO_RUN_OF_ITS_OWN);
	write_text(setting, "0\n");
	leave_behind(setting);
	/* A folder can't be written to, even by root. */
	rename(setting, aside);
	mkdir(setting, 0700);
	run("restore");
	assert_refused(BAD_INPUT, setting);
	rmdir(setting);
	rename(aside, setting);
	run("restore");
	assert_has(ran.out, "1 settings put back");
	assert_int_equal(ran.status, DONE);
	assert_reads(setting, "0");
}

static void restore_waits_for_no_other_run(void **state)
{
	(void)state;
	struct error error;
	if (!has_run)
		skip_because(NO_RUN_OF_ITS_OWN);
	write_text(setting, "0\n");
	assert_int_equal(settings_open(NULL, &error), 0);
	assert_int_equal(settings_write(setting, "1", &error), 0);
	run("restore");
	assert_refused(BAD_INPUT, "another hintbench is running");
	assert_reads(setting, "1");
	assert_int_equal(settings_close(&error), 0);
}

/* Whether `hintbench run` can run here; prints why not. */
static bool can_run(void)
{
	json_t *list = list_json("overhead/access=write");
	const char *reason = json_string_value(json_object_get(json_array_get(list, 0), "reason"));
	bool can = !reason && is_root && has_run;
	if (!can)
		print_message("%s\n", reason ? reason : "needs root");
	json_decref(list);
	return can;
}

static void run_that_cannot_be_says_why(void **state)
{
	(void)state;
	if (can_run())
		skip_because("it can");
	run("run", "-o", in_folder("result.json"), "overhead");
	assert_int_equal(ran.status, CANNOT_RUN);
	assert_has(ran.err, "hintbench: ");
	assert_true(strlen(ran.err) > 30);
	assert_string_equal(ran.out, "");
	assert_int_equal(access(in_folder("result.json"), F_OK), -1);
}

static void run_writes_a_result(void **state)
{
	(void)state;
	int complete;
	const char *schema;
	json_t *cases;
	if (!can_run())
		skip();
	const char *before = read_settings();
	run("run", "-o", in_folder("a.json"), "-o", in_folder("b.json"), "-n", "this", "units=8", "overhead");
	if (ran.status != DONE)
		fail_msg("status %d: %s", ran.status, ran.err);
	assert_string_equal(read_settings(), before);
	json_t *a = json_load_file(in_folder("a.json"), 0, NULL);
	json_t *b = json_load_file(in_folder("b.json"), 0, NULL);
	assert_true(json_equal(a, b));
	assert_int_equal(
	    json_unpack(a, "{s:s, s:b, s:o}", "schema", &schema, "complete", &complete, "cases", &cases), 0);
	assert_string_equal(schema, "hintbench-result/1");
	assert_true(complete);
	assert_int_equal(json_array_size(cases), 2);
	assert_int_equal(json_integer_value(json_object_get(json_array_get(cases, 0), "units")), 8);
	json_decref(a);
	json_decref(b);
}

/* Standard output is the result's alone, wherever among the outputs it stands. */
static void progress_keeps_out_of_the_result(void **state)
{
	(void)state;
	if (!can_run())
		skip();
	run("run", "-o", in_folder("a.json"), "-o", "-", "units=8", "overhead");
	if (ran.status != DONE)
		fail_msg("status %d: %s", ran.status, ran.err);
	json_t *a = json_load_file(in_folder("a.json"), 0, NULL);
	json_t *out = json_load_file(in_folder("spawned.out"), 0, NULL);
	assert_non_null(out);
	assert_true(json_equal(a, out));
	assert_has(ran.err, "[2/2] ok overhead/");
	json_decref(a);
	json_decref(out);
}

/* A run whose progress goes into a pipe that holds less than all of it: it can't end before it is told to. */
static pid_t start_long_run(int *progress)
{
	int ends[2];
	const char *result = in_folder("a.json"), *messages = in_folder("spawned.err");
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(fcntl(ends[1], F_SETPIPE_SZ, 4096), 4096);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		setpgid(0, 0);
		for (int number = 1; number < NSIG; number++)
			signal(number, SIG_DFL);
		dup2(ends[1], 1);
		dup2(open(messages, O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
		execl(hintbench_program(), hintbench_program(), "run", "-o", result, "units=1", "fork",
		      "mprotect", NULL);
		_exit(126);
	}
	close(ends[1]);
	*progress = ends[0];
	return pid;
}

static void assert_ended_by(int number)
{
	char ended[64], wanted[64];
	const char *said = NULL;
	int complete = true;
	json_t *cases = NULL, *result = json_load_file(in_folder("a.json"), 0, NULL);
	assert_int_equal(
	    json_unpack(result, "{s:o, s:b, s:s}", "cases", &cases, "complete", &complete, "ended", &said),
	    0);
	snprintf(ended, sizeof(ended), "%s", said);
	snprintf(wanted, sizeof(wanted), "interrupted by signal %d", number);
	assert_true(json_array_size(cases) > 0);
	json_decref(result);
	assert_false(complete);
	/* A reader that went away shows as an error first, where the line was not out yet. */
	assert_string_equal(ended, wanted);
}

/* The whole group gets it, as from a terminal: settings are put back, and what was measured stays. */
static void each_signal_ends_a_run_in_order(void **state)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2};
	(void)state;
	if (!can_run())
		skip();
	const char *before = read_settings();
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		char byte, rest[4096];
		int progress, status;
		pid_t pid = start_long_run(&progress);
		assert_int_equal(read(progress, &byte, 1), 1);
		if (signals[i] != SIGPIPE)
			kill(-pid, signals[i]);
		while (signals[i] != SIGPIPE && read(progress, rest, sizeof(rest)) > 0)
			;
		close(progress);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (!WIFEXITED(status))
			fail_msg("signal %d: status %x", signals[i], status);
		/* Output that is lost is bad input, and told so. */
		assert_int_equal(WEXITSTATUS(status), signals[i] == SIGPIPE ? BAD_INPUT : 128 + signals[i]);
		assert_ended_by(signals[i]);
		assert_string_equal(read_settings(), before);
		assert_int_equal(access(JOURNAL, F_OK), -1);
	}
}

static void output_that_cannot_be_written_is_named(void **state)
{
	(void)state;
	if (!can_run())
		skip();
	const char *before = read_settings();
	run("run", "-o", "/nowhere/result.json", "overhead");
	assert_refused(BAD_INPUT, "/nowhere/result.json");
	assert_string_equal(read_settings(), before);
	assert_int_equal(access(JOURNAL, F_OK), -1);
}

/* A copy of the program in build/ of a tree of its own, which anybody may enter. */
static void copy_program(void)
{
	char command[1024];
	snprintf(command, sizeof(command),
	         "chmod 755 %s && mkdir -m 755 %s/build %s/configs && cp %s %s/build/hintbench", folder,
	         folder, folder, hintbench_program(), folder);
	assert_int_equal(system(command), 0);
}

static void job_files_are_found_by_name(void **state)
{
	(void)state;
	copy_program();
	write_text(in_folder("configs/mine.ini"), "[typo]\ncases = nosuch\n");
	run_argv(&ran, (const char *const[]){program, "run", "-c", "mine", NULL});
	assert_refused(BAD_INPUT, "[typo]: no case fits 'nosuch'");
	write_text(in_folder("configs/mine.ini"), "[typo]\nnonsense\n");
	run_argv(&ran, (const char *const[]){program, "run", "-c", "mine", NULL});
	assert_refused(BAD_INPUT, in_folder("configs/mine.ini:2:"));
	run_argv(&ran, (const char *const[]){program, "run", "-c", "../configs/mine", NULL});
	assert_refused(BAD_INPUT, "no file '../configs/mine'");
}

/* A folder of that name where one happens to be doesn't hide it: lab/ and plot/ are in a source tree. */
static void folder_does_not_hide_a_job_file(void **state)
{
	(void)state;
	char line[1024];
	copy_program();
	write_text(in_folder("configs/mine.ini"), "[typo]\ncases = nosuch\n");
	assert_int_equal(mkdir(in_folder("mine"), 0755), 0);
	snprintf(line, sizeof(line), "cd %s && %s run -c mine", folder, program);
	run_argv(&ran, (const char *const[]){"/bin/sh", "-c", line, NULL});
	assert_refused(BAD_INPUT, "[typo]: no case fits 'nosuch'");
}

/* As nobody, where this is root; as whoever it is otherwise. */
static void run_without_rights(const char *command, const char *argument)
{
	if (is_root)
		run_argv(&ran,
		         (const char *const[]){"/usr/bin/env", "setpriv", "--reuid=65534", "--regid=65534",
		                               "--clear-groups", program, command, argument, NULL});
	else
		run_argv(&ran, (const char *const[]){program, command, argument, NULL});
	if (ran.status == 126 || ran.status == 127 || strncmp(ran.err, "setpriv:", 8) == 0)
		skip_because(ran.err);
}

static void without_rights_there_is_a_message(void **state)
{
	(void)state;
	copy_program();
	run_without_rights("run", "overhead");
	assert_refused(CANNOT_RUN, "hintbench: ");
	assert_has(ran.err, "root");
	run_without_rights("restore", NULL);
	assert_refused(CANNOT_RUN, "run as root");
	run_without_rights("list", "overhead");
	assert_int_equal(ran.status, DONE);
	assert_has(ran.out, "overhead/access=write");
	run_without_rights("doctor", NULL);
	assert_in_range(check_doctor(), 8, 40);
	run_without_rights("run", "nosuch");
	assert_refused(BAD_INPUT, "'nosuch'");
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_folder(wrong_usage_is_bad_input),
	    in_a_folder(too_many_outputs_are_refused),
	    in_a_folder(help_and_version_are_told),
	    in_a_folder(option_letters_mean_the_same),
	    in_a_folder(list_is_json_with_all_fields),
	    in_a_folder(list_can_be_narrowed),
	    in_a_folder(list_takes_words),
	    in_a_folder(metrics_are_listed),
	    in_a_folder(list_for_people_is_the_same),
	    in_a_folder(progress_line_is_of_the_catalogue),
	    in_a_folder(lost_output_is_no_success),
	    in_a_folder(doctor_says_a_line_a_check),
	    in_a_folder(doctor_and_list_change_nothing),
	    in_a_folder(restore_puts_back_what_was_left),
	    in_a_folder(restore_that_fails_can_be_repeated),
	    in_a_folder(restore_waits_for_no_other_run),
	    in_a_folder(run_that_cannot_be_says_why),
	    in_a_folder(run_writes_a_result),
	    in_a_folder(progress_keeps_out_of_the_result),
	    in_a_folder(each_signal_ends_a_run_in_order),
	    in_a_folder(output_that_cannot_be_written_is_named),
	    in_a_folder(job_files_are_found_by_name),
	    in_a_folder(folder_does_not_hide_a_job_file),
	};
	/* In a namespace of its own, a normal user would have the rights. */
	const struct CMUnitTest tests_without_rights[] = {
	    in_a_folder(without_rights_there_is_a_message),
	};
	is_root = geteuid() == 0;
	int failed = cmocka_run_group_tests_name("run without rights", tests_without_rights, NULL, NULL);
	has_run = enter_private_run();
	return failed + cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
