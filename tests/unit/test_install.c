/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `make install` puts into a staged tree is whole, and the program there finds it. */
#include "tests/support/cmocka_all.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/files.h"
#include "tests/support/run.h"

static struct ran ran;

static void run_make(const char *target, const char *build)
{
	char build_word[256], destination[128];
	snprintf(build_word, sizeof(build_word), "BUILD=%s", build);
	snprintf(destination, sizeof(destination), "DESTDIR=%s", in_folder("staged"));
	run_argv(&ran, (const char *const[]){"/usr/bin/env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "make",
	                                     target, build_word, destination, "PREFIX=/usr", NULL});
	if (ran.status != 0)
		fail_msg("%s%s", ran.out, ran.err);
}

/* The build folder that holds the program under test. */
static void install(void)
{
	char build[128];
	snprintf(build, sizeof(build), "%s", hintbench_program());
	*strrchr(build, '/') = '\0';
	run_make("install-files", build);
}

static void run_staged(const char *arguments)
{
	char command[512];
	snprintf(command, sizeof(command), "cd / && %s %s", in_folder("staged/usr/bin/hintbench"), arguments);
	run_argv(&ran, (const char *const[]){"/bin/sh", "-c", command, NULL});
}

static void assert_there(const char *name, int access_mode)
{
	char path[256];
	snprintf(path, sizeof(path), "staged/usr/%s", name);
	if (access(in_folder(path), access_mode) != 0)
		fail_msg("%s is not there", path);
}

static int find_executable(const char *path, const struct stat *file, int type, struct FTW *place)
{
	(void)place;
	if (type == FTW_F && file->st_mode & 0111)
		fail_msg("%s is executable", path);
	return 0;
}

static void nothing_below_share_is_executable(void **state)
{
	(void)state;
	install();
	assert_there("share/hintbench/configs/smoke.ini", R_OK);
	assert_int_equal(nftw(in_folder("staged/usr/share"), find_executable, 16, FTW_PHYS), 0);
}

static void schema_scripts_and_plugin_go_along(void **state)
{
	(void)state;
	install();
	assert_there("share/hintbench/results/schema.json", R_OK);
	assert_there("share/hintbench/plot/faults.gp", R_OK);
	assert_there("libexec/hintbench/lab/kernels/fetch.sh", X_OK);
	assert_there("libexec/hintbench/lab/kernels/required.config", R_OK);
	assert_there("libexec/hintbench/lab/guests/initramfs.sh", X_OK);
	assert_there("libexec/hintbench/lab/profile/plugin.so", R_OK);
}

/* A job that is named is found below share, a command that is a script below libexec. */
static void staged_program_finds_its_files(void **state)
{
	(void)state;
	install();
	run_staged("run -c no-such-job");
	assert_has(ran.err, "smoke");
	assert_int_equal(ran.status, 2);
	run_staged("lab fetch");
	assert_has(ran.err, "name the suites to fetch");
}

/* Unpacked from an archive, there is no git to ask. */
static void archive_knows_its_version(void **state)
{
	(void)state;
	write_text(in_folder("VERSION"), " 1234abc\n");
	run_argv(&ran, (const char *const[]){
	                   "/bin/sh", "-c",
	                   "cp Makefile \"$0\" && cd \"$0\" && env -u MAKEFLAGS -u MAKELEVEL make -s "
	                   "build/version.stamp >&2 && cat build/version.stamp",
	                   folder, NULL});
	assert_has(ran.out, "1234abc ");
	write_text(in_folder("VERSION"), "v2.0-3-g1234abc 1234abc\n");
	run_argv(&ran, (const char *const[]){
	                   "/bin/sh", "-c",
	                   "cd \"$0\" && env -u MAKEFLAGS -u MAKELEVEL make -s build/version.stamp >&2 "
	                   "&& cat build/version.stamp",
	                   folder, NULL});
	assert_has(ran.out, "v2.0-3-g1234abc /");
}

/* What would change what guests run, and so what they measure, though nothing of that changed. */
static void guests_program_knows_no_version_and_no_folder(void **state)
{
	char installed[128], version[128], here[256];
	(void)state;
	install();
	snprintf(installed, sizeof(installed), "%s",
	         in_folder("staged/usr/libexec/hintbench/guest/hintbench"));
	run_argv(&ran, (const char *const[]){"/usr/bin/env", "cat",
	                                     in_folder("staged/usr/libexec/hintbench/guest/version"), NULL});
	snprintf(version, sizeof(version), "%.*s", (int)strcspn(ran.out, "\n"), ran.out);
	run_hintbench(&ran, "--version");
	assert_has(ran.out, version);
	run_argv(&ran, (const char *const[]){installed, "--version", NULL});
	assert_string_equal(ran.out, "hintbench guest\n");
	assert_non_null(getcwd(here, sizeof(here)));
	run_argv(&ran, (const char *const[]){"/usr/bin/env", "grep", "-c", "-a", "-F", "-e", version, "-e",
	                                     here, installed, NULL});
	assert_string_equal(ran.out, "0\n");
}

/* A small tree with this Makefile: one library file, which says in which folder it was compiled. */
static void make_small_tree(const char *name)
{
	char command[512];
	snprintf(command, sizeof(command),
	         "mkdir -p %1$s/lib/base && cp Makefile VERSION %1$s && "
	         "echo 'const char *a(void); const char *a(void) { return __FILE__; }' >%1$s/lib/base/a.c",
	         in_folder(name));
	assert_int_equal(system(command), 0);
}

static void make_object(const char *tree, const char *variables, const char *then)
{
	char command[512];
	snprintf(command, sizeof(command),
	         "cd %s && env -u MAKEFLAGS -u MAKELEVEL make build/lib/base/a.o %s && %s", in_folder(tree),
	         variables, then);
	run_argv(&ran, (const char *const[]){"/bin/sh", "-c", command, NULL});
	if (ran.status != 0)
		fail_msg("%s%s", ran.out, ran.err);
}

static void other_flags_compile_anew(void **state)
{
	(void)state;
	make_small_tree("tree");
	make_object("tree", "", ":");
	assert_has(ran.out, "lib/base/a.c");
	make_object("tree", "", ":");
	assert_has_not(ran.out, "lib/base/a.c");
	make_object("tree", "SANITIZE=1", ":");
	assert_has(ran.out, "lib/base/a.c");
	make_object("tree", "", ":");
	assert_has(ran.out, "lib/base/a.c");
}

static void folder_does_not_change_what_is_built(void **state)
{
	char command[256];
	(void)state;
	make_small_tree("one");
	make_small_tree("another");
	make_object("one", "", ":");
	snprintf(command, sizeof(command), "cmp build/lib/base/a.o %s", in_folder("one/build/lib/base/a.o"));
	make_object("another", "", command);
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, set_up_folder, tear_down_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_folder(nothing_below_share_is_executable),
	    in_a_folder(schema_scripts_and_plugin_go_along),
	    in_a_folder(staged_program_finds_its_files),
	    in_a_folder(archive_knows_its_version),
	    in_a_folder(other_flags_compile_anew),
	    in_a_folder(folder_does_not_change_what_is_built),
	    in_a_folder(guests_program_knows_no_version_and_no_folder),
	};
	return cmocka_run_group_tests_name("install", tests, NULL, NULL);
}
