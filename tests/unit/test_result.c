/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After the four above. */
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/analysis/result.h"
#include "lib/analysis/stats.h"
#include "tests/support/command_line.h"

static char folder[64];

static const char *in_folder(const char *name)
{
	static char path[128];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static json_t *a_context(void)
{
	return json_pack("{s:{s:s,s:s,s:s,s:n}, s:{s:i,s:i,s:[],s:n}, s:s, s:b, s:s, s:{s:s}, s:{s:s,s:s}}",
	                 "kernel", "release", "6.1.0-made-up", "version", "#1", "cmdline", "quiet \"x\"\n",
	                 "config_sha256", "machine", "cpus", 2, "nodes", 2, "distances", "hypervisor",
	                 "clock", "instructions", "exact", 1, "boot_id", "0", "settings", "key", "ü", "suite",
	                 "version", "v", "config", "c");
}

static json_t *a_case(const char *name)
{
	const uint64_t samples[] = {2251, 2251, 2322};
	struct stats_summary summary;
	assert_int_equal(stats_summarize(samples, 3, &summary), 0);
	json_t *record =
	    json_pack("{s:s, s:{}, s:s, s:s, s:i, s:{s:{s:i,s:f}}, s:{s:o}}", "name", name, "params",
	              "status", "ok", "unit", "page", "units", 10, "metrics", "hint_faults", "count", 1,
	              "per_unit", 0.1, "latency", "touch", stats_latency_json(&summary, "instructions", 1));
	stats_free(&summary);
	return record;
}

/* A result of two cases. */
static int write_result(const char *path, const char *ended, struct error *error)
{
	struct result_writer *writer;
	json_t *context = a_context(), *one = a_case("hint/a=1"), *two = a_case("hint/a=2");
	int err = result_open(&writer, &path, 1, context, error);
	if (!err) {
		err = result_append(writer, one, error);
		err = err ? err : result_append(writer, two, error);
		int closing = result_close(writer, ended, err ? NULL : error);
		err = err ? err : closing;
	}
	json_decref(context);
	json_decref(one);
	json_decref(two);
	return err;
}

static char *slurp(const char *path)
{
	static char text[1 << 16];
	FILE *in = fopen(path, "r");
	assert_non_null(in);
	text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
	fclose(in);
	return text;
}

static void written_is_read_back(void **state)
{
	(void)state;
	struct error error = {0};
	const char *path = in_folder("a.json");
	assert_int_equal(write_result(path, NULL, &error), 0);
	json_t *result = result_load(path, &error);
	assert_non_null(result);
	assert_true(json_is_true(json_object_get(result, "complete")));
	json_t *context = a_context(), *two = a_case("hint/a=2");
	assert_true(json_equal(json_object_get(result, "context"), context));
	assert_int_equal(json_array_size(json_object_get(result, "cases")), 2);
	char *read = json_dumps(json_array_get(json_object_get(result, "cases"), 1), JSON_REAL_PRECISION(15));
	char *meant = json_dumps(two, JSON_REAL_PRECISION(15));
	assert_string_equal(read, meant);
	free(read);
	free(meant);
	assert_has(slurp(path), "\"per_unit\":0.1}");
	json_decref(context);
	json_decref(two);
	json_decref(result);
}

static void written_follows_the_schema(void **state)
{
	(void)state;
	static const char *const ends[] = {NULL, "it was \"interrupted\""};
	for (int i = 0; i < 2; i++) {
		struct error error;
		char command[256];
		const char *path = in_folder("schema.json");
		assert_int_equal(write_result(path, ends[i], &error), 0);
		snprintf(command, sizeof(command),
		         "/usr/bin/python3 -W ignore -m jsonschema -i %s results/schema.json", path);
		assert_int_equal(system(command), 0);
	}
}

static void samples_follow_the_schema(void **state)
{
	(void)state;
	assert_int_equal(
	    system("for f in base new other ns-base1 ns-new4; do /usr/bin/python3 -W ignore -m jsonschema "
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
	json_t *context = a_context(), *one = a_case("hint/a=1");
	assert_int_equal(result_open(&writer, paths, 1, context, &error), 0);
	assert_int_equal(result_append(writer, one, &error), 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_has(slurp(partial), "\"hint/a=1\""); /* at once, not when a buffer is full */
	assert_null(result_load(path, &error));
	assert_has(error.text, ".partial");
	assert_int_equal(result_close(writer, NULL, &error), 0);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(access(partial, F_OK), -1);
	json_decref(context);
	json_decref(one);
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
	json_t *context = a_context(), *one = a_case("hint/a=1");
	assert_int_equal(result_open(&writer, paths, 2, context, &error), 0);
	close(ends[0]);
	assert_int_equal(result_append(writer, one, &error), -EPIPE);
	assert_int_equal(result_close(writer, NULL, &error), 0);
	json_t *result = result_load(path, &error);
	assert_int_equal(json_array_size(json_object_get(result, "cases")), 1);
	json_decref(result);
	json_decref(context);
	json_decref(one);
	close(ends[1]);
}

static void refused(const char *path, const char *part)
{
	struct error error = {0};
	json_t *result = result_load(path, &error);
	if (result)
		fail_msg("%s was read", path);
	assert_has(error.text, path);
	assert_has(error.text, part);
}

static void write_text(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
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
	char path[128];
	snprintf(path, sizeof(path), "%s", in_folder("bad.json"));
	write_text(
	    path, "{\"schema\": \"hintbench-result/1\", \"context\": {}, \"cases\": [], \"complete\": true}");
	refused(path, "what clock");
	write_text(path,
	           "{\"schema\": \"hintbench-result/1\", \"context\": {\"clock\": \"ns\"}, \"cases\": 1}");
	refused(path, "no list of cases");
	write_text(path, "{\"schema\": \"hintbench-result/1\", \"context\": {\"clock\": \"ns\"}, \"cases\": ["
	                 "{\"name\": \"a\", \"status\": \"ok\"}, {\"name\": \"a\", \"status\": \"ok\"}]}");
	refused(path, "twice");
	write_text(path,
	           "{\"schema\": \"hintbench-result/1\", \"context\": {\"clock\": \"ns\"}, \"cases\": [{}]}");
	refused(path, "no name");
	write_text(path, "{\n  \"schema\": \"hintbench-result/1\",\n  \"context\": {\"clo");
	refused(path, "cut short");
}

static void unknown_fields_are_ignored(void **state)
{
	(void)state;
	struct error error;
	const char *path = in_folder("more.json");
	write_text(
	    path,
	    "{\"new\": [1], \"schema\": \"hintbench-result/1\", \"context\": {\"clock\": \"ns\", \"y\": 1},"
	    "\"cases\": [{\"name\": \"a\", \"status\": \"ok\", \"z\": null}]}");
	json_t *result = result_load(path, &error);
	assert_non_null(result);
	json_decref(result);
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
		json_t *result = result_salvage(text, cut, "the port", "the guest died", &error);
		if (cut < head) {
			assert_null(result);
			assert_has(error.text, "the port");
			continue;
		}
		assert_non_null(result);
		size_t cases = json_array_size(json_object_get(result, "cases"));
		assert_true(cases + 1 >= lines || lines == 4);
		assert_true(cases <= lines);
		bool whole = json_is_true(json_object_get(result, "complete"));
		assert_int_equal(whole, cut >= length - 1);
		if (!whole)
			assert_string_equal(json_string_value(json_object_get(result, "ended")),
			                    "the guest died");
		json_decref(result);
	}
	const char *crlf =
	    "{\"schema\": \"hintbench-result/1\", \"context\": {\"clock\": \"ns\"}, \"cases\": [\r\n"
	    "  {\"name\":\"a\",\"status\":\"ok\"}\r\n, {\"name\":\"b\",\"status\":\"ok\"}\r\n, {\"na";
	json_t *result = result_salvage(crlf, strlen(crlf), "the port", "x", &error);
	assert_int_equal(json_array_size(json_object_get(result, "cases")), 2);
	json_decref(result);
}

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/hintbench-test-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	char command[128];
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(written_is_read_back),      cmocka_unit_test(written_follows_the_schema),
	    cmocka_unit_test(samples_follow_the_schema), cmocka_unit_test(same_input_same_bytes),
	    cmocka_unit_test(name_comes_last),           cmocka_unit_test(unwritable_places_are_told),
	    cmocka_unit_test(gone_reader_is_told),       cmocka_unit_test(outputs_do_not_share_failures),
	    cmocka_unit_test(bad_files_are_told_apart),  cmocka_unit_test(unknown_fields_are_ignored),
	    cmocka_unit_test(any_cut_is_salvaged),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
