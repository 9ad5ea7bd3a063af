/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lab without a guest: what it reads, what it refuses, and what it packs. */
#include "tests/support/lab_spawn.h"

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
	assert_contains(error.text, "checksum");

	text = "ab\nhintbench-end status=0 bytes=3 sha256=" SHA256_OF_ABC " full=\n";
	assert_int_equal(marker_find(text, strlen(text), &marker), 0);
	assert_string_equal(marker.full, "");
	assert_int_equal(marker_check(text, &marker, &error), -EBADMSG);
	assert_contains(error.text, "sent 3 bytes, and 2 arrived");
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
		assert_contains(error.text, expected_error);
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
	char **arguments = lab_qemu_arguments(&boot, &three);
	assert_non_null(arguments);
	assert_true(has_argument(arguments, "node,nodeid=1,cpus=2-3,memdev=m1"));
	assert_true(has_argument(arguments, "node,nodeid=2,memdev=m2"));
	assert_true(has_argument(arguments, "dist,src=1,dst=2,val=40"));
	assert_true(has_argument(arguments, "4,sockets=2"));
	assert_true(has_argument(arguments, "1792M"));
	assert_true(has_argument(arguments, "shift=0,sleep=off"));
	assert_true(has_argument(arguments, "k,1"));
	lab_qemu_free(arguments);
}

/* What is wrong on the command line is said with status 2, before anything boots. */
static void bad_input_ends_with_status_2(void **state)
{
	(void)state;
	static struct spawned spawned;
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
	    {{"run", "--kernel", hintbench()}, "not an x86 kernel image"},
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
	    {{"fetch", "--colour"}, "no option '--colour'"},
	    {{"fetch", "../bookworm"}, "no suite '../bookworm'"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *argv[16] = {hintbench(), "lab"};
		for (size_t j = 0; j < 10 && cases[i].argv[j]; j++)
			argv[j + 2] = cases[i].argv[j];
		run_argv(&spawned, argv);
		assert_contains(spawned.err, cases[i].message);
		assert_int_equal(spawned.status, 2);
		assert_null(strstr(spawned.err, "booting"));
	}
}

static void missing_qemu_names_its_package(void **state)
{
	(void)state;
	static struct spawned spawned;
	write_tiny_kernel(in_folder("k"), "", "", 1);
	char *path = strdup(getenv("PATH"));
	setenv("PATH", folder, 1);
	run_lab(&spawned, "run", "--kernel", in_folder("k"), "-o", in_folder("out"));
	setenv("PATH", path, 1);
	free(path);
	assert_int_equal(spawned.status, 2);
	assert_contains(spawned.err, "qemu-system-x86)");
}

/*
 * Packs hintbench with a job that says `text`, by a script of the tree that the program under test comes
 * from.
 */
static size_t pack(const char *out, const char *text, char *bytes, size_t room)
{
	static struct spawned spawned;
	char program[PATH_MAX], script[PATH_MAX + 32], add[512];
	assert_non_null(realpath(hintbench(), program));
	/* TREE/build/hintbench and TREE/lab/guests/initramfs.sh */
	char *build = strrchr(strcpy(script, program), '/');
	*build = '\0';
	strcpy(strrchr(script, '/'), "/lab/guests/initramfs.sh");
	snprintf(add, sizeof(add), "/job=%s", in_folder("job"));
	write_text(in_folder("job"), text);
	run_argv(&spawned, (const char *const[]){script, out, program, "--add", add, NULL});
	assert_string_equal(spawned.err, "");
	assert_int_equal(spawned.status, 0);
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
	};
	return cmocka_run_group_tests_name("lab", tests, NULL, NULL);
}
