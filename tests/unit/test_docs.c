/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What README and docs/ show is so: tables are what their commands make, and the example of a family is one. */
#include "tests/support/cmocka_all.h"

#include <stdio.h>

#include "tests/support/run.h"

static struct ran ran;

static void run_shell(const char *command)
{
	run_argv(&ran, (const char *const[]){"/bin/sh", "-c", command, NULL});
	if (ran.status != 0)
		fail_msg("%s: %s%s", command, ran.out, ran.err);
}

static void tables_are_what_their_commands_make(void **state)
{
	(void)state;
	run_shell("docs/refresh.py --check");
}

/* The first piece of C in docs/extending.md, as the Makefile compiles a file of bench/. */
static void example_of_a_family_compiles(void **state)
{
	(void)state;
	run_shell(
	    "sed -n '/^```c$/,/^```$/{/^```$/q;/^```c$/d;p}' docs/extending.md |"
	    " ${CC:-cc} -std=gnu17 -D_GNU_SOURCE -I. -Wall -Wextra -Wshadow -Wmissing-prototypes -Werror"
	    " -fsyntax-only -x c -");
	run_shell("grep -q '^BENCH_FAMILY(cold);$' docs/extending.md");
}

/* A newcomer reads it in two minutes. */
static void readme_is_short(void **state)
{
	(void)state;
	run_shell("test $(wc -l <README.md) -le 150");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tables_are_what_their_commands_make),
	    cmocka_unit_test(example_of_a_family_compiles),
	    cmocka_unit_test(readme_is_short),
	};
	return cmocka_run_group_tests_name("docs", tests, NULL, NULL);
}
