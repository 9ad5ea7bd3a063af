/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rooms of this tree keep their order, and tests/rooms.py sees where made-up ones do not. */
#include "tests/support/cmocka_all.h"

#include <stdio.h>
#include <sys/stat.h>

#include "tests/support/files.h"
#include "tests/support/run.h"

static struct ran ran;

static void check_rooms(const char *tree)
{
	run_argv(&ran, (const char *const[]){"/usr/bin/env", "python3", "tests/rooms.py", tree, NULL});
	assert_string_equal(ran.err, "");
}

static void write_source(const char *path, const char *text)
{
	char part[256];
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		mkdir(in_folder(part), 0700);
	}
	write_text(in_folder(path), text);
}

static void this_tree_keeps_the_order(void **state)
{
	(void)state;
	check_rooms(".");
	if (ran.status != 0) {
		fputs(ran.out, stderr);
		fail_msg("the order of the rooms is broken");
	}
}

static void broken_rule_is_found_with_its_line(void **state)
{
	static const struct {
		const char *path, *text, *found;
	} rows[] = {
	    {"lib/base/a.c", "\n#include \"lib/meter/a.h\"\n",
	     "lib/base/a.c:2: #include \"lib/meter/a.h\"\n"},
	    {"lib/meter/a.c", "#include \"lib/memory/a.h\"\n", "lib/meter/a.c:1: "},
	    {"lib/meter/a.c", "#include \"lib/analysis/a.h\"\n", "lib/meter/a.c:1: "},
	    {"lib/memory/a.c", "#include \"bench/a.h\"\n", "lib/memory/a.c:1: "},
	    {"lib/analysis/a.h", "#include \"lib/meter/a.h\"\n", "lib/analysis/a.h:1: "},
	    {"bench/a.c", "#include \"lab/a.h\"\n", "bench/a.c:1: "},
	    {"bench/a.c", "#include \"cli/a.h\"\n", "bench/a.c:1: "},
	    {"lab/guests/a.c", "#include \"bench/a.h\"\n", "lab/guests/a.c:1: "},
	    {"lab/guests/a.c", "#include \"a.h\"\n", "lab/guests/a.c:1: "},
	    {"cli/plot/a.c", "#include \"bench/a.h\"\n", "cli/plot/a.c:1: "},
	    {"cli/compare/a.c", "#  include \"cli/through.h\"\n", "cli/compare/a.c:1: "},
	    {"cli/report/a.c", "#include \"cli/through.h\"\n", "cli/report/a.c:1: "},
	    {"lib/base/a.c", "#include <lib/meter/a.h>\n", "lib/base/a.c:1: "},
	    {"lib/base/a.c", "#include \"lib/base/../meter/a.h\"\n", "lib/base/a.c:1: "},
	    {"lib/base/a.c", "#define A \"lib/meter/a.h\"\n#include A\n", "lib/base/a.c:2: "},
	    {"cli/plot/a.c", "#include \"cli/./through.h\"\n", "cli/plot/a.c:1: "},
	    {"lib/a.c", "int a;\n", "lib/a.c:1: "},
	    {"lib/analysis/a.c", "/*\n */\nvoid a(void) { json_object(); }\n", "lib/analysis/a.c:3: "},
	    {"bench/a.h", "#include <jansson.h>\n", "bench/a.h:1: "},
	    {"bench/a.c", "#define J(name) json_##name\n", "bench/a.c:1: "},
	};
	(void)state;
	write_source("cli/through.h", "#include \"bench/bench.h\"\n");
	write_source("bench/bench.h", "struct bench;\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		write_source(rows[i].path, rows[i].text);
		check_rooms(folder);
		assert_has(ran.out, rows[i].found);
		assert_int_equal(ran.status, 1);
		remove(in_folder(rows[i].path));
	}
}

static void what_is_allowed_is_not_found(void **state)
{
	(void)state;
	write_source("lib/base/a.c", "#include <stdio.h>\n#include \"lib/base/a.h\"\n/* json_dumps() */\n");
	write_source("lib/memory/a.c", "#include \"lib/meter/a.h\"\n// #include \"bench/a.h\"\n");
	write_source("lib/analysis/record_json.c", "#include <jansson.h>\njson_t *record;\n");
	write_source("bench/a.c", "#include \"lib/analysis/a.h\"\nconst char a[] = \"json_t\";\n");
	write_source("lab/guests/a.c", "#include \"lib/analysis/a.h\"\nint context_json(void);\n");
	write_source("cli/a.c", "#include \"lab/a.h\"\n#include \"bench/a.h\"\n");
	write_source("cli/compare/a.c", "#include \"lib/analysis/a.h\"\n#include \"cli/table.h\"\n");
	check_rooms(folder);
	assert_string_equal(ran.out, "");
	assert_int_equal(ran.status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(this_tree_keeps_the_order),
	    cmocka_unit_test_setup_teardown(broken_rule_is_found_with_its_line, set_up_folder,
	                                    tear_down_folder),
	    cmocka_unit_test_setup_teardown(what_is_allowed_is_not_found, set_up_folder, tear_down_folder),
	};
	return cmocka_run_group_tests_name("rooms", tests, NULL, NULL);
}
