/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/analysis/latency.h"
#include "lib/analysis/result.h"
#include "lib/analysis/result_set.h"
#include "tests/support/files.h"
#include "tests/support/run.h"

static const struct context a_context = {
    .kernel = {.release = "6.1.0-made-up", .version = "#1", .cmdline = "quiet \"x\"\n", .name = "base"},
    .machine = {.cpu = "made up",
                .cpus = 2,
                .nodes = 2,
                .distances = (const int64_t[]){10, 20, 21, 10},
                .memory_bytes = (const int64_t[]){1LL << 33, 1}},
    .clock = CLOCK_INSTRUCTIONS,
    .exact = true,
    .boot_id = "0",
    .settings = (const struct context_setting[]){{"key", "ü"}},
    .setting_count = 1,
    .suite_version = "v",
    .suite_config = "c",
    .program_sha256 = "ab12",
    .seed = 7,
};

/* Of the test that runs. */
static struct arena *arena;

static const struct record *a_case(const char *name)
{
	static const uint64_t ticks[] = {2251, 2251, 2322};
	static struct parameter params[] = {{"a", "1"}};
	static struct count counts[] = {{"hint_faults", 1, 0.1}};
	struct latency *touch = arena_alloc(arena, sizeof(*touch));
	latency_summarize(touch, arena, "touch", ticks, 3, CLOCK_INSTRUCTIONS, 1);
	struct record *record = arena_alloc(arena, sizeof(*record));
	*record = (struct record){.name = name,
	                          .params = params,
	                          .param_count = 1,
	                          .unit = "page",
	                          .units = 10,
	                          .memory_node = -1,
	                          .counts = counts,
	                          .count_count = 1,
	                          .latencies = touch,
	                          .latency_count = 1};
	return record;
}

/* A record with all that one can have. */
static const struct record *a_full_case(const char *name)
{
	static const struct arming arming = {.pages = 12, .scans = 2, .seconds = 0.25};
	static struct toucher_place touchers[] = {{3, 1}, {0, 0}};
	static struct event_count events[] = {{"cycles", 30, 3, 10, 7, 6}};
	static struct derived derived[] = {{"cycles_per_fault", -2.5, "cycles"}};
	struct record *record = (struct record *)a_case(name);
	record->status = CASE_INCONCLUSIVE;
	record->reason = "2 of 10 pages\nwere armed";
	record->arming = &arming;
	record->memory_node = 1;
	record->touchers = touchers;
	record->toucher_count = 2;
	record->events = events;
	record->event_count = 1;
	record->derived = derived;
	record->derived_count = 1;
	return record;
}

static const struct event_report an_event_report = {
    .set = "any",
    .events =
        (struct reported_event[]){{"cycles", "perf::CYCLES", 1, NULL}, {"walks", "W", 0, "no such event"}},
    .event_count = 2,
    .metrics = (struct reported_metric[]){{"cycles_per_fault", "cycles / faults", "cycles", "prose", NULL},
                                          {"walks_per_fault", "walks / faults", "of 1", NULL,
                                           "walks is not counted"}},
    .metric_count = 2,
};

/* A result of these cases. */
static int write_records(const char *path, const struct event_report *events,
                         const struct record *const *records, size_t count, const char *ended,
                         struct error *error)
{
	struct result_writer *writer;
	int err = result_open(&writer, &path, 1, &a_context, events, error);
	if (err)
		return err;
	for (size_t i = 0; !err && i < count; i++)
		err = result_append(writer, records[i], error);
	int closing = result_close(writer, ended, err ? NULL : error);
	return err ? err : closing;
}

static int write_result(const char *path, const char *ended, struct error *error)
{
	const struct record *const records[] = {a_case("hint/a=1"), a_case("hint/a=2")};
	return write_records(path, NULL, records, 2, ended, error);
}

static int write_full_result(const char *path, struct error *error)
{
	const struct record *const records[] = {a_full_case("hint/a=1"), a_case("hint/a=2")};
	return write_records(path, &an_event_report, records, 2, NULL, error);
}

static char *slurp(const char *path)
{
	static char text[1 << 16];
	read_text(path, text, sizeof(text));
	return text;
}

static void context_is_read_back(void **state)
{
	(void)state;
	struct error error = {0};
	const char *path = in_folder("a.json");
	assert_int_equal(write_result(path, NULL, &error), 0);
	struct result *result = result_load(path, &error);
	assert_non_null(result);
	const struct context *context = &result->context;
	assert_string_equal(context->kernel.release, "6.1.0-made-up");
	assert_string_equal(context->kernel.version, "#1");
	assert_string_equal(context->kernel.name, "base");
	assert_string_equal(context->kernel.cmdline, "quiet \"x\"?");
	assert_null(context->kernel.config_sha256);
	assert_int_equal(context->machine.nodes, 2);
	assert_memory_equal(context->machine.distances, a_context.machine.distances, 4 * sizeof(int64_t));
	assert_memory_equal(context->machine.memory_bytes, a_context.machine.memory_bytes,
	                    2 * sizeof(int64_t));
	assert_null(context->machine.hypervisor);
	assert_int_equal(context->clock, CLOCK_INSTRUCTIONS);
	assert_true(context->exact);
	assert_int_equal(context->setting_count, 1);
	assert_string_equal(context->settings[0].path, "key");
	assert_string_equal(context->settings[0].value, "ü");
	assert_string_equal(context->suite_config, "c");
	assert_string_equal(context->program_sha256, "ab12");
	assert_int_equal(context->seed, 7);
	assert_null(result->events);
	assert_true(result->complete);
	assert_null(result->ended);
	result_free(result);
}

static void cases_are_read_back(void **state)
{
	(void)state;
	struct error error = {0};
	const char *path = in_folder("a.json");
	assert_int_equal(write_full_result(path, &error), 0);
	struct result *result = result_load(path, &error);
	assert_non_null(result);
	assert_int_equal(result->case_count, 2);
	const struct record *full = &result->cases[0], *plain = result_case(result, "hint/a=2");
	assert_ptr_equal(plain, &result->cases[1]);
	assert_null(result_case(result, "hint/a=3"));
	assert_int_equal(plain->status, CASE_OK);
	assert_null(plain->reason);
	assert_null(plain->arming);
	assert_null(plain->events);
	assert_int_equal(plain->memory_node, -1);
	assert_int_equal(plain->toucher_count, 0);
	assert_string_equal(plain->params[0].value, "1");
	assert_true(record_count(plain, "hint_faults")->per_unit == 0.1);
	const struct latency *touch = record_latency(plain, "touch");
	assert_true(touch->n == 3 && touch->min == 2251 && touch->p50 == 2251 && touch->max == 2322);
	assert_int_equal(touch->bin_count, 2);
	assert_true(touch->bins[0].value == 2251 && touch->bins[0].count == 2);
	assert_int_equal(full->status, CASE_INCONCLUSIVE);
	assert_string_equal(full->reason, "2 of 10 pages?were armed");
	assert_true(full->arming->pages == 12 && full->arming->scans == 2 && full->arming->seconds == 0.25);
	assert_int_equal(full->memory_node, 1);
	assert_int_equal(full->toucher_count, 2);
	assert_true(full->touchers[0].cpu == 3 && full->touchers[0].node == 1);
	const struct event_count *cycles = record_event(full, "cycles");
	assert_true(cycles->count == 30 && cycles->per_unit == 3 && cycles->baseline == 10);
	assert_true(cycles->enabled_ns == 7 && cycles->running_ns == 6);
	assert_true(record_derived(full, "cycles_per_fault")->value == -2.5);
	result_free(result);
}

static void event_set_is_read_back(void **state)
{
	(void)state;
	struct error error = {0};
	const char *path = in_folder("a.json");
	assert_int_equal(write_full_result(path, &error), 0);
	struct result *result = result_load(path, &error);
	assert_non_null(result);
	const struct event_report *events = result->events;
	assert_string_equal(events->set, "any");
	assert_int_equal(events->event_count, 2);
	assert_string_equal(events->events[0].event, "perf::CYCLES");
	assert_int_equal(events->events[0].pass, 1);
	assert_int_equal(events->events[1].pass, 0);
	assert_string_equal(events->events[1].reason, "no such event");
	assert_int_equal(events->metric_count, 2);
	assert_string_equal(events->metrics[0].about, "prose");
	assert_null(events->metrics[0].missing);
	assert_string_equal(events->metrics[1].missing, "walks is not counted");
	result_free(result);
}

/* Fields in the order of the schema, instructions as integers, what is per unit as a real number. */
static void form_of_a_case(void **state)
{
	(void)state;
	struct error error;
	const char *path = in_folder("a.json");
	assert_int_equal(write_full_result(path, &error), 0);
	assert_has(
	    slurp(path),
	    "  {\"name\":\"hint/a=1\",\"params\":{\"a\":\"1\"},\"status\":\"inconclusive\","
	    "\"reason\":\"2 of 10 pages?were armed\",\"unit\":\"page\",\"units\":10,"
	    "\"arming\":{\"pages\":12,\"scans\":2,\"seconds\":0.25},\"memory_node\":1,"
	    "\"touchers\":[{\"cpu\":3,\"node\":1},{\"cpu\":0,\"node\":0}],"
	    "\"metrics\":{\"hint_faults\":{\"count\":1,\"per_unit\":0.1}},"
	    "\"latency\":{\"touch\":{\"clock\":\"instructions\",\"n\":3,\"min\":2251,\"p50\":2251,"
	    "\"p90\":2307.8,\"p99\":2320.58,\"max\":2322,\"mean\":2274.66666666667,"
	    "\"distribution\":[[2251,2],[2322,1]]}},"
	    "\"events\":{\"cycles\":{\"count\":30,\"per_unit\":3.0,\"baseline\":10,\"enabled_ns\":7,"
	    "\"running_ns\":6}},\"derived\":{\"cycles_per_fault\":{\"value\":-2.5,\"unit\":\"cycles\"}}}\n");
}

static void nanoseconds_are_real_numbers(void **state)
{
	(void)state;
	struct error error;
	const uint64_t ticks[] = {4, 4};
	struct record *record = (struct record *)a_case("hint/a=1");
	latency_summarize(record->latencies, arena, "touch", ticks, 2, CLOCK_NS, 0.5);
	assert_int_equal(
	    write_records(in_folder("a.json"), NULL, (const struct record *[]){record}, 1, NULL, &error), 0);
	assert_has(slurp(in_folder("a.json")), "\"min\":2.0,\"p50\":2.0");
	assert_has(slurp(in_folder("a.json")), "[[2.0,2]]");
}

/* Reading and writing lose nothing: not of what hintbench wrote in its first versions either. */
static void references_come_out_as_they_went_in(void **state)
{
	(void)state;
	static const char *const names[] = {"demo/debian-bookworm/boot-1",
	                                    "demo/debian-bookworm-backports/boot-2",
	                                    "events/debian-bookworm-backports-arm64"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char from[128], command[512], to[128];
		struct error error;
		struct result_writer *writer;
		snprintf(from, sizeof(from), "results/reference/%s.json", names[i]);
		snprintf(to, sizeof(to), "%s", in_folder("copy.json"));
		const char *path = to;
		struct result *result = result_load(from, &error);
		assert_non_null(result);
		assert_int_equal(result_open(&writer, &path, 1, &result->context, result->events, &error), 0);
		for (size_t c = 0; c < result->case_count; c++)
			assert_int_equal(result_append(writer, &result->cases[c], &error), 0);
		assert_int_equal(result_close(writer, NULL, &error), 0);
		snprintf(command, sizeof(command), "sed 's/\"again\":/\"baseline\":/g' %s | cmp - %s", from,
		         to);
		assert_int_equal(system(command), 0);
		result_free(result);
	}
}

static void written_follows_the_schema(void **state)
{
	(void)state;
	static const char *const ends[] = {NULL, "it was \"interrupted\""};
	for (int i = 0; i < 2; i++) {
		struct error error;
		char command[256];
		const char *path = in_folder("schema.json");
		assert_int_equal(i ? write_result(path, ends[i], &error) : write_full_result(path, &error),
		                 0);
		snprintf(command, sizeof(command),
		         "/usr/bin/python3 -W ignore -m jsonschema -i %s results/schema.json", path);
		assert_int_equal(system(command), 0);
	}
}

static void samples_follow_the_schema(void **state)
{
	(void)state;
	assert_int_equal(system("for f in base new other ns-base1 ns-new4 claims-base claims-new; do "
	                        "/usr/bin/python3 -W ignore -m jsonschema "
	                        "-i tests/data/$f.json results/schema.json || exit 1; done"),
	                 0);
}

static void same_input_same_bytes(void **state)
{
	(void)state;
	struct error error;
	assert_int_equal(write_result(in_folder("a.json"), NULL, &error), 0);
	char *first = strdup(slurp(in_folder("a.json")));
	assert_int_equal(write_result(in_folder("a.json"), NULL, &error), 0);
	assert_string_equal(first, slurp(in_folder("a.json")));
	free(first);
}

/* Under its final name there is the old result or the new one, never half of one. */
static void name_comes_last(void **state)
{
	(void)state;
	struct error error;
	struct result_writer *writer;
	char path[128], partial[160];
	snprintf(path, sizeof(path), "%s", in_folder("late.json"));
	snprintf(partial, sizeof(partial), "%s.partial", path);
	const char *paths[] = {path};
	assert_int_equal(result_open(&writer, paths, 1, &a_context, NULL, &error), 0);
	assert_int_equal(result_append(writer, a_case("hint/a=1"), &error), 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_has(slurp(partial), "\"hint/a=1\""); /* at once, not when a buffer is full */
	assert_null(result_load(path, &error));
	assert_has(error.text, ".partial");
	assert_int_equal(result_close(writer, NULL, &error), 0);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(access(partial, F_OK), -1);
}

static void unwritable_places_are_told(void **state)
{
	(void)state;
	struct error error;
	assert_int_equal(write_result("/nowhere/x.json", NULL, &error), -ENOENT);
	assert_has(error.text, "/nowhere/x.json");
	assert_int_equal(write_result(folder, NULL, &error), -EISDIR);
	assert_has(error.text, "is a folder");
	assert_int_equal(write_result("/dev/full", NULL, &error), -ENOSPC);
	assert_has(error.text, "no space left");
}

static void gone_reader_is_told(void **state)
{
	(void)state;
	struct error error = {0};
	int ends[2];
	char path[64];
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[1]);
	/* Opening the broken pipe anew gives it a reader only where it is opened for reading. */
	assert_int_equal(write_result(path, NULL, &error), -EPIPE);
	assert_has(error.text, "nobody reads");
	close(ends[1]);
}

/* One output fails, the other must be whole. */
static void outputs_do_not_share_failures(void **state)
{
	(void)state;
	struct error error = {0};
	struct result_writer *writer;
	char path[128];
	snprintf(path, sizeof(path), "%s", in_folder("both.json"));
	int ends[2];
	char pipe_path[64];
	assert_int_equal(pipe(ends), 0);
	snprintf(pipe_path, sizeof(pipe_path), "/proc/self/fd/%d", ends[1]);
	const char *paths[] = {pipe_path, path};
	assert_int_equal(result_open(&writer, paths, 2, &a_context, NULL, &error), 0);
	close(ends[0]);
	assert_int_equal(result_append(writer, a_case("hint/a=1"), &error), -EPIPE);
	assert_int_equal(result_close(writer, NULL, &error), 0);
	struct result *result = result_load(path, &error);
	assert_non_null(result);
	assert_int_equal(result->case_count, 1);
	result_free(result);
	close(ends[1]);
}

static void refused(const char *path, const char *part)
{
	struct error error = {0};
	struct result *result = result_load(path, &error);
	if (result)
		fail_msg("%s was read", path);
	assert_has(error.text, path);
	assert_has(error.text, part);
}

static void bad_files_are_told_apart(void **state)
{
	(void)state;
	refused("tests/data/cut-short.json", "is cut short: 3 whole cases");
	refused("tests/data/newer-schema.json", "newer hintbench (hintbench-result/2");
	refused("tests/data/not-json.txt", "is not JSON");
	refused("tests/data/other-json.json", "no result of hintbench");
	refused("tests/data/absent.json", "No such file");
	refused("/dev/null", "is empty");
	refused("tests/data", "Is a directory");
	refused("/dev/zero", "more than 256 MiB");
	char path[128];
	snprintf(path, sizeof(path), "%s", in_folder("bad.json"));
	write_text(path, "[]");
	refused(path, "is a list");
	write_text(path, "{\n  \"schema\": \"hintbench-result/1\",\n  \"context\": {\"clo");
	refused(path, "cut short in its line 3");
	write_text(path, "{\"schema\": \"hintbench-result/1\", \"cases\": [{\"n\": 1}, {\"n\": [1");
	refused(path, "cut short: 1 whole cases");
	write_text(path,
	           "{\"schema\": \"hintbench-result/1\",\n\"cases\": [{\"n\": [1}],\n\"complete\": true}\n");
	refused(path, "is not JSON (line 3");
	write_text(path, "{\"schema\": \"hintbench-result/1,\n\"cases\": []}");
	refused(path, "is not JSON (line 1: a string has no end)");
	write_text(path, "{\"schema\": \"hintbench-result/1\"} x");
	refused(path, "something follows the end");
	write_text(path, "{\"a\": 1 \"b\": 2}");
	refused(path, "no comma");
}

/* A result with one good case, laid out so that a part of it can be exchanged. */
static const char *const good[] = {
    "{\"schema\": \"hintbench-result/1\",\n",
    "\"context\": {\"kernel\": {\"release\": \"r\", \"version\": \"v\", \"cmdline\": \"c\", "
    "\"config_sha256\": null},\n",
    "\"machine\": {\"cpus\": 2, \"nodes\": 1, \"distances\": [[10]], \"hypervisor\": null},\n",
    "\"clock\": \"ns\", \"exact\": false, \"boot_id\": \"b\", \"settings\": {\"s\": \"1\"},\n",
    "\"suite\": {\"version\": \"v\", \"config\": \"c\"}}, \"cases\": [\n",
    "{\"name\": \"hint/a=1\", \"params\": {\"a\": \"1\"}, \"status\": \"ok\", \"unit\": \"page\", \"units\": "
    "4,\n",
    "\"metrics\": {\"hint_faults\": {\"count\": 2, \"per_unit\": 0.5}},\n",
    "\"latency\": {\"touch\": {\"clock\": \"ns\", \"n\": 3, \"min\": 10, \"p50\": 10, \"p90\": 18.0, "
    "\"p99\": 19.8,\n",
    "\"max\": 20, \"mean\": 13.3333333333333, \"distribution\": [[10, 2], [20, 1]]}},\n",
    "\"events\": {\"e\": {\"count\": 4, \"per_unit\": 1, \"again\": 3, \"enabled_ns\": 1, \"running_ns\": "
    "1}},\n",
    "\"derived\": {\"d\": {\"value\": 0.25, \"unit\": \"of 1\"}}}\n",
    "], \"complete\": true}\n",
};

/* The good result, with `to` in the place of `from`, which must be there. */
static const char *with(const char *from, const char *to)
{
	char text[4096] = "";
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		strcat(text, good[i]);
	char *place = strstr(text, from);
	if (!place)
		fail_msg("no %s in the good result", from);
	char *changed = arena_print(arena, "%.*s%s%s", (int)(place - text), text, to, place + strlen(from));
	write_text(in_folder("changed.json"), changed);
	return in_folder("changed.json");
}

static void refused_with(const char *from, const char *to, const char *part)
{
	refused(with(from, to), part);
}

/* Whether the good result is still read; the same with another layout, and with fields that nobody knows. */
static void other_forms_are_read(void **state)
{
	(void)state;
	static const char *const changes[][2] = {
	    {"\n", "\r\n"},
	    {"{\"schema\"", " \n{ \"new\": [1, {\"x\": \"]\"}], \"schema\""},
	    {"\"suite\"", "\"events_of_tomorrow\": null, \"suite\""},
	    {"\"status\"", "\"z\": 1, \"status\""},
	    {"{\"touch\"", "{\"fault_path\""},
	    {"{\"hint_faults\"", "{\"faults_of_a_kind_to_come\""},
	    {"\"again\"", "\"baseline\""},
	    {"[[10]]", "[]"},
	    {"\"complete\": true", "\"complete\": false, \"ended\": \"a tab\\there\""},
	    {"\"cases\"", "\"c\\u0061ses\""},
	};
	struct error error = {0};
	struct result *result = result_load(with("x", "x"), &error);
	for (size_t i = 0; result && i < sizeof(changes) / sizeof(changes[0]); i++) {
		result_free(result);
		result = result_load(with(changes[i][0], changes[i][1]), &error);
	}
	if (!result)
		fail_msg("%s", error.text);
	assert_int_equal(result->case_count, 1);
	result_free(result);
}

/* The order of fields means nothing in JSON. */
static void context_may_come_last(void **state)
{
	(void)state;
	struct error error = {0};
	char text[4096] = "{";
	for (size_t i = 5; i < 11; i++)
		strcat(strcat(text, i == 5 ? "\"cases\": [" : ""), good[i]);
	strcat(text, "], \"complete\": true, ");
	for (size_t i = 1; i < 4; i++)
		strcat(text, good[i]);
	strcat(text,
	       "\"suite\": {\"version\": \"v\", \"config\": \"c\"}}, \"schema\": \"hintbench-result/1\"}");
	struct result *result = result_parse(text, strlen(text), "memory", &error);
	if (!result)
		fail_msg("%s", error.text);
	assert_int_equal(result->case_count, 1);
	result_free(result);
}

static void schemas_are_read_to_the_letter(void **state)
{
	(void)state;
	refused_with("result/1", "result/2",
	             "newer hintbench (hintbench-result/2, this one reads hintbench-result/1)");
	refused_with("result/1", "result/4294967297", "newer hintbench");
	refused_with("result/1", "result/99999999999999999999", "newer hintbench");
	refused_with("result/1", "result/1junk", "no result of hintbench");
	refused_with("result/1", "result/01", "no result of hintbench");
	refused_with("result/1", "result/-1", "no result of hintbench");
	refused_with("result/1", "result/", "no result of hintbench");
	refused_with("\"hintbench-result/1\"", "1", "no result of hintbench");
}

static void completeness_must_be_told(void **state)
{
	(void)state;
	refused_with("\"complete\": true", "\"x\": 1", "complete is missing");
	refused_with("\"complete\": true", "\"complete\": 1", "complete must be true or false, not 1");
}

static void nothing_is_there_twice(void **state)
{
	(void)state;
	refused_with("\"complete\": true", "\"complete\": true, \"complete\": false",
	             "the field complete twice");
	refused_with("\"complete\": true", "\"cases\": [], \"complete\": true", "the field cases twice");
	refused_with("\"units\": 4", "\"units\": 4, \"units\": 4", "line 6 has a field twice");
	refused_with("\"exact\": false", "\"exact\": false, \"exact\": true", "a field twice");
	const char *one = "{\"name\": \"hint/a=1\", \"params\": {}, \"status\": \"skip\", \"reason\": \"r\", "
	                  "\"unit\": \"page\", \"units\": 0, \"metrics\": {}, \"latency\": {}}, {\"name\"";
	refused_with("{\"name\"", one, "the case hint/a=1 twice");
	refused_with("\"again\": 3", "\"again\": 3, \"baseline\": 3", "events.e has both");
}

static void latencies_have_the_clock_of_the_file(void **state)
{
	(void)state;
	refused_with("\"clock\": \"ns\", \"exact\"", "\"clock\": \"instructions\", \"exact\"",
	             "case hint/a=1: latency.touch.clock is ns, but the clock of the file is instructions");
	refused_with("\"clock\": \"ns\", \"exact\"", "\"clock\": \"none\", \"exact\"", "the file is none");
	refused_with("\"clock\": \"ns\", \"exact\"", "\"clock\": \"s\", \"exact\"",
	             "context.clock must be ns");
	refused_with("\"clock\": \"ns\", \"exact\"", "\"exact\"", "context.clock is missing");
}

static void counts_agree_with_what_is_per_unit(void **state)
{
	(void)state;
	refused_with("\"per_unit\": 0.5", "\"per_unit\": 2",
	             "case hint/a=1: metrics.hint_faults.per_unit is 2, but count / units is 2 / 4");
	refused_with("\"per_unit\": 1,", "\"per_unit\": 1.00001,", "events.e.per_unit");
	refused_with("\"units\": 4", "\"units\": 0",
	             "metrics.hint_faults is a count of a case without units");
}

static void counts_are_whole_and_not_negative(void **state)
{
	(void)state;
	refused_with("\"count\": 2", "\"count\": -2", "metrics.hint_faults.count must be at least 0, not -2");
	refused_with("\"count\": 2", "\"count\": 2.0", "metrics.hint_faults.count must be an integer, not 2");
	refused_with("\"count\": 4", "\"count\": -4", "events.e.count");
	refused_with("\"again\": 3", "\"again\": -1", "events.e.again");
	refused_with("\"units\": 4", "\"units\": -4", "units must be at least 0");
}

static void figures_are_numbers(void **state)
{
	(void)state;
	refused_with("\"count\": 2", "\"count\": \"2\"",
	             "metrics.hint_faults.count must be an integer, not a string");
	refused_with("\"per_unit\": 0.5", "\"per_unit\": \"0.5\"", "per_unit must be a number, not a string");
	refused_with("\"p50\": 10", "\"p50\": \"10\"", "latency.touch.p50 must be a number, not a string");
	refused_with("\"value\": 0.25", "\"value\": null", "derived.d.value must be a number, not null");
	refused_with("[10, 2]", "[\"10\", 2]", "pair 1 is none");
	refused_with("\"value\": 0.25", "\"value\": 1e307", "derived.d.value is 1e+307");
	refused_with("\"value\": 0.25", "\"value\": 1e-307", "derived.d.value is 1e-307");
	refused_with("\"max\": 20", "\"max\": 1e20", "latency.touch.max must be from 0");
	refused_with("\"min\": 10", "\"min\": -10", "latency.touch.min must be from 0");
}

/* What JSON or 64 bits cannot hold is not called cut short. */
static void impossible_numbers_are_named(void **state)
{
	(void)state;
	refused_with("\"count\": 2", "\"count\": 18446744073709551616",
	             "line 7 has a number beyond what 64 bits hold");
	refused_with("\"value\": 0.25", "\"value\": 1e400", "a number beyond");
	refused_with("\"value\": 0.25", "\"value\": NaN", "is not JSON (line 11: invalid token near 'NaN')");
}

static void distributions_agree_with_their_summary(void **state)
{
	(void)state;
	refused_with("\"n\": 3", "\"n\": 4", "latency.touch.n is 4, but the distribution has fewer");
	refused_with("\"n\": 3", "\"n\": 2", "the distribution has more");
	refused_with("\"n\": 3", "\"n\": 0", "latency.touch.n must be at least 1");
	refused_with("[20, 1]", "[20, 9223372036854775807], [21, 9223372036854775807], [22, 4]", "has more");
	refused_with("[20, 1]", "[10, 1]", "must ascend, and does not at pair 2");
	refused_with("[20, 1]", "[20, 0]", "pair 2 is none");
	refused_with("[20, 1]", "[20]", "pair 2 is none");
	refused_with("\"p90\": 18.0", "\"p90\": 19.9", "p90 is 19.9, but that of the distribution is 18");
	refused_with("\"min\": 10", "\"min\": 9", "latency.touch.min is 9");
	refused_with("\"max\": 20", "\"max\": 21", "latency.touch.max is 21");
	refused_with("\"mean\": 13.3333333333333", "\"mean\": 13", "latency.touch.mean is 13");
}

static void names_and_words_are_checked(void **state)
{
	(void)state;
	refused_with("\"hint/a=1\"", "\"../a\"", "case 1: name is no name of a case");
	refused_with("\"hint/a=1\"", "\"hint/a=1/\"", "no name of a case");
	refused_with("\"hint/a=1\"", "\"hint/a=\\u001b[1m\"", "name has control characters");
	refused_with("\"hint/a=1\"", "7", "name must be a string, not 7");
	refused_with("\"ok\"", "\"good\"", "status must be ok, skip, inconclusive or fail, not \"good\"");
	refused_with("\"ok\"", "\"skip\"", "reason is missing");
	refused_with("\"ok\"", "\"skip\", \"reason\": \"a\\nb\"", "reason has control characters");
	refused_with("\"ok\"", "\"skip\", \"reason\": \"a\\u009bb\"", "reason has control characters");
	refused_with("\"page\"", "\"byte\"", "unit must be page, pmd or folio");
	refused_with("{\"hint_faults\"", "{\"hint\\tfaults\"", "metrics.hint?faults has a name");
	refused_with("{\"a\": \"1\"}", "{\"a\": 1}", "params.a must be a string");
	refused_with("\"c\", \"config_sha256\"", "\"\xff\", \"config_sha256\"", "is not JSON (line 2");
}

static void places_are_numbers(void **state)
{
	(void)state;
	refused_with("\"units\": 4", "\"units\": 4, \"memory_node\": -1", "memory_node must be from 0");
	refused_with("\"units\": 4", "\"units\": 4, \"touchers\": [{\"cpu\": 1}]",
	             "touchers.node is missing");
	refused_with("\"units\": 4", "\"units\": 4, \"touchers\": [1]", "touchers.cpu is missing");
}

static void contexts_are_whole(void **state)
{
	(void)state;
	refused_with("\"kernel\": {", "\"kernel\": {\"name\": \"\\u001b\", ",
	             "context.kernel.name has control");
	refused_with("\"release\": \"r\"", "\"x\": \"r\"", "context.kernel.release is missing");
	refused_with("\"nodes\": 1", "\"nodes\": 0", "context.machine.nodes must be from 1");
	refused_with("\"nodes\": 1", "\"nodes\": 2", "context.machine.distances must have 2 lists");
	refused_with("[[10]]", "[[10, 20]]", "context.machine.distances must have 1 integers");
	refused_with("[[10]]", "[[-1]]", "context.machine.distances must be of integers");
	refused_with("\"exact\": false", "\"exact\": 0", "context.exact must be true or false, not 0");
	refused_with("{\"s\": \"1\"}", "{\"s\": 1}", "context.settings.s must be a string");
	refused_with("\"cases\": [", "\"cases\": {}, \"x\": [", "cases must be a list, not an object");
	refused_with("\"cases\": [", "\"x\": [", "cases is missing");
}

/* A machine's own text is made printable, since nobody chose it. */
static void text_of_machines_is_cleaned(void **state)
{
	(void)state;
	struct error error = {0};
	struct result *result =
	    result_load(with("{\"s\": \"1\"}", "{\"s\": \"\\u001b[31mred\\t\\u009b\u00e9\"}"), &error);
	assert_non_null(result);
	assert_string_equal(result->context.settings[0].value, "?[31mred??\u00e9");
	result_free(result);
}

static void sizes_have_limits(void **state)
{
	(void)state;
	char *name = arena_alloc(arena, RESULT_NAME_BYTES_MAX + 16);
	memset(name, 'a', RESULT_NAME_BYTES_MAX + 1);
	refused_with("hint/a=1", name, "name has 513 bytes, and 512 is the limit");
	name[RESULT_NAME_BYTES_MAX] = '\0';
	struct error error = {0};
	struct result *result = result_load(with("hint/a=1", name), &error);
	assert_non_null(result);
	result_free(result);
	char *params = arena_copy(arena, "{");
	for (int i = 0; i <= RESULT_PARAMS_MAX; i++)
		params = arena_print(arena, "%s%s\"p%d\": \"1\"", params, i ? ", " : "", i);
	refused_with("{\"a\": \"1\"}", arena_print(arena, "%s}", params),
	             "params has 65 of them, and 64 is the limit");
}

/* A message does not bring a stranger's escape sequences to the terminal. */
static void messages_are_printable(void **state)
{
	(void)state;
	struct error error = {0};
	assert_null(result_load(with("\"units\": 4", "\"units\": 4, \"\x7f\\u001b[2J\": \x1b[2J"), &error));
	for (const char *c = error.text; *c; c++)
		assert_true((unsigned char)*c >= ' ' && *c != 0x7f);
}

static void what_is_not_finite_is_not_written(void **state)
{
	(void)state;
	struct error error = {0};
	struct record *record = (struct record *)a_full_case("hint/a=1");
	static struct derived none[] = {{"x", 0, "of 1"}};
	none[0].value = NAN;
	record->derived = none;
	assert_int_equal(
	    write_records(in_folder("a.json"), NULL, (const struct record *[]){record}, 1, NULL, &error),
	    -EINVAL);
	assert_has(error.text, "hint/a=1 cannot be written");
}

/* A stream cut at any byte keeps every whole line before the cut, and \r\n does not matter. */
static void any_cut_is_salvaged(void **state)
{
	(void)state;
	struct error error;
	const char *path = in_folder("cut.json");
	assert_int_equal(write_result(path, NULL, &error), 0);
	char *text = slurp(path);
	size_t length = strlen(text), head = strcspn(text, "\n");
	for (size_t cut = 0; cut <= length; cut++) {
		size_t lines = 0;
		for (size_t i = 0; i < cut; i++)
			lines += text[i] == '\n';
		struct result *result = result_salvage(text, cut, "the port", "the guest\ndied", &error);
		if (cut < head) {
			assert_null(result);
			assert_has(error.text, "the port");
			continue;
		}
		assert_non_null(result);
		assert_true(result->case_count + 1 >= lines || lines == 4);
		assert_true(result->case_count <= lines);
		assert_int_equal(result->complete, cut >= length - 1);
		if (!result->complete)
			assert_string_equal(result->ended, "the guest?died");
		result_free(result);
	}
}

static void salvage_stops_at_what_is_broken(void **state)
{
	(void)state;
	struct error error;
	const char *path = in_folder("cut.json");
	assert_int_equal(write_result(path, NULL, &error), 0);
	char *text = slurp(path);
	*strstr(text, "\"hint/a=2\"") = '!';
	struct result *result = result_salvage(text, strlen(text), "the port", NULL, &error);
	assert_non_null(result);
	assert_int_equal(result->case_count, 1);
	assert_false(result->complete);
	assert_string_equal(result->ended, "the result is cut short");
	result_free(result);
	/* A case that is JSON and no case is nothing that a port did. */
	assert_int_equal(write_result(path, NULL, &error), 0);
	text = slurp(path);
	memcpy(strstr(text, "\"hint/a=2\""), "\"hint/a=1\"", strlen("\"hint/a=1\""));
	assert_null(result_salvage(text, strlen(text), "the port", NULL, &error));
	assert_has(error.text, "twice");
}

/* A serial port ends lines with \r\n. */
static void ports_line_ends_do_not_matter(void **state)
{
	(void)state;
	struct error error;
	const char *path = in_folder("crlf.json");
	char command[256];
	assert_int_equal(write_result(path, NULL, &error), 0);
	snprintf(command, sizeof(command), "sed -i 's/$/\r/' %s", path);
	assert_int_equal(system(command), 0);
	char *text = slurp(path);
	struct result *result = result_salvage(text, strlen(text) - 20, "the port", "x", &error);
	assert_non_null(result);
	assert_int_equal(result->case_count, 2);
	assert_false(result->complete);
	result_free(result);
}

/* Boots whose figures and labels are asked for together. */
static void sets_are_of_boots(void **state)
{
	(void)state;
	struct error error = {0};
	char *const specs[] = {"tests/data/ns-base1.json,tests/data/ns-base2.json", "tests/data/ns-new1.json",
	                       "tests/data/ns-new1.json"};
	const char *name = "hint/map=anon/page=4k/access=read/outcome=local";
	struct result_set *sets = result_sets_load(specs, 3, &error);
	if (!sets)
		fail_msg("%s", error.text);
	assert_int_equal(sets[0].boots, 2);
	assert_string_equal(sets[0].label, "base");
	assert_string_equal(sets[1].label, "new (tests/data/ns-new1.json)");
	assert_string_equal(sets[2].label, "new (tests/data/ns-new1.json, 2)");
	assert_int_equal(result_set_clock(&sets[0]), CLOCK_NS);
	assert_false(result_set_exact(&sets[0]));
	assert_string_equal(result_set_record(&sets[0], 1, name)->name, name);
	assert_null(result_set_best_record(&sets[0], "none"));
	size_t count;
	const char **names = result_sets_case_names(sets, 3, &count);
	assert_int_equal(count, 6);
	assert_string_equal(names[0], name);
	free(names);
	struct samples samples;
	assert_true(result_set_samples(&sets[0], name, "touch", &samples));
	uint64_t n = 0;
	for (size_t i = 0; i < samples.bin_count; i++) {
		n += samples.bins[i].count;
		assert_true(i == 0 || samples.bins[i].value >= samples.bins[i - 1].value);
	}
	assert_int_equal(n, 128);
	samples_free(&samples);
	assert_false(result_set_samples(&sets[0], name, "write", &samples));
	result_sets_free(sets, 3);
}

static void sets_are_of_one_kernel(void **state)
{
	(void)state;
	static const char *const bad[][2] = {
	    {"tests/data/ns-base1.json,tests/data/ns-new1.json", "are of different kernels"},
	    {"tests/data/ns-base1.json,tests/data/base.json", "have different clocks"},
	    {"tests/data/ns-base1.json,tests/data/ns-base1.json", "are from the same boot"},
	    {"tests/data/ns-base1.json,tests/data/absent.json", "No such file"},
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct error error = {0};
		assert_null(result_sets_load((char *const[]){(char *)bad[i][0]}, 1, &error));
		assert_has(error.text, bad[i][1]);
	}
}

/* Copies a sample into a folder of its own, with what a boot's file says changed by sed. */
static void put_boot(const char *name, const char *sample, const char *change)
{
	char command[512];
	snprintf(command, sizeof(command), "mkdir -p %s/boots && sed '%s' tests/data/%s >%s/boots/%s", folder,
	         change, sample, folder, name);
	assert_int_equal(system(command), 0);
}

/* That the folder of boots can't be loaded, and why; empties it. */
static void assert_no_set(const char *why)
{
	struct error error = {0};
	char command[512];
	assert_null(result_sets_load((char *const[]){(char *)in_folder("boots")}, 1, &error));
	assert_has(error.text, why);
	snprintf(command, sizeof(command), "rm -f %s/boots/*", folder);
	assert_int_equal(system(command), 0);
}

#define SEED(n) "s/\"exact\":true/&,\"boot\":{\"seed\":" #n "}/"

static void a_folder_is_a_set(void **state)
{
	(void)state;
	struct error error = {0};
	put_boot("boot-10.json", "base.json", SEED(10));
	put_boot("boot-2.json", "base.json", SEED(2));
	put_boot("boot-3.json.partial", "base.json", "");
	put_boot(".boot-4.json", "base.json", "");
	char *const specs[] = {(char *)in_folder("boots"), "tests/data/new.json"};
	struct result_set *sets = result_sets_load(specs, 2, &error);
	if (!sets)
		fail_msg("%s", error.text);
	assert_int_equal(sets[0].boots, 2);
	assert_has(sets[0].results[0]->path, "/boots/boot-2.json");
	assert_int_equal(sets[0].results[0]->context.seed, 2);
	assert_int_equal(sets[0].results[1]->context.seed, 10);
	assert_int_equal(sets[1].results[0]->context.seed, 0);
	assert_string_equal(sets[0].label, "base");
	result_sets_free(sets, 2);
	put_boot("boot-11.json", "base.json", SEED(10));
	assert_no_set("are of the same seed");
	assert_no_set("has no .json");
}

static void sets_are_of_one_machine_and_program(void **state)
{
	(void)state;
	put_boot("1.json", "ns-base1.json", "");
	put_boot("2.json", "ns-base2.json", "s/\"cpus\":2/\"cpus\":4/");
	assert_no_set("are of different machines");
	put_boot("1.json", "ns-base1.json", "s/\"suite\":{/&\"program_sha256\":\"a1\",/");
	put_boot("2.json", "ns-base2.json", "s/\"suite\":{/&\"program_sha256\":\"b2\",/");
	assert_no_set("were made by different programs");
}

static int make_arena(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int free_arena(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

#define test(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    test(context_is_read_back),
	    test(cases_are_read_back),
	    test(event_set_is_read_back),
	    test(form_of_a_case),
	    test(nanoseconds_are_real_numbers),
	    test(references_come_out_as_they_went_in),
	    test(written_follows_the_schema),
	    test(samples_follow_the_schema),
	    test(same_input_same_bytes),
	    test(name_comes_last),
	    test(unwritable_places_are_told),
	    test(gone_reader_is_told),
	    test(outputs_do_not_share_failures),
	    test(bad_files_are_told_apart),
	    test(other_forms_are_read),
	    test(context_may_come_last),
	    test(schemas_are_read_to_the_letter),
	    test(completeness_must_be_told),
	    test(nothing_is_there_twice),
	    test(latencies_have_the_clock_of_the_file),
	    test(counts_agree_with_what_is_per_unit),
	    test(counts_are_whole_and_not_negative),
	    test(figures_are_numbers),
	    test(impossible_numbers_are_named),
	    test(distributions_agree_with_their_summary),
	    test(names_and_words_are_checked),
	    test(places_are_numbers),
	    test(contexts_are_whole),
	    test(text_of_machines_is_cleaned),
	    test(sizes_have_limits),
	    test(messages_are_printable),
	    test(what_is_not_finite_is_not_written),
	    test(any_cut_is_salvaged),
	    test(salvage_stops_at_what_is_broken),
	    test(ports_line_ends_do_not_matter),
	    test(sets_are_of_boots),
	    test(sets_are_of_one_kernel),
	    test(a_folder_is_a_set),
	    test(sets_are_of_one_machine_and_program),
	};
	return cmocka_run_group_tests(tests, set_up_folder, tear_down_folder);
}
