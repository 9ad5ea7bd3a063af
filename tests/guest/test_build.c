/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hintbench lab build`, on a made-up kernel tree: no guest is booted. */
#include "tests/support/made_up_kernel.h"

#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BUILT "cache/hintbench/kernels/built-"
#define TREE  "cache/hintbench/build/tree"

static struct ran ran;
static char text[65536];

/* Builds the tree as --name k, with further options, NULL at the end. */
#define build(...) \
	run_lab(&ran, "build", "--source", in_folder("tree"), "--name", "k" __VA_OPT__(, ) __VA_ARGS__)

static void assert_status(int status)
{
	if (ran.status != status)
		fail_msg("status %d, not %d: %s", ran.status, status, ran.err);
}

static void assert_holds(const char *name, const char *wanted)
{
	read_text(in_folder(name), text, sizeof(text));
	assert_string_equal(text, wanted);
}

static bool exists(const char *name)
{
	return access(in_folder(name), F_OK) == 0;
}

static void kernel_is_built_and_can_be_named(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	build();
	assert_status(0);
	assert_has(ran.err, "built:k is built");
	assert_string_equal(asked(), "olddefconfig\nmm/memory.o\nlib/error.o\n");
	shell("cmp old " BUILT "k/vmlinuz && grep -qx '6.1.0-[0-9a-f]\\{12\\}' " BUILT "k/release");
	read_text(in_folder(BUILT "k/config"), text, sizeof(text));
	assert_has(text, "CONFIG_NUMA_BALANCING=y\n");
	assert_has(text, "CONFIG_XFS_FS=y\n"); /* lab.config's */
	assert_null(strstr(text, "=m\n"));
	read_text(in_folder(BUILT "k/origin"), text, sizeof(text));
	assert_has(text, "/tree\n");
	assert_has(text, "config Debian's cloud config with lab/kernels/lab.config\n");
	run_lab(&ran, "list");
	assert_has(ran.out, "built:k ");
}

static void nothing_is_built_twice(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	build();
	asked();
	build();
	assert_status(0);
	assert_has(ran.err, "built:k is in the cache already");
	run_lab(&ran, "build", "--source", in_folder("tree"), "--name", "other");
	assert_status(0);
	assert_string_equal(asked(), "");
	shell("cmp " BUILT "k/vmlinuz " BUILT "other/vmlinuz");
}

static void only_what_a_patch_changes_is_compiled(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	shell("cd tree; sed -i 's/savedwrite/none/' mm/memory.c; git diff >../p.patch; git checkout -q .");
	build();
	asked();
	run_lab(&ran, "build", "--source", in_folder("tree"), "--patch", in_folder("p.patch"), "--name",
	        "new");
	assert_status(0);
	assert_string_equal(asked(), "olddefconfig\nmm/memory.o\n");
	shell("cmp new " BUILT "new/vmlinuz && cmp old " BUILT "k/vmlinuz && ! cmp -s " BUILT
	      "new/release " BUILT "k/release");
	read_text(in_folder(BUILT "new/origin"), text, sizeof(text));
	assert_has(text, " p.patch\n");
	build();
	assert_status(0);
	assert_string_equal(asked(), "");
}

/*
 * Two kernels of one tree: their configs tell them apart, in what they say of themselves and in where they come from.
 */
static void kernels_of_two_configs_have_releases_of_their_own(void **state)
{
	(void)state;
	char release[512];
	skip_without_tools();
	make_checkout("tree");
	write_whole_config(in_folder("one"));
	shell("cp one two; echo CONFIG_MORE=y >>two");
	build("--kernel-config", in_folder("one"));
	assert_status(0);
	snprintf(release, sizeof(release), "%s", shell_line("cat " BUILT "k/release"));
	run_lab(&ran, "build", "--source", in_folder("tree"), "--kernel-config", in_folder("two"), "--name",
	        "other");
	assert_status(0);
	assert_string_not_equal(release, shell_line("cat " BUILT "other/release"));
	shell("! cmp -s " BUILT "k/origin " BUILT "other/origin");
	assert_has(shell_line("grep ^config " BUILT "other/origin"), " two");
}

/* Nothing that a patch names is written outside the tree, neither by itself nor over a link that it makes. */
static void patch_cannot_write_outside(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	write_text(in_folder("victim"), "unhurt\n");
	shell(
	    "{ echo '--- /dev/null'; echo '+++ b/../../../../../victim-new'; echo '@@ -0,0 +1 @@'; echo "
	    "+hurt; } >up; "
	    "{ echo 'diff --git a/way b/way'; echo 'new file mode 120000'; echo '--- /dev/null'; echo '+++ "
	    "b/way'; "
	    "echo '@@ -0,0 +1 @@'; echo '+%s'; echo '\\ No newline at end of file'; "
	    "echo 'diff --git a/way/victim b/way/victim'; echo '--- a/way/victim'; echo '+++ b/way/victim'; "
	    "echo '@@ -1 +1 @@'; echo -unhurt; echo +hurt; } >over; "
	    "sed 's/way.victim/way\\/made/; s/^--- a.way.made/--- \\/dev\\/null/; s/^diff.*made.*$/&\\nnew "
	    "file mode 100644/; "
	    "s/^@@ -1 +1/@@ -0,0 +1/; /^-unhurt/d' over >made-over",
	    folder);
	static const char *const patches[] = {"up", "over", "made-over"};
	for (size_t i = 0; i < sizeof(patches) / sizeof(patches[0]); i++) {
		build("--patch", in_folder(patches[i]));
		assert_status(2);
		assert_has(ran.err, " does not apply to ");
		assert_string_equal(asked(), "");
	}
	assert_has(ran.err, "beyond a symbolic link");
	assert_holds("victim", "unhurt\n");
	assert_false(exists("victim-new") || exists("made") || exists("cache/hintbench/victim-new"));
}

/* A link stays a link, and where a folder takes its place, that is what is written. */
static void link_in_a_tree_is_not_followed(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	shell("mkdir victim; echo unhurt >victim/file; cd tree; ln -s %s/victim way", folder);
	build();
	assert_status(0);
	shell("test -L " TREE
	      "/way; rm tree/way; mkdir tree/way; echo hurt >tree/way/file; echo x >tree/way/more");
	build();
	assert_status(0);
	assert_holds("victim/file", "unhurt\n");
	assert_false(exists("victim/more"));
	assert_holds(TREE "/way/file", "hurt\n");
	shell("rm -r tree/way; ln -s %s/victim tree/way", folder);
	build();
	assert_status(0);
	assert_holds("victim/file", "unhurt\n");
}

/* Make reads the finished config: nothing of it may be run. */
static void config_that_would_be_run_is_refused(void **state)
{
	(void)state;
	skip_without_tools();
	static const char *const values[] = {"\"$(shell touch hurt)\"",
	                                     "\"`touch hurt`\"",
	                                     "\"a; touch hurt\"",
	                                     "\"a\\\"b\"",
	                                     "y # $(shell touch hurt)",
	                                     "\"|touch hurt\"",
	                                     "$(HOME)"};
	make_checkout("tree");
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		char line[128];
		write_whole_config(in_folder("odd"));
		size_t length = read_text(in_folder("odd"), text, sizeof(text));
		snprintf(line, sizeof(line), "CONFIG_LOCALVERSION=%s\n", values[i]);
		strcpy(text + length, line);
		write_text(in_folder("odd"), text);
		build("--kernel-config", in_folder("odd"));
		assert_status(2);
		assert_has(ran.err, " is no option with a plain value: CONFIG_LOCALVERSION=");
		assert_string_equal(asked(), "");
	}
}

/* A .config that one kernel's Kconfig cut down is not what the next kernel starts from. */
static void config_does_not_depend_on_what_was_built_before(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	build();
	shell("echo /CONFIG_XFS_FS/d >tree/turned-off");
	build();
	assert_status(0);
	shell("! grep -q XFS " BUILT "k/config && rm tree/turned-off && echo >>tree/Kbuild");
	build();
	assert_status(0);
	shell("grep -q XFS " BUILT "k/config");
}

/* Uncommitted work is built too, what a build left behind is not, and nothing in the tree changes. */
static void checkout_is_read_as_it_is_and_left_alone(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	shell("cd tree; mkdir -p doc nested include/config; echo x >doc/gone; echo y >was-file; echo z >'a "
	      "b'; git add .; "
	      "git commit -q -m second; rm doc/gone was-file; mkdir was-file; echo w >was-file/inside; "
	      "ln -s ../mm lib/link; git -C nested init -q; echo n >nested/file; echo 'int two_new;' "
	      ">>lib/error.c; "
	      "touch new-file mm/memory.o .config include/config/auto.conf");
	shell("mv tree 'my tree'; cd 'my tree'; git status --porcelain >../status.1; "
	      "find . -printf '%%p %%T@ %%C@ %%s %%m\\n' | grep -v '^[.]/[.]git/index ' | sort >../files.1");
	run_lab(&ran, "build", "--source", in_folder("my tree"), "--name", "k");
	assert_status(0);
	assert_holds(TREE "/a b", "z\n");
	assert_holds(TREE "/was-file/inside", "w\n");
	assert_holds(TREE "/lib/error.c", "int error;\nint two_new;\n");
	assert_true(exists(TREE "/new-file"));
	assert_true(exists(TREE "/lib/link/memory.c"));
	assert_false(exists(TREE "/doc/gone"));
	assert_false(exists(TREE "/mm/memory.o"));
	assert_false(exists(TREE "/.config"));
	assert_false(exists(TREE "/include"));
	assert_false(exists(TREE "/nested"));
	shell(
	    "cd 'my tree'; find . -printf '%%p %%T@ %%C@ %%s %%m\\n' | grep -v '^[.]/[.]git/index ' | sort "
	    ">../files.2; "
	    "git status --porcelain >../status.2; cmp ../files.1 ../files.2 && cmp ../status.1 ../status.2");
	/* Back and forth between a file and a folder. */
	shell("cd 'my tree'; git reset -q --hard; git clean -q -fd");
	run_lab(&ran, "build", "--source", in_folder("my tree"), "--name", "k");
	assert_status(0);
	assert_holds(TREE "/was-file", "y\n");
	shell("cd 'my tree'; rm was-file; mkdir was-file; echo v >was-file/inside");
	run_lab(&ran, "build", "--source", in_folder("my tree"), "--name", "k");
	assert_status(0);
	assert_holds(TREE "/was-file/inside", "v\n");
}

static void tree_without_git_is_built(void **state)
{
	(void)state;
	skip_without_tools();
	make_tree("tree");
	shell("cd tree; mkdir -p include/config; touch mm/memory.o .config include/config/auto.conf notes");
	build();
	assert_status(0);
	assert_true(exists(TREE "/notes"));
	assert_false(exists(TREE "/mm/memory.o"));
	assert_false(exists(TREE "/.config"));
	assert_false(exists(TREE "/include"));
	shell("rm tree/notes; echo 'int more;' >tree/lib/more.c");
	build();
	assert_status(0);
	assert_false(exists(TREE "/notes"));
	assert_true(exists(TREE "/lib/more.c"));
}

/* No .gitattributes, and no setting of the person or of a git that started us, changes a byte. */
static void bytes_stay_as_they_are(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	write_text(in_folder("tree/crlf"), "one\r\ntwo $Id$\r\n");
	shell("echo '* text=auto eol=lf ident' >tree/.gitattributes; git -C tree add .");
	shell("printf '[core]\\n\\tautocrlf = true\\n\\texcludesFile = %s/ignore\\n' >gitconfig; echo "
	      "'error.*' >ignore",
	      folder);
	setenv("GIT_CONFIG_GLOBAL", in_folder("gitconfig"), 1);
	setenv("GIT_DIR", "/nowhere", 1);
	setenv("GIT_INDEX_FILE", "/nowhere/index", 1);
	setenv("ARCH", "arm64", 1);
	build();
	unsetenv("GIT_DIR");
	unsetenv("GIT_INDEX_FILE");
	unsetenv("ARCH");
	assert_status(0);
	assert_holds(TREE "/crlf", "one\r\ntwo $Id$\r\n");
}

/* A patch as it comes by mail: with a text above, quoted-printable, base64 or with a CR before each LF. */
static void patches_come_as_mails_too(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	shell("cd tree; echo old >goes; git add .; git commit -q -m two; git rm -q goes; echo new >comes; "
	      "sed -i 's/one/uno = 1/' mm/memory.c; git add .; git commit -q -m 'Three, = with an é'; "
	      "git format-patch -q -1 --stdout >../plain; git reset -q --hard HEAD~");
	shell("sed 's/$/\\r/' plain >crlf; sed '/^$/,$d' plain | grep -v '^Content' >head; sed '1,/^$/d' "
	      "plain >body; "
	      "{ cat head; echo 'Content-Type: text/plain; charset=UTF-8'; echo 'Content-Transfer-Encoding: "
	      "base64'; echo; "
	      "base64 body; } >base64; "
	      "{ cat head; echo 'Content-Type: text/plain; charset=UTF-8'; "
	      "echo 'Content-Transfer-Encoding: quoted-printable'; echo; sed 's/=/=3D/g' body; } >quoted");
	build("--patch", in_folder("plain"));
	assert_status(0);
	assert_true(exists(TREE "/comes"));
	assert_false(exists(TREE "/goes"));
	read_text(in_folder(TREE "/mm/memory.c"), text, sizeof(text));
	assert_has(text, "int uno = 1;");
	asked();
	static const char *const others[] = {"crlf", "base64", "quoted"};
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		build("--patch", in_folder(others[i]));
		assert_status(0);
		assert_has(ran.err, "in the cache already");
	}
	assert_string_equal(asked(), "");
}

static void patch_that_does_not_apply_names_its_hunk(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	shell("cd tree; sed -i 's/one/uno/; s/int six/int sei/' mm/memory.c; git diff -U1 >../p; "
	      "git commit -q -a -m p; git rm -q lib/error.c; git diff --cached >../removes; git reset -q "
	      "--hard");
	build("--patch", in_folder("p"));
	assert_status(2);
	assert_has(ran.err, "/p does not apply to ");
	assert_has(ran.err, "it is in there already");
	assert_has(ran.err, ": mm/memory.c, hunk @@ -1,3 +1,3 @@");
	shell("cd tree; git reset -q --hard HEAD~; sed -i 's/six/sechs/' mm/memory.c");
	build("--patch", in_folder("p"));
	assert_status(2);
	assert_has(ran.err, ": mm/memory.c, hunk @@ -12,2 +12,2 @@");
	assert_null(strstr(ran.err, "already"));
	shell("echo changed >tree/lib/error.c");
	build("--patch", in_folder("removes"));
	assert_status(2);
	assert_has(ran.err, ": lib/error.c, hunk @@ -1 +0,0 @@");
	shell("rm tree/lib/error.c");
	build("--patch", in_folder("removes"));
	assert_status(2);
	assert_has(ran.err, "lib/error.c: does not exist in index");
	shell("echo words >words");
	build("--patch", in_folder("words"));
	assert_status(2);
	assert_has(ran.err, "No valid patches in input");
	assert_string_equal(asked(), "");
	assert_false(exists(BUILT "k"));
}

static void config_without_what_the_lab_needs_names_it(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	write_whole_config(in_folder("whole"));
	shell("grep -v 'CONFIG_NUMA=\\|BALANCING=' whole >lacks; sed s/=y/=m/ whole >modules");
	build("--kernel-config", in_folder("lacks"));
	assert_status(2);
	assert_has(ran.err,
	           "/lacks lacks CONFIG_NUMA CONFIG_NUMA_BALANCING, which the lab needs: set it to y");
	build("--kernel-config", in_folder("modules"));
	assert_status(2);
	assert_has(ran.err, "CONFIG_64BIT CONFIG_SMP CONFIG_NUMA ");
	shell("echo s/CONFIG_PROC_FS=y// >tree/turned-off");
	build("--kernel-config", in_folder("whole"));
	assert_status(2);
	assert_has(ran.err, "/whole has CONFIG_PROC_FS, but make olddefconfig turned it off");
	assert_null(strstr(ran.err, "lacks"));
	assert_string_equal(asked(), "olddefconfig\nolddefconfig\nolddefconfig\n");
	shell("rm tree/turned-off; touch tree/bad-Kconfig");
	build();
	assert_status(1);
	assert_has(ran.err, "Kconfig:1: syntax error");
	assert_has(ran.err, "make olddefconfig failed");
	shell("rm tree/bad-Kconfig");
	build("--kernel-config", in_folder("whole"));
	assert_status(0);
}

static void compile_error_is_shown_with_the_logs_place(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	shell("sed -i 's/return 1;/return nowhere;/' tree/mm/memory.c");
	build();
	assert_status(1);
	assert_has(ran.err, "mm/memory.c:8:");
	assert_has(ran.err, "error: ");
	assert_has(ran.err, "nowhere");
	assert_has(ran.err, "k does not compile; all that make said is in ");
	assert_has(ran.err, "/cache/hintbench/build/k.log\n");
	assert_null(strstr(ran.err, "  CC "));
	assert_false(exists(BUILT "k"));
	read_text(in_folder("cache/hintbench/build/k.log"), text, sizeof(text));
	assert_has(text, "  CC      mm/memory.o");
	shell("git -C tree checkout -q .");
	build();
	assert_status(0);
}

/* Whether a process of this test but ourselves is there, told by its environment. */
static bool any_process_left(void)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	bool found = false;
	assert_non_null(processes);
	while ((entry = readdir(processes))) {
		char path[300];
		snprintf(path, sizeof(path), "/proc/%s/environ", entry->d_name);
		FILE *file =
		    atoi(entry->d_name) > 0 && atoi(entry->d_name) != getpid() ? fopen(path, "r") : NULL;
		size_t length = file ? fread(text, 1, sizeof(text), file) : 0;
		if (file)
			fclose(file);
		found = found || memmem(text, length, folder, strlen(folder));
	}
	closedir(processes);
	return found;
}

static void wait_for_file(const char *name)
{
	for (int tries = 0; tries < 6000 && !exists(name); tries++)
		nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	assert_true(exists(name));
}

/* What was killed takes its time to go. */
static void wait_until_no_process_is_left(void)
{
	for (int tries = 0; tries < 6000 && any_process_left(); tries++)
		nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	assert_false(any_process_left());
}

static void interrupted_build_leaves_nothing_running(void **state)
{
	(void)state;
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	static char source[256];
	skip_without_tools();
	make_checkout("tree");
	strcpy(source, in_folder("tree"));
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		setenv("MADE_UP_WAIT", in_folder("never"), 1);
		pid_t pid = spawn((const char *const[]){hintbench_program(), "lab", "build", "--source",
		                                        source, "--name", "k", NULL});
		wait_for_file("asked.waits");
		assert_true(any_process_left());
		kill(pid, signals[i]);
		collect(pid, &ran);
		assert_status(1000 + signals[i]);
		assert_has(ran.err, "interrupted");
		wait_until_no_process_is_left();
		assert_false(exists(BUILT "k"));
		unlink(in_folder("asked.waits"));
		unsetenv("MADE_UP_WAIT");
	}
	asked();
	/* As if it had been killed in the middle of everything. */
	shell(
	    "cd cache/hintbench/build; mkdir unpack.1; touch tree-x.index.lock tree.index.lock "
	    "tree.unfinished "
	    "tree/lib/more.c; echo cut-off >tree/mm/memory.c; echo CONFIG_ODD=y >$(echo objects-*)/.config");
	build();
	assert_status(0);
	assert_false(exists(TREE "/lib/more.c"));
	assert_false(exists("cache/hintbench/build/unpack.1"));
	shell("cmp old " BUILT "k/vmlinuz && ! grep ODD " BUILT "k/config");
}

static void second_build_waits_for_the_first(void **state)
{
	(void)state;
	skip_without_tools();
	char program[PATH_MAX];
	assert_non_null(realpath(hintbench_program(), program));
	make_checkout("tree");
	make_checkout("other");
	shell("echo int x, y, savedwrite\\; >>other/mm/memory.c");
	shell("MADE_UP_WAIT=%s/go %s lab build --source tree --name one 2>one.err & :", folder, program);
	wait_for_file("asked.waits");
	shell("{ %s lab build --source other --name two 2>two.err; touch two.done; } & :", program);
	for (int tries = 0; tries < 6000 && system("true") == 0; tries++) {
		nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
		if (exists("two.err") && read_text(in_folder("two.err"), text, sizeof(text)))
			break;
	}
	assert_string_equal(text, "hintbench: waiting for another build\n");
	assert_false(exists("two.done"));
	shell("touch go");
	wait_for_file("two.done");
	read_text(in_folder("one.err"), text, sizeof(text));
	assert_has(text, "built:one is built");
	read_text(in_folder("two.err"), text, sizeof(text));
	assert_has(text, "built:two is built");
	assert_true(exists(BUILT "one/vmlinuz"));
	assert_true(exists(BUILT "two/vmlinuz"));
}

/* What is wrong on the command line of a script is told with `status`, and nothing is built. */
static void assert_refused(const char *const *arguments, const char *message, int status)
{
	const char *argv[16] = {hintbench_program(), "lab"};
	for (size_t i = 0; i < 12 && arguments[i]; i++)
		argv[i + 2] = arguments[i];
	run_argv(&ran, argv);
	assert_has(ran.err, message);
	assert_status(status);
	assert_string_equal(asked(), "");
}

static void bad_input_is_told_before_anything_is_built(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	shell("cp -r tree empty; rm empty/Makefile; echo >p; mkdir folder");
	char tree[128], empty[128], patch[128], no_patch[128];
	strcpy(tree, in_folder("tree"));
	strcpy(empty, in_folder("empty"));
	strcpy(patch, in_folder("p"));
	strcpy(no_patch, in_folder("folder"));
	const struct {
		const char *argv[12], *message;
		int status;
	} cases[] = {
	    {{"build"}, "give --source", 2},
	    {{"build", "--source", tree}, "give --name", 2},
	    {{"build", "--source", tree, "--name", "../k"}, "give --name", 2},
	    {{"build", "--source", tree, "--name", "a b"}, "give --name", 2},
	    {{"build", "--source", tree, "--name"}, "option '--name' requires an argument", 2},
	    {{"build", "--source", tree, "--colour", "red"}, "unrecognized option '--colour'", 2},
	    {{"build", "--source", "/nowhere", "--name", "k"}, "/nowhere is no kernel source tree", 2},
	    {{"build", "--source", empty, "--name", "k"}, "it has no Makefile", 2},
	    {{"build", "--source", "debian:../x", "--name", "k"}, "not of the form debian:6.1", 2},
	    {{"build", "--source", tree, "--name", "k", "--patch", "/nowhere"}, "no patch /nowhere", 2},
	    {{"build", "--source", tree, "--name", "k", "--patch", no_patch}, "no patch ", 2},
	    {{"build", "--source", tree, "--name", "k", "--kernel-config", "/nowhere"},
	     "no config /nowhere",
	     2},
	    {{"pair", "--source", tree}, "give --patch", 2},
	    {{"pair", "--patch", patch}, "give --source", 2},
	    {{"pair", "--source", tree, "--patch", "/nowhere"}, "no patch /nowhere", 2},
	    {{"pair", "--source", tree, "--patch", patch, "-c", "no-such-job"}, "no-such-job", 2},
	    {{"pair", "--source", tree, "--patch", patch, "no/such=case"}, "no/such=case", 2},
	    {{"pair", "--source", tree, "--patch", patch, "-C", "page=5k"}, "no value '5k'", 2},
	    {{"pair", "--source", tree, "--patch", patch, "units=0"}, "units=0", 2},
	    {{"pair", "--source", tree, "--patch", patch, "-o", "/proc/pair"}, "cannot write into", 2},
	    {{"bisect-step", "--tree", tree}, "give --tree DIR and --claim", 128},
	    {{"bisect-step", "--tree", tree, "--claim", "anon-stays", "--colour", "red"},
	     "unrecognized option",
	     128},
	    {{"bisect-step", "--tree", "/nowhere", "--claim", "anon-stays"},
	     "/nowhere is no kernel source tree",
	     128},
	    {{"bisect-step", "--tree", tree, "--claim", "nonsense"}, "has no claim [nonsense]", 128},
	    {{"bisect-step", "--tree", tree, "--claim", "anon-stays", "--claims", "/none"}, "/none", 128},
	    {{"bisect-step", "--tree", tree, "--claim", "anon-stays", "--kernel-config", "/none"},
	     "no config",
	     128},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_refused(cases[i].argv, cases[i].message, cases[i].status);
	setenv("XDG_CACHE_HOME", in_folder("a cache"), 1);
	build();
	assert_status(2);
	assert_has(ran.err, "no kernel compiles in a folder with a space");
}

static void missing_tool_is_named(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	shell("mkdir bin; for t in bash dirname readlink git make gcc bison bc; do ln -s $(command -v $t) "
	      "bin; done");
	char *path = strdup(getenv("PATH"));
	setenv("PATH", in_folder("bin"), 1);
	build();
	setenv("PATH", path, 1);
	free(path);
	assert_status(2);
	assert_has(ran.err, "flex is missing (Debian package flex)");
}

/* What the config alone tells to be needed. */
static void missing_compressor_is_named(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	write_whole_config(in_folder("lzo"));
	shell("echo CONFIG_KERNEL_LZO=y >>lzo; mkdir bin; for f in /usr/bin/* /bin/*; do "
	      "case $f in */lzop) ;; *) ln -sf $f bin ;; esac; done");
	char *path = strdup(getenv("PATH"));
	setenv("PATH", in_folder("bin"), 1);
	build("--kernel-config", in_folder("lzo"));
	setenv("PATH", path, 1);
	free(path);
	assert_status(2);
	assert_has(ran.err, "lzop is missing (Debian package lzop): CONFIG_KERNEL_LZO in ");
	assert_string_equal(asked(), "olddefconfig\n");
}

/* From a mirror that is an empty folder: no network is needed to find nothing there. */
static void unknown_debian_version_is_told(void **state)
{
	(void)state;
	skip_without_tools();
	if (access("/usr/share/keyrings/debian-archive-keyring.gpg", R_OK) != 0 ||
	    system("command -v apt-get depmod /sbin/depmod >/dev/null") != 0) {
		print_message("no apt, or no keys of Debian's archive\n");
		skip();
	}
	char mirror[128];
	shell("mkdir mirror");
	snprintf(mirror, sizeof(mirror), "file:%s", in_folder("mirror"));
	setenv("HINTBENCH_MIRROR", mirror, 1);
	run_lab(&ran, "build", "--source", "debian:1.2", "--name", "k");
	unsetenv("HINTBENCH_MIRROR");
	assert_status(2);
	assert_has(ran.err, "has a package linux-source-1.2\n");
	assert_has(ran.err, mirror);
	/* What is not there leaves nothing. */
	assert_false(exists("cache/hintbench/apt/bookworm"));
	setenv("HINTBENCH_MIRROR", mirror, 1);
	run_lab(&ran, "fetch", "nonsense");
	unsetenv("HINTBENCH_MIRROR");
	assert_status(2);
	assert_has(ran.err, "nonsense");
	assert_false(exists("cache/hintbench/apt/nonsense"));
	assert_string_equal(shell_line("ls cache/hintbench/kernels"), "debian-bookworm");
}

/* What is in the cache needs no mirror. */
static void cached_debian_source_needs_no_network(void **state)
{
	(void)state;
	skip_without_tools();
	make_tree("linux-source-1.2");
	shell("mkdir cache/hintbench/source; tar -cJf cache/hintbench/source/linux-source-1.2.tar.xz "
	      "linux-source-1.2");
	setenv("HINTBENCH_MIRROR", "file:/nowhere", 1);
	run_lab(&ran, "build", "--source=debian:1.2", "--name=k");
	assert_status(0);
	asked();
	run_lab(&ran, "build", "--source", "debian:1.2", "--name", "again");
	unsetenv("HINTBENCH_MIRROR");
	assert_status(0);
	assert_null(strstr(ran.err, "unpacking"));
	assert_string_equal(asked(), "");
	shell("test -z \"$(ls -d cache/hintbench/build/unpack.* 2>/dev/null)\"");
}

/* A commit that can't be compiled says nothing of the claim; a config that can't be used says so once. */
static void bisection_skips_what_does_not_compile(void **state)
{
	(void)state;
	skip_without_tools();
	make_checkout("tree");
	shell("sed -i 's/return 1;/return nowhere;/' tree/mm/memory.c; echo CONFIG_SMP=y >small");
	setenv("TMPDIR", folder, 1);
	run_lab(&ran, "bisect-step", "--tree", in_folder("tree"), "--claim", "anon-stays");
	unsetenv("TMPDIR");
	assert_status(125);
	assert_has(ran.err, "first: skip: it does not compile");
	/* Nothing was measured: no folder for it is left. */
	shell("test -z \"$(ls -d hintbench-bisect.* 2>/dev/null)\"");
	run_lab(&ran, "bisect-step", "--tree", in_folder("tree"), "--claim", "anon-stays", "--kernel-config",
	        in_folder("small"));
	assert_status(128);
	assert_has(ran.err, "lacks CONFIG_64BIT");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_kernels(kernel_is_built_and_can_be_named),
	    with_kernels(nothing_is_built_twice),
	    with_kernels(only_what_a_patch_changes_is_compiled),
	    with_kernels(kernels_of_two_configs_have_releases_of_their_own),
	    with_kernels(patch_cannot_write_outside),
	    with_kernels(link_in_a_tree_is_not_followed),
	    with_kernels(config_that_would_be_run_is_refused),
	    with_kernels(config_does_not_depend_on_what_was_built_before),
	    with_kernels(checkout_is_read_as_it_is_and_left_alone),
	    with_kernels(tree_without_git_is_built),
	    with_kernels(bytes_stay_as_they_are),
	    with_kernels(patches_come_as_mails_too),
	    with_kernels(patch_that_does_not_apply_names_its_hunk),
	    with_kernels(config_without_what_the_lab_needs_names_it),
	    with_kernels(compile_error_is_shown_with_the_logs_place),
	    with_kernels(interrupted_build_leaves_nothing_running),
	    with_kernels(second_build_waits_for_the_first),
	    with_kernels(bad_input_is_told_before_anything_is_built),
	    with_kernels(missing_tool_is_named),
	    with_kernels(missing_compressor_is_named),
	    with_kernels(unknown_debian_version_is_told),
	    with_kernels(cached_debian_source_needs_no_network),
	    with_kernels(bisection_skips_what_does_not_compile),
	};
	return cmocka_run_group_tests_name("lab build", tests, NULL, NULL);
}
