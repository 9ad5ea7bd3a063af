/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `hintbench lab pair` and `bisect-step`, on a made-up kernel tree whose kernels boot: some of them of a few
 * bytes, the others Debian's 6.1 and 6.12, between which the write bit of an armed entry is lost.
 */
#include "lab/kernels/cache.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/made_up_kernel.h"
#include "tests/support/tiny_result.h"

#define LOG  "[    0.000001] "
#define CASE "hint/map=anon/page=4k/access=writ*/outcome=migrate"

static struct ran ran;
static char text[65536];

static void assert_status(int status)
{
	if (ran.status != status)
		fail_msg("status %d, not %d: %s", ran.status, status, ran.err);
}

static void skip_without_guests(void)
{
	skip_without_tools();
	if (system("command -v qemu-system-x86_64 >/dev/null") == 0)
		return;
	print_message("qemu-system-x86_64 is missing\n");
	skip();
}

/* The images of MADE_UP_OLD and MADE_UP_NEW become Debian's, out of the person's own cache. */
static void take_real_kernels(const char *kernels)
{
	char old[PATH_MAX + 64], new[PATH_MAX + 64];
	skip_without_guests();
	snprintf(old, sizeof(old), "%s/debian-bookworm/vmlinuz", kernels);
	snprintf(new, sizeof(new), "%s/debian-bookworm-backports/vmlinuz", kernels);
	if (access(old, R_OK) != 0 || access(new, R_OK) != 0) {
		print_message("Debian's kernels are not in the cache: hintbench lab fetch bookworm "
		              "bookworm-backports\n");
		skip();
	}
	setenv("MADE_UP_OLD", old, 1);
	setenv("MADE_UP_NEW", new, 1);
}

/* Where the person's own kernels are, before a test sets a cache of its own. */
static char own_kernels[PATH_MAX];

/* A patch that takes the old kernel to the new one. */
static void write_patch(const char *name)
{
	shell("cd tree; sed -i 's/savedwrite/none/' mm/memory.c; git diff >../'%s'; git checkout -q .", name);
}

static void pair_with_a_kernel_that_does_not_boot(void **state)
{
	(void)state;
	skip_without_guests();
	make_checkout("tree");
	write_patch("the change.patch");
	write_tiny_kernel(in_folder("old"), "fine\n", tiny_result_stream("hint/a=1"), 1);
	write_tiny_kernel(in_folder("new"), "early\n" LOG "no root\n" LOG "Kernel panic - not syncing: VFS\n",
	                  "", 1);
	run_lab(&ran, "pair", "--source", in_folder("tree"), "--patch", in_folder("the change.patch"), "-o",
	        in_folder("out"), "--boots", "1");
	assert_status(2);
	assert_has(ran.err, "the-change/boot-1: FAILED in ");
	assert_has(ran.err, "its kernel panicked before its init began");
	assert_has(ran.err, "\n  early\n  " LOG "no root\n  " LOG "Kernel panic - not syncing: VFS\n");
	assert_has(ran.err, "base/boot-1: done in ");
	assert_has(ran.err, "nothing to compare; what the guests brought back is in ");
	read_text(in_folder("out/base/boot-1.json"), text, sizeof(text));
	assert_has(text, "hint/a=1");
	assert_int_equal(access(in_folder("out/the-change/boot-1.json"), F_OK), -1);
	assert_int_equal(access(in_folder("out/index.html"), F_OK), -1);
}

/* Names that would be alike: the patch of a series, the base's own, and longer ones than a name may be. */
static void kernels_of_a_series_have_names_of_their_own(void **state)
{
	(void)state;
	skip_without_guests();
	make_checkout("tree");
	shell("cd tree; mkdir ../a; "
	      "echo 'int a;' >>lib/error.c; git diff >../base.patch; git commit -q -a -m a; "
	      "echo 'int b;' >>lib/error.c; git diff >../a-name-that-is-longer-than-forty-bytes-one.patch; "
	      "git commit -q -a -m b; echo 'int c;' >>lib/error.c; "
	      "git diff >../a-name-that-is-longer-than-forty-bytes-two.diff; git reset -q --hard HEAD~2");
	write_tiny_kernel(in_folder("old"), LOG "Kernel panic - not syncing: no\n", "", 1);
	char program[PATH_MAX];
	assert_non_null(realpath(hintbench_program(), program));
	shell("cd tree; ! %s lab pair --boots 1 --source . --series --patch ../base.patch --patch "
	      "../a-name-that-is-longer-than-forty-bytes-one.patch --patch "
	      "../a-name-that-is-longer-than-forty-bytes-two.diff -o ../out 2>../err",
	      program);
	read_text(in_folder("err"), text, sizeof(text));
	assert_has(text, "\nbase/boot-1: FAILED");
	assert_has(text, "\nbase-2/boot-1: FAILED");
	assert_has(text, "\na-name-that-is-longer-than-forty-bytes-o/boot-1: FAILED");
	assert_has(text, "\na-name-that-is-longer-than-forty-bytes-t/boot-1: FAILED");
	shell("test $(cat cache/hintbench/kernels/built-*/release | sort -u | wc -l) = 4");
}

static void bisection_skips_what_does_not_boot(void **state)
{
	(void)state;
	skip_without_guests();
	make_checkout("tree");
	write_tiny_kernel(in_folder("old"), LOG "Kernel panic - not syncing: no\n", "", 1);
	run_lab(&ran, "bisect-step", "--tree", in_folder("tree"), "--claim", "anon-stays");
	assert_status(125);
	assert_has(ran.err, "Kernel panic - not syncing: no\n");
	assert_has(ran.err, "first: skip: it could not be measured");
}

/* From two built kernels to the page. */
static void pair_compares_real_kernels(void **state)
{
	(void)state;
	take_real_kernels(own_kernels);
	make_checkout("tree");
	write_patch("lose-the-write-bit.patch");
	run_lab(&ran, "pair", "--source", in_folder("tree"), "--patch", in_folder("lose-the-write-bit.patch"),
	        "-o", in_folder("out"), "--boots", "2", CASE, "units=64");
	assert_status(0);
	assert_has(ran.out, "/out/index.html\n");
	read_text(in_folder("out/base/boot-2.json"), text, sizeof(text));
	assert_has(text, "\"release\":\"6.1.");
	run_argv(&ran, (const char *const[]){hintbench_program(), "compare", "--format", "csv", "--metric",
	                                     "write_faults", in_folder("out/base"),
	                                     in_folder("out/lose-the-write-bit"), NULL});
	assert_has(ran.out, ",different");
	read_text(in_folder("out/compare.txt"), text, sizeof(text));
	assert_has(text, "write_faults");
	read_text(in_folder("out/index.html"), text, sizeof(text));
	assert_has(text, "lose-the-write-bit");
	assert_has(text, " lose-the-write-bit.patch\n"); /* of what it was built, as its origin says */
	assert_has(text, "plots/faults.svg");
	assert_int_equal(access(in_folder("out/plots/faults.svg"), R_OK), 0);
}

/*
 * Of eight commits the sixth loses the write bit. The fourth, which git tries first, does not compile, and
 * must cost the bisection no more than a step; the others change what no case can see.
 */
static void bisection_finds_the_commit(void **state)
{
	(void)state;
	take_real_kernels(own_kernels);
	make_checkout("tree");
	char program[PATH_MAX];
	assert_non_null(realpath(hintbench_program(), program));
	write_text(in_folder("claims.ini"), "[no-second-fault]\nsays = s\nwhere = w\ncases = " CASE "\n"
	                                    "holds = hint_faults == 1, write_faults == 0\n");
	shell("cd tree; c() { git commit -q -a -m \"$1\"; }; "
	      "echo '# 2' >>Kbuild; c second; echo 'int c3;' >>lib/error.c; c third; "
	      "echo 'int broken' >>lib/error.c; c 'fourth, which does not compile'; "
	      "echo '# 5' >>Kbuild; sed -i '$d' lib/error.c; c fifth; "
	      "sed -i s/savedwrite/none/ mm/memory.c; c 'sixth, which loses the bit'; "
	      "echo '# 7' >>Kbuild; c seventh; echo 'int c8;' >>lib/error.c; c eighth");
	shell("cd tree; git bisect start HEAD HEAD~7 >../log 2>&1; "
	      "git bisect run %s lab bisect-step --tree . --claim no-second-fault --claims ../claims.ini "
	      ">>../log 2>&1",
	      program);
	read_text(in_folder("log"), text, sizeof(text));
	const char *found = strstr(text, "is the first bad commit");
	if (!found)
		fail_msg("no commit was found: %s", text);
	assert_has(found, "    sixth, which loses the bit\n");
	assert_has(text, "fourth, which does not compile: skip: it does not compile\n");
	assert_has(text, "sixth, which loses the bit: bad\n");
	assert_has(text, "fifth: good\n");
	/* The tree is as git left it. */
	assert_string_equal(shell_line("git -C tree status --porcelain"), "");
}

static void remember_own_kernels(void)
{
	lab_cache_kernels(own_kernels, sizeof(own_kernels));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_kernels(pair_with_a_kernel_that_does_not_boot),
	    with_kernels(kernels_of_a_series_have_names_of_their_own),
	    with_kernels(bisection_skips_what_does_not_boot),
	    with_kernels(pair_compares_real_kernels),
	    with_kernels(bisection_finds_the_commit),
	};
	remember_own_kernels();
	return cmocka_run_group_tests_name("lab pair and bisect-step", tests, NULL, NULL);
}
