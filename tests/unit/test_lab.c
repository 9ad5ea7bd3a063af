/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lab without a guest: what it reads, what it refuses, and what it packs. */
#include "tests/support/files.h"
#include "tests/support/run.h"
#include "tests/support/tiny_kernel.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/guests/arguments.h"
#include "lab/guests/boot.h"
#include "lab/guests/console.h"
#include "lab/guests/marker.h"
#include "lab/guests/qemu.h"
#include "lab/kernels/kernel.h"

static void scan(const char *text, struct console_report *report)
{
	console_scan(text, strlen(text), report);
}

static void console_finds_a_panic(void **state)
{
	(void)state;
	struct console_report report;
	scan("[    0.100000] hello\n[    1.234567] Kernel panic - not syncing: sysrq\r\n[    1.3]---\n\n",
	     &report);
	assert_string_equal(report.panic_line, "[    1.234567] Kernel panic - not syncing: sysrq");
	assert_string_equal(report.warning_line, "");
	assert_string_equal(report.last_line, "[    1.3]---");
}

static void console_finds_each_warning(void **state)
{
	(void)state;
	static const char *const lines[] = {
	    "[    1.000000] WARNING: CPU: 0 PID: 1 at mm/memory.c:1",
	    "[    1.000000] BUG: kernel NULL pointer dereference",
	    "[   10.000000] Oops: 0002 [#1] PREEMPT SMP",
	    "[    1.000000][    T1] Call Trace:",
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct console_report report;
		scan(lines[i], &report);
		assert_string_equal(report.warning_line, lines[i]);
		assert_string_equal(report.panic_line, "");
	}
}

static void console_keeps_the_lines_that_lead_to_the_end(void **state)
{
	(void)state;
	struct console_report report;
	scan("a\n\nb\r\nc", &report);
	assert_int_equal(report.last_count, 3);
	assert_string_equal(report.last_lines[0], "a");
	assert_string_equal(report.last_lines[1], "b");
	assert_string_equal(report.last_lines[2], "c");
	assert_false(report.has_init);
	scan("1\n2\nhintbench guest: 6.1 has started its init\n4\n5\n6\n"
	     "[    1.234567] Kernel panic - no\n7\n",
	     &report);
	assert_int_equal(report.last_count, CONSOLE_LAST_LINES);
	assert_string_equal(report.last_lines[0], "hintbench guest: 6.1 has started its init");
	assert_string_equal(report.last_lines[4], "[    1.234567] Kernel panic - no");
	assert_string_equal(report.last_line, "7");
	assert_true(report.has_init);
}

static void console_believes_only_the_kernel(void **state)
{
	(void)state;
	struct console_report report;
	scan("WARNING: written by a program\nKernel panic, says a program\n[12] BUG: nor is this a time "
	     "stamp\n",
	     &report);
	assert_string_equal(report.warning_line, "");
	assert_string_equal(report.panic_line, "");
	scan("half a line of a program[    2.000001] WARNING: CPU: 1\n", &report);
	assert_string_equal(report.warning_line, "[    2.000001] WARNING: CPU: 1");
}

static void console_may_be_empty_or_binary(void **state)
{
	(void)state;
	struct console_report report;
	console_scan(NULL, 0, &report);
	assert_string_equal(report.last_line, "");
	console_scan("\n\r\n", 3, &report);
	assert_string_equal(report.last_line, "");
	console_scan("a\0\033b", 4, &report);
	assert_string_equal(report.last_line, "a??b");
}

#define SHA256_OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void marker_is_found_and_checked(void **state)
{
	(void)state;
	struct marker marker;
	struct error error;
	const char *text = "abc\nhintbench-end status=3 bytes=3 sha256=" SHA256_OF_ABC " full=/tmp,/run\n";
	assert_int_equal(marker_find(text, strlen(text), &marker), 0);
	assert_int_equal(marker.status, 3);
	assert_int_equal(marker.body_bytes, 3);
	assert_string_equal(marker.full, "/tmp,/run");
	assert_int_equal(marker_check(text, &marker, &error), 0);

	char changed[256];
	strcpy(changed, text);
	changed[1] = 'B';
	assert_int_equal(marker_check(changed, &marker, &error), -EBADMSG);
	assert_has(error.text, "checksum");

	/* A guest's text may not steer the terminal that it is shown on. */
	text = "\nhintbench-end status=0 bytes=0 sha256=none full=/tmp\033[2J\n";
	assert_int_equal(marker_find(text, strlen(text), &marker), 0);
	assert_string_equal(marker.full, "/tmp?[2J");

	text = "ab\nhintbench-end status=0 bytes=3 sha256=" SHA256_OF_ABC " full=\n";
	assert_int_equal(marker_find(text, strlen(text), &marker), 0);
	assert_string_equal(marker.full, "");
	assert_int_equal(marker_check(text, &marker, &error), -EBADMSG);
	assert_has(error.text, "sent 3 bytes, and 2 arrived");
}

static void marker_must_be_whole(void **state)
{
	(void)state;
	struct marker marker;
	static const char *const not_markers[] = {
	    "",
	    "abc\n",
	    "abc\nhintbench-end status=0 bytes=3 sha256=ab full=", /* cut off before its newline */
	    "abc\nhintbench-end status=0 bytes=3 sha256=ab\n",
	    "abc hintbench-end status=0 bytes=3 sha256=ab full=\n",
	};
	for (size_t i = 0; i < sizeof(not_markers) / sizeof(not_markers[0]); i++)
		assert_int_equal(marker_find(not_markers[i], strlen(not_markers[i]), &marker), -ENOENT);
}

static void last_marker_counts(void **state)
{
	(void)state;
	struct marker marker;
	const char *text = "\nhintbench-end status=0 bytes=0 sha256=none full=\n"
	                   "\nhintbench-end status=9 bytes=0 sha256=none full=\n";
	assert_int_equal(marker_find(text, strlen(text), &marker), 0);
	assert_int_equal(marker.status, 9);
}

static void parse(const char *spec_format, struct lab_kernel *kernel, int expected_err,
                  const char *expected_error)
{
	char spec[512];
	struct error error = {0};
	snprintf(spec, sizeof(spec), spec_format, folder);
	assert_int_equal(lab_kernel_parse(spec, kernel, &error), expected_err);
	if (expected_error)
		assert_has(error.text, expected_error);
}

static void kernel_spec_is_read(void **state)
{
	(void)state;
	struct lab_kernel kernel;
	write_tiny_kernel(in_folder("vmlinuz-1"), "", "", 1);
	write_text(in_folder("config-0.0.1-tiny"), "");
	mkdir(in_folder("modules"), 0700);
	write_text(in_folder("modules/modules.dep"), "");

	parse("%s/vmlinuz-1", &kernel, 0, NULL);
	assert_string_equal(kernel.name, "vmlinuz-1");
	assert_string_equal(kernel.release, "0.0.1-tiny");
	assert_string_equal(kernel.config_path, in_folder("config-0.0.1-tiny"));
	assert_string_equal(kernel.modules_path, "");

	parse("%s/vmlinuz-1,name=a.b_c+d-1", &kernel, 0, NULL);
	assert_string_equal(kernel.name, "a.b_c+d-1");
	char spec[512];
	snprintf(spec, sizeof(spec), "%s/vmlinuz-1,name=x,modules=%s/modules", folder, folder);
	assert_int_equal(lab_kernel_parse(spec, &kernel, NULL), 0);
	assert_string_equal(kernel.modules_path, in_folder("modules"));
}

static void kernel_of_a_build_tree_brings_its_config(void **state)
{
	(void)state;
	struct lab_kernel kernel;
	mkdir(in_folder("arch"), 0700);
	mkdir(in_folder("arch/x86"), 0700);
	mkdir(in_folder("arch/x86/boot"), 0700);
	write_tiny_kernel(in_folder("arch/x86/boot/bzImage"), "", "", 1);
	write_text(in_folder(".config"), "CONFIG_NUMA=y\n");
	parse("%s/arch/x86/boot/bzImage", &kernel, 0, NULL);
	assert_int_equal(access(kernel.config_path, R_OK), 0);
	assert_string_equal(kernel.name, "bzImage");
}

static void cached_kernel_is_found_by_suite(void **state)
{
	(void)state;
	struct lab_kernel kernel;
	setenv("XDG_CACHE_HOME", folder, 1);
	mkdir(in_folder("hintbench"), 0700);
	mkdir(in_folder("hintbench/kernels"), 0700);
	mkdir(in_folder("hintbench/kernels/debian-some"), 0700);
	write_tiny_kernel(in_folder("hintbench/kernels/debian-some/vmlinuz"), "", "", 1);
	parse("debian:some", &kernel, 0, NULL);
	assert_string_equal(kernel.name, "debian-some");
	parse("debian:other", &kernel, -ENOENT, "hintbench lab fetch other");
	parse("debian:../some", &kernel, -EINVAL, "cannot be a kernel's name");
	unsetenv("XDG_CACHE_HOME");
}

/* built:NAME is a link that `lab build` made; its result is NAME's. */
static void built_kernel_is_found_by_name(void **state)
{
	(void)state;
	struct lab_kernel kernel;
	setenv("XDG_CACHE_HOME", folder, 1);
	mkdir(in_folder("hintbench"), 0700);
	mkdir(in_folder("hintbench/kernels"), 0700);
	mkdir(in_folder("hintbench/built"), 0700);
	mkdir(in_folder("hintbench/built/1"), 0700);
	assert_int_equal(symlink("../built/1", in_folder("hintbench/kernels/built-mine")), 0);
	write_tiny_kernel(in_folder("hintbench/built/1/vmlinuz"), "", "", 1);
	write_text(in_folder("hintbench/built/1/config"), "");
	parse("built:mine", &kernel, 0, NULL);
	assert_string_equal(kernel.name, "mine");
	assert_string_equal(kernel.release, "0.0.1-tiny");
	assert_string_equal(kernel.config_path, in_folder("hintbench/kernels/built-mine/config"));
	assert_string_equal(kernel.modules_path, "");
	parse("built:mine,name=other", &kernel, 0, NULL);
	assert_string_equal(kernel.name, "other");
	parse("built:yours", &kernel, -ENOENT, "hintbench lab build --source … --name yours`");
	parse("built:../mine", &kernel, -EINVAL, "cannot be a kernel's name");
	parse("built:", &kernel, -EINVAL, "cannot be a kernel's name");
	unsetenv("XDG_CACHE_HOME");
}

static void bad_kernel_specs_are_refused(void **state)
{
	(void)state;
	struct lab_kernel kernel;
	write_tiny_kernel(in_folder("k"), "", "", 1);
	parse("", &kernel, -EINVAL, "needs a path");
	parse("%s/missing", &kernel, -ENOENT, "No such file");
	parse("%s", &kernel, -ENOEXEC, "not a file");
	parse("%s/k,colour=red", &kernel, -EINVAL, "colour=red");
	parse("%s/k,name=../up", &kernel, -EINVAL, "letters, digits");
	parse("%s/k,name=", &kernel, -EINVAL, "letters, digits");
	parse("%s/k,modules=/", &kernel, -ENOENT, "modules.dep");
	write_text(in_folder("text"), "This is no kernel.\n");
	parse("%s/text", &kernel, -ENOEXEC, "not an x86 kernel image");
}

static bool has_argument(char **arguments, const char *wanted)
{
	for (; *arguments; arguments++) {
		if (strcmp(*arguments, wanted) == 0)
			return true;
	}
	return false;
}

static void topology_becomes_qemu_arguments(void **state)
{
	(void)state;
	const struct lab_topology three = {
	    .nodes = 3,
	    .node = {{2, 512}, {2, 1024}, {0, 256}},
	    .distance = {{10, 21, 40}, {21, 10, 40}, {40, 40, 10}},
	};
	struct lab_boot boot = {.arch = &lab_x86, .image_path = "k,1"};
	struct arguments list = {0};
	lab_qemu_arguments(&list, &boot, &three);
	assert_false(list.failed);
	char **arguments = list.words;
	assert_true(has_argument(arguments, "node,nodeid=1,cpus=2-3,memdev=m1"));
	assert_true(has_argument(arguments, "node,nodeid=2,memdev=m2"));
	assert_true(has_argument(arguments, "dist,src=1,dst=2,val=40"));
	assert_true(has_argument(arguments, "4,sockets=2"));
	assert_true(has_argument(arguments, "1792M"));
	assert_true(has_argument(arguments, "shift=0,sleep=off"));
	assert_true(has_argument(arguments, "k,1"));
	arguments_free(&list);
}

/* What is wrong on the command line is said with status 2, before anything boots. */
static void bad_input_ends_with_status_2(void **state)
{
	(void)state;
	static struct ran ran;
	char kernel[128], named[160];
	write_tiny_kernel(in_folder("k"), "booted\n", "", 1);
	write_text(in_folder("file"), "");
	strcpy(kernel, in_folder("k"));
	snprintf(named, sizeof(named), "%s,name=k", kernel);
	char out[128], under_file[128];
	strcpy(out, in_folder("out"));
	strcpy(under_file, in_folder("file/under"));

	const struct {
		const char *argv[10], *message;
	} cases[] = {
	    {{"run"}, "which kernel"},
	    {{"run", "--kernel", "/nowhere/vmlinuz"}, "/nowhere/vmlinuz: No such file"},
	    {{"run", "--kernel", hintbench_program()}, "not an x86 kernel image"},
	    {{"run", "--kernel", kernel, "--colour", "red"}, "colour"},
	    {{"run", "--kernel", kernel, "--kernel", named, "-o", out}, "two kernels are named 'k'"},
	    {{"run", "--kernel", kernel, "-o", in_folder("file/under")},
	     "cannot write into the output folder"},
	    {{"run", "--kernel", kernel, "-o", "/proc/hintbench"}, "cannot write into the output folder"},
	    {{"run", "--kernel", kernel, "-o", out, "-c", "/nowhere.ini"}, "no file '/nowhere.ini'"},
	    {{"run", "--kernel", kernel, "-o", out, "--timeout", "0"}, "--timeout: '0'"},
	    {{"run", "--kernel", kernel, "-o", out, "--timeout", "5s"}, "--timeout: '5s'"},
	    {{"run", "--kernel", kernel, "-o", out, "--memory", "12"}, "--memory: '12'"},
	    {{"exec", "--kernel", kernel, "-o", out}, "which command"},
	    {{"exec", "--kernel", kernel, "--kernel", "debian:none", "--", "true"}, "lab fetch none"},
	    {{"fly"}, "no command 'lab fly'"},
	    {{"fetch"}, "name the suites"},
	    {{"fetch", "--colour"}, "unrecognized option '--colour'"},
	    {{"fetch", "../bookworm"}, "no suite '../bookworm'"},
	    {{"fetch", "bookworm", "-x"}, "invalid option"},
	    {{"fetch", "--source", "6.1/../.."}, "no version '6.1/../..'"},
	    {{"fetch", "--mirror", "a b", "bookworm"}, "'a b' is no address"},
	    {{"sysroot"}, "which processor?"},
	    {{"sysroot", "--arch", "x86"}, "can't be built for x86"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *argv[16] = {hintbench_program(), "lab"};
		for (size_t j = 0; j < 10 && cases[i].argv[j]; j++)
			argv[j + 2] = cases[i].argv[j];
		run_argv(&ran, argv);
		assert_has(ran.err, cases[i].message);
		assert_int_equal(ran.status, 2);
		assert_null(strstr(ran.err, "booting"));
	}
}

static void missing_qemu_names_its_package(void **state)
{
	(void)state;
	static struct ran ran;
	write_tiny_kernel(in_folder("k"), "", "", 1);
	char *path = strdup(getenv("PATH"));
	setenv("PATH", folder, 1);
	run_lab(&ran, "run", "--kernel", in_folder("k"), "-o", in_folder("out"));
	setenv("PATH", path, 1);
	free(path);
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "qemu-system-x86)");
}

/* The script that packs guests, of the tree that the program under test comes from: TREE/build/hintbench. */
static const char *packing_script(void)
{
	static char script[PATH_MAX + 32];
	assert_non_null(realpath(hintbench_program(), script));
	*strrchr(script, '/') = '\0';
	strcpy(strrchr(script, '/'), "/lab/guests/initramfs.sh");
	return script;
}

/* Packs hintbench and a file of the test's folder, which becomes `guest_path`. */
static struct ran *pack_file(const char *out, const char *file, const char *guest_path)
{
	static struct ran ran;
	char program[PATH_MAX];
	assert_non_null(realpath(hintbench_program(), program));
	run_argv(&ran,
	         (const char *const[]){packing_script(), out, program, guest_path, in_folder(file), NULL});
	return &ran;
}

/* Packs hintbench with a job that says `text`. */
static size_t pack(const char *out, const char *text, char *bytes, size_t room)
{
	write_text(in_folder("job"), text);
	struct ran *ran = pack_file(out, "job", "/job");
	assert_string_equal(ran->err, "");
	assert_int_equal(ran->status, 0);
	return read_text(out, bytes, room);
}

static void initramfs_is_the_same_bytes_twice(void **state)
{
	(void)state;
	enum { ROOM = 64 << 20 };
	char *one = malloc(ROOM), *two = malloc(ROOM);
	assert_non_null(one);
	assert_non_null(two);
	size_t one_bytes = pack(in_folder("1.cpio"), "true\n", one, ROOM);
	/* Another second, and another mask of permissions. */
	sleep(1);
	mode_t mask = umask(077);
	size_t two_bytes = pack(in_folder("2.cpio"), "true\n", two, ROOM);
	umask(mask);
	assert_in_range(one_bytes, 1 << 20, ROOM - 2);
	assert_int_equal(one_bytes, two_bytes);
	assert_memory_equal(one, two, one_bytes);
	pack(in_folder("3.cpio"), "fals\n", two, ROOM);
	assert_memory_not_equal(one, two, one_bytes);
	free(one);
	free(two);
}

/* A file of the guest lies in the guest. */
static void path_outside_the_guest_is_refused(void **state)
{
	(void)state;
	static const char *const paths[] = {
	    "/../victim", "/boot/config-../../../victim", "victim", "/bin/../../victim", "//x", "/."};
	write_text(in_folder("victim"), "unhurt");
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct ran *ran = pack_file(in_folder("1.cpio"), "victim", paths[i]);
		assert_int_equal(ran->status, 2);
		assert_has(ran->err, "is no path for a guest's file");
	}
}

/* Packs hintbench with the modules in the test's folder, whose modules.dep says `text`. */
static struct ran *pack_modules(const char *text)
{
	mkdir(in_folder("modules"), 0700);
	write_text(in_folder("modules/modules.dep"), text);
	write_text(in_folder("job"), "true");
	setenv("LAB_MODULES", in_folder("modules"), 1);
	struct ran *ran = pack_file(in_folder("1.cpio"), "job", "/job");
	unsetenv("LAB_MODULES");
	return ran;
}

/* The names in modules.dep are a stranger's: nothing of the host gets into the guest by them. */
static void module_outside_its_folder_is_refused(void **state)
{
	(void)state;
	static const char *const listed[] = {
	    "../secret/brd.ko:\n",   "kernel/brd.ko: ../secret/other.ko\n", "kernel/brd.ko: /etc/passwd\n",
	    "kernel/link/brd.ko:\n", "kernel/brd.ko: kernel/$(x).ko\n",
	};
	mkdir(in_folder("secret"), 0700);
	mkdir(in_folder("modules"), 0700);
	mkdir(in_folder("modules/kernel"), 0700);
	write_text(in_folder("secret/brd.ko"), "secret");
	write_text(in_folder("secret/other.ko"), "secret");
	write_text(in_folder("modules/kernel/brd.ko"), "module");
	assert_int_equal(symlink("../../secret", in_folder("modules/kernel/link")), 0);
	for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++) {
		struct ran *ran = pack_modules(listed[i]);
		if (ran->status != 2)
			fail_msg("%s was packed", listed[i]);
		assert_has(ran->err, "which is no module in that folder");
	}
}

static void modules_that_need_each_other_are_packed_once(void **state)
{
	(void)state;
	mkdir(in_folder("modules"), 0700);
	mkdir(in_folder("modules/kernel"), 0700);
	write_text(in_folder("modules/kernel/brd.ko"), "module");
	write_text(in_folder("modules/kernel/loop.ko"), "module");
	struct ran *ran = pack_modules("kernel/brd.ko: kernel/loop.ko\nkernel/loop.ko: kernel/brd.ko\n");
	assert_string_equal(ran->err, "");
	assert_int_equal(ran->status, 0);
}

/* Whoever made an image chose what it says: a path as its release once named a file that was then written. */
static void release_that_leads_elsewhere_is_refused(void **state)
{
	(void)state;
	static struct ran ran;
	char release[128], text[16];
	write_text(in_folder("victim"), "unhurt");
	write_text(in_folder("config"), "CONFIG_NUMA=y\n");
	/* From ROOT/boot/config-.. up to the folder of all temporary files. */
	snprintf(release, sizeof(release), "../../../../%s/victim", strrchr(folder, '/') + 1);
	write_kernel_of_release(in_folder("k"), release);
	run_lab(&ran, "run", "--kernel", in_folder("k"), "-o", in_folder("out"));
	read_text(in_folder("victim"), text, sizeof(text));
	assert_string_equal(text, "unhurt");
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "is refused: the release that it tells is none");
	write_kernel_of_release(in_folder("k"), "6.1\033[2J");
	run_lab(&ran, "run", "--kernel", in_folder("k"), "-o", in_folder("out"));
	assert_int_equal(ran.status, 2);
	assert_null(strchr(ran.err, '\033'));
}

static void releases_are_told_from_paths(void **state)
{
	(void)state;
	static const char *const good[] = {
	    "6.1.0-56-cloud-amd64", "6.12.95+deb12-cloud-arm64", "7.3~rc1", "5.10_x",
	    "0123456789012345678901234567890123456789012345678901234567890123"};
	static const char *const bad[] = {
	    "",      ".",         "..",
	    "../x",  "6.1/x",     "-6",
	    "+6",    "6 1",       "6\n",
	    "6\x7f", "6\xc3\xa9", "01234567890123456789012345678901234567890123456789012345678901234"};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(lab_release_is_safe(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(lab_release_is_safe(bad[i]));
}

static void arguments_find_room(void **state)
{
	(void)state;
	struct arguments arguments = {0};
	for (int i = 0; i < 1000; i++)
		arguments_add(&arguments, "%d", i);
	assert_false(arguments.failed);
	assert_int_equal(arguments.count, 1000);
	assert_string_equal(arguments.words[999], "999");
	assert_null(arguments.words[1000]);
	arguments_free(&arguments);
}

/* A stand-in for QEMU, since what matters is only that a process runs: it ends when the file `go` is there. */
static void write_waiting_program(void)
{
	char text[512];
	snprintf(text, sizeof(text), "#!/bin/sh\nuntil test -e %s/go; do sleep 0.05; done\n", folder);
	write_text(in_folder("waits"), text);
	chmod(in_folder("waits"), 0755);
}

/* For three boots, of which the second finds no file descriptor left when it is to be started. */
static int starve_the_second(size_t index, enum lab_moment moment, void *context)
{
	static struct rlimit before;
	struct rlimit none = {.rlim_cur = 0};
	(void)context;
	if (index == 1 && moment == LAB_BEFORE_BOOT) {
		getrlimit(RLIMIT_NOFILE, &before);
		none.rlim_max = before.rlim_max;
		setrlimit(RLIMIT_NOFILE, &none);
	} else if (index == 1) {
		setrlimit(RLIMIT_NOFILE, &before);
	} else if (index == 2 && moment == LAB_BEFORE_BOOT) {
		write_text(in_folder("go"), "");
	}
	return 0;
}

static void guest_that_cannot_start_leaves_the_others_alone(void **state)
{
	(void)state;
	static struct lab_boot boots[3];
	struct lab_arch arch = lab_x86;
	struct error error = {""};
	char program[256];
	write_waiting_program();
	arch.qemu = strcpy(program, in_folder("waits"));
	for (size_t i = 0; i < 3; i++) {
		boots[i] = (struct lab_boot){.arch = &arch};
		strcpy(boots[i].error_path, in_folder("stderr"));
	}
	assert_int_equal(lab_boot_all(boots, 3, &lab_two_nodes, 60, 3, starve_the_second, NULL, &error), 0);
	assert_has(boots[1].start_error.text, "Too many open files");
	for (size_t i = 0; i < 3; i += 2) {
		assert_string_equal(boots[i].start_error.text, "");
		assert_false(boots[i].interrupted);
		assert_false(boots[i].timed_out);
		assert_int_equal(boots[i].qemu_status, 0);
	}
}

/*
 * Signals that hintbench takes care of itself must end what it starts: here what packs a guest, told by its last
 * program.
 */
static void packing_can_be_interrupted(void **state)
{
	(void)state;
	static struct ran ran;
	char text[512], path[PATH_MAX + 100], before[PATH_MAX];
	write_tiny_kernel(in_folder("k"), "", "", 1);
	/* bash: dash unblocks all signals when it starts. */
	snprintf(text, sizeof(text),
	         "#!/bin/bash\ngrep SigBlk /proc/self/status >%s/blocked\ncat >/dev/null\n", folder);
	write_text(in_folder("cpio"), text);
	write_text(in_folder("qemu-system-x86_64"), "#!/bin/sh\n");
	chmod(in_folder("cpio"), 0755);
	chmod(in_folder("qemu-system-x86_64"), 0755);
	snprintf(before, sizeof(before), "%s", getenv("PATH"));
	snprintf(path, sizeof(path), "%s:%s", folder, before);
	setenv("PATH", path, 1);
	run_lab(&ran, "run", "--kernel", in_folder("k"), "-o", in_folder("out"));
	setenv("PATH", before, 1);
	assert_has(ran.err, "it never booted");
	read_text(in_folder("blocked"), text, sizeof(text));
	assert_int_equal(strtoull(text + strlen("SigBlk:"), NULL, 16), 0);
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, set_up_folder, tear_down_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(console_finds_a_panic),
	    cmocka_unit_test(console_finds_each_warning),
	    cmocka_unit_test(console_keeps_the_lines_that_lead_to_the_end),
	    cmocka_unit_test(console_believes_only_the_kernel),
	    cmocka_unit_test(console_may_be_empty_or_binary),
	    cmocka_unit_test(marker_is_found_and_checked),
	    cmocka_unit_test(marker_must_be_whole),
	    cmocka_unit_test(last_marker_counts),
	    in_a_folder(kernel_spec_is_read),
	    in_a_folder(kernel_of_a_build_tree_brings_its_config),
	    in_a_folder(cached_kernel_is_found_by_suite),
	    in_a_folder(built_kernel_is_found_by_name),
	    in_a_folder(bad_kernel_specs_are_refused),
	    cmocka_unit_test(topology_becomes_qemu_arguments),
	    in_a_folder(bad_input_ends_with_status_2),
	    in_a_folder(missing_qemu_names_its_package),
	    in_a_folder(initramfs_is_the_same_bytes_twice),
	    in_a_folder(path_outside_the_guest_is_refused),
	    in_a_folder(module_outside_its_folder_is_refused),
	    in_a_folder(modules_that_need_each_other_are_packed_once),
	    in_a_folder(release_that_leads_elsewhere_is_refused),
	    cmocka_unit_test(releases_are_told_from_paths),
	    cmocka_unit_test(arguments_find_room),
	    in_a_folder(guest_that_cannot_start_leaves_the_others_alone),
	    in_a_folder(packing_can_be_interrupted),
	};
	return cmocka_run_group_tests_name("lab", tests, NULL, NULL);
}
