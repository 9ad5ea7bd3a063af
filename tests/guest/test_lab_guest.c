/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lab with guests. Most of them boot a kernel of a few bytes that says what the test wants, so that each
 * way to fail takes a second; the last tests boot a real kernel from the cache, or $HINTBENCH_TEST_KERNEL.
 */
#include "tests/support/files.h"
#include "tests/support/run.h"
#include "tests/support/tiny_kernel.h"
#include "tests/support/tiny_result.h"

#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOG "[    0.000001] "

/* A result as a guest streams it: a context, and one case. */
#define STREAM_CONTEXT                                                                                      \
	"{\"schema\": \"hintbench-result/1\", \"context\": "                                                \
	"{\"kernel\":{\"release\":\"1\",\"version\":\"1\",\"cmdline\":"                                     \
	"\"\",\"config_sha256\":null},\"machine\":{\"cpus\":2,\"nodes\":2,\"distances\":[],\"hypervisor\":" \
	"null},"                                                                                            \
	"\"clock\":\"instructions\",\"exact\":true,\"boot_id\":\"b\",\"settings\":{},\"suite\":{"           \
	"\"version\":\"1\","                                                                                \
	"\"config\":\"c\"}}, \"cases\": [\n"
#define STREAM_CASE(name)                                                                  \
	"  {\"name\":\"" name                                                              \
	"\",\"params\":{},\"status\":\"ok\",\"unit\":\"page\",\"units\":1,\"metrics\":{}," \
	"\"latency\":{}}"

static struct ran ran;
static char text[65536];

/* Boots a tiny kernel as `lab run` does. */
static void run_tiny(const char *console, const char *stream, int reset, const char *timeout)
{
	write_tiny_kernel(in_folder("k"), console, stream, reset);
	run_lab(&ran, "run", "--kernel", in_folder("k"), "-o", in_folder("out"), "--timeout", timeout);
}

static void panic_is_told_with_its_line(void **state)
{
	(void)state;
	run_tiny("1\n2\n" LOG "3\n4\n\n" LOG "no tea\n" LOG "no pot\n" LOG
	         "Kernel panic - not syncing: out of tea\n" LOG "---[ end\n",
	         "", 1, "20");
	assert_has(ran.err, "its kernel panicked before its init began: " LOG
	                    "Kernel panic - not syncing: out of tea\n");
	/* What led to it, not what follows it. */
	assert_has(ran.err, "k: the last lines of its console:\n  " LOG "3\n  4\n  " LOG "no tea\n  " LOG
	                    "no pot\n  " LOG "Kernel panic - not syncing: out of tea\nk: ");
	assert_has(ran.err, "nothing was measured");
	assert_int_equal(ran.status, 2);
	assert_int_equal(access(in_folder("out/k.json"), F_OK), -1);
	read_text(in_folder("out/k.console.log"), text, sizeof(text));
	assert_has(text, "out of tea");
}

static void hang_is_ended_and_says_how_far_it_got(void **state)
{
	(void)state;
	run_tiny("one\nso far, so good\n", "", 0, "3");
	assert_has(ran.err, "it hung before its init began, and was ended after its time limit (3 s)");
	assert_has(ran.err, "last line: so far, so good");
	assert_has(ran.err, "console:\n  one\n  so far, so good\nk: ");
	assert_int_equal(ran.status, 2);
}

static void silent_hang_never_booted(void **state)
{
	(void)state;
	run_tiny("", "", 0, "2");
	assert_has(ran.err, "it never booted: nothing on its console in 2 s");
	assert_int_equal(ran.status, 2);
}

static void silent_end_never_booted(void **state)
{
	(void)state;
	run_tiny("", "", 1, "20");
	assert_has(ran.err, "it never booted: it ended with nothing");
	assert_int_equal(ran.status, 2);
}

static void end_without_marker_is_a_failure(void **state)
{
	(void)state;
	run_tiny("guest: 6.1 has started its init\nall is well\n", "", 1, "20");
	assert_has(ran.err,
	           "it ended without saying how (no end marker); the console's last line: all is well");
	assert_int_equal(ran.status, 2);
}

/* What was measured before a panic stays, and is a result that says why it ended. */
static void measured_records_survive_a_panic(void **state)
{
	(void)state;
	write_text(in_folder("k.json"), "");
	run_tiny(LOG "Kernel panic - not syncing: half-way\n",
	         STREAM_CONTEXT STREAM_CASE("hint/a=1") "\n, " STREAM_CASE(
	             "hint/a=2") "\n,   {\"name\":\"hint/a=3",
	         1, "20");
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "what it measured before is in");
	read_text(in_folder("out/k.json"), text, sizeof(text));
	assert_has(text, "hint/a=1");
	assert_has(text, "hint/a=2");
	assert_null(strstr(text, "hint/a=3"));
	assert_has(text, "\"complete\": false");
	assert_has(text, "half-way");
	assert_int_equal(access(in_folder("out/k.json.partial"), F_OK), -1);
}

static void full_disk_is_told(void **state)
{
	(void)state;
	run_tiny(
	    "hintbench: write: No space left on device\n",
	    STREAM_CONTEXT STREAM_CASE("hint/a=1") "\n\nhintbench-end status=1 bytes=7 sha256=ab full=/tmp\n",
	    1, "20");
	assert_has(ran.err, "a disk of the guest is full (/tmp)");
	assert_int_equal(ran.status, 2);
	read_text(in_folder("out/k.json"), text, sizeof(text));
	assert_has(text, "hint/a=1");
}

static void damaged_result_is_told(void **state)
{
	(void)state;
	run_tiny("fine\n", "abc\nhintbench-end status=0 bytes=4 sha256=ab full=\n", 1, "20");
	assert_has(ran.err, "sent 4 bytes, and 3 arrived");
	assert_int_equal(ran.status, 2);
}

static void program_that_cannot_start_is_told(void **state)
{
	(void)state;
	run_tiny("sh: hintbench: not found\n", "\nhintbench-end status=127 bytes=0 sha256=none full=\n", 1,
	         "20");
	assert_has(ran.err, "could not be started");
	assert_int_equal(ran.status, 2);
}

/* What the guest sent, and what the host alone knows of it. */
static void whole_result_arrives_with_its_kernels_name(void **state)
{
	(void)state;
	run_tiny("fine\n", tiny_result_stream("hint/a=1"), 1, "20");
	assert_int_equal(ran.status, 0);
	read_text(in_folder("out/k.json"), text, sizeof(text));
	assert_has(text, "\"name\":\"k\"");
	assert_has(text, "\"config\":\"\",\"program_sha256\":\"");
	assert_null(strstr(text, "\"version\":\"guest\""));
	assert_has(text, "\"name\":\"hint/a=1\"");
	assert_has(text, "\"complete\": true}\n");
	/* With it comes of which kernel it is. */
	read_text(in_folder("out/k.origin"), text, sizeof(text));
	assert_has(text, "release 0.0.1-tiny\nimage /");
}

#define SHA256_OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define MARKED_ABC    "abc\nhintbench-end status=0 bytes=3 sha256=" SHA256_OF_ABC " full=\n"

static void what_is_no_result_is_told(void **state)
{
	(void)state;
	run_tiny("fine\n", MARKED_ABC, 1, "20");
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "k: FAILED");
	assert_int_equal(access(in_folder("out/k.json"), F_OK), -1);
}

static void kernel_warning_keeps_the_result(void **state)
{
	(void)state;
	run_tiny(LOG "WARNING: CPU: 1 PID: 7 at mm/memory.c:1\n", tiny_result_stream("hint/a=1"), 1, "20");
	assert_has(ran.err, "its kernel complained");
	assert_null(strstr(ran.err, "the last lines"));
	assert_int_equal(ran.status, 1);
	read_text(in_folder("out/k.json"), text, sizeof(text));
	assert_has(text, "hint/a=1");
}

/* A result of an earlier boot must not pass for one of a boot that brought nothing. */
static void stale_result_is_moved_away(void **state)
{
	(void)state;
	mkdir(in_folder("out"), 0700);
	write_text(in_folder("out/k.json"), "old");
	run_tiny("x\n", "", 1, "20");
	assert_int_equal(access(in_folder("out/k.json"), F_OK), -1);
	read_text(in_folder("out/k.json.old"), text, sizeof(text));
	assert_string_equal(text, "old");
}

/* One guest fails; the other's result is there all the same. */
static void failure_costs_one_guest_alone(void **state)
{
	(void)state;
	write_tiny_kernel(in_folder("good"), "fine\n", tiny_result_stream("hint/a=1"), 1);
	write_tiny_kernel(in_folder("bad"), LOG "Kernel panic - not syncing: no\n", "", 1);
	run_lab(&ran, "run", "--kernel", in_folder("bad"), "--kernel", in_folder("good"), "-o",
	        in_folder("out"));
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "bad: FAILED");
	assert_has(ran.err, "good: done");
	read_text(in_folder("out/good.json"), text, sizeof(text));
	assert_has(text, "hint/a=1");
}

/* The process of a QEMU that writes into the test's folder; 0 where none runs. */
static pid_t qemu_process(void)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	pid_t found = 0;
	assert_non_null(processes);
	while ((entry = readdir(processes))) {
		char path[300], line[8192];
		snprintf(path, sizeof(path), "/proc/%s/cmdline", entry->d_name);
		FILE *file = fopen(path, "r");
		size_t length = file ? fread(line, 1, sizeof(line), file) : 0;
		if (file)
			fclose(file);
		if (length > 18 && strncmp(line, "qemu-system-x86_64", 18) == 0 &&
		    memmem(line, length, folder, strlen(folder)))
			found = atoi(entry->d_name);
	}
	closedir(processes);
	return found;
}

static int qemu_runs(void)
{
	return qemu_process() != 0;
}

/* The hanging guest has written all that it will: what it sends goes into this file. */
static int case_arrived(void)
{
	if (access(in_folder("out/k.json.partial"), F_OK) != 0)
		return 0;
	read_text(in_folder("out/k.json.partial"), text, sizeof(text));
	return strstr(text, "hint/a=1\"") != NULL;
}

/* However busy the machine is: what does not come at all shows after some minutes. */
static void wait_until(int (*told)(void), int wanted)
{
	for (int tries = 0; tries < 6000 && told() != wanted; tries++)
		nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	assert_int_equal(told(), wanted);
}

/* hintbench with a guest that hangs; a test that fails before it ended leaves it to its tear-down. */
static pid_t hanging;

static int end_hanging(void **state)
{
	if (hanging > 0)
		kill(hanging, SIGKILL);
	hanging = 0;
	return tear_down_folder(state);
}

static pid_t start_hanging(void)
{
	static char kernel[128], out[128];
	write_tiny_kernel(in_folder("k"), "up\n", STREAM_CONTEXT STREAM_CASE("hint/a=1") "\n", 0);
	strcpy(kernel, in_folder("k"));
	strcpy(out, in_folder("out"));
	pid_t pid = spawn(
	    (const char *const[]){hintbench_program(), "lab", "run", "--kernel", kernel, "-o", out, NULL});
	hanging = pid;
	wait_until(case_arrived, 1);
	return pid;
}

static void ctrl_c_ends_the_guests_and_keeps_results(void **state)
{
	(void)state;
	pid_t pid = start_hanging();
	/* While it is here: all its threads share one processor, without which boots differ. */
	cpu_set_t cpus;
	assert_true(sched_getaffinity(qemu_process(), sizeof(cpus), &cpus) > -1);
	assert_int_equal(CPU_COUNT(&cpus), 1);
	kill(pid, SIGINT);
	collect(pid, &ran);
	hanging = 0;
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "interrupted");
	wait_until(qemu_runs, 0);
	read_text(in_folder("out/k.json"), text, sizeof(text));
	assert_has(text, "hint/a=1");
}

static void guests_die_with_hintbench(void **state)
{
	(void)state;
	pid_t pid = start_hanging();
	kill(pid, SIGKILL);
	collect(pid, &ran);
	hanging = 0;
	assert_int_equal(ran.status, 1000 + SIGKILL);
	wait_until(qemu_runs, 0);
	read_text(in_folder("out/k.json.partial"), text, sizeof(text));
	assert_has(text, "hint/a=1");
}

/* A real kernel for --kernel: as asked for, or the first in the cache. NULL where there is none. */
static const char *real_kernel(void)
{
	static char spec[300];
	static const char *const suites[] = {"bookworm", "bookworm-backports", "bullseye"};
	const char *asked = getenv("HINTBENCH_TEST_KERNEL");
	if (asked)
		return asked;
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		struct ran *listed = &ran;
		snprintf(spec, sizeof(spec), "debian:%s ", suites[i]);
		run_lab(listed, "list");
		if (strstr(listed->out, spec)) {
			spec[strlen(spec) - 1] = '\0';
			return spec;
		}
	}
	return NULL;
}

static void real_guest_brings_output_and_status_back_exactly(void **state)
{
	(void)state;
	const char *kernel = real_kernel();
	if (!kernel)
		skip();
	/*
	 * All that the recipe promises: nodes, processors, tracepoints, scratch disks; the kernel's log tells its time.
	 */
	const char *command =
	    "cat /sys/devices/system/node/online /sys/devices/system/cpu/online; "
	    "ls -d /sys/kernel/debug/tracing/events/exceptions; grep -c ' /scratch/' /proc/mounts; "
	    "hintbench --version; dmesg; exit 7";
	char first[65536];
	run_lab(&ran, "exec", "--modules", "--kernel", kernel, "-o", in_folder("one"), "--", command);
	assert_int_equal(ran.status, 7);
	assert_memory_equal(ran.out, "0-1\n0-1\n/sys/kernel/debug/tracing/events/exceptions\n2\nhintbench ",
	                    62);
	assert_has(ran.out, "Linux version");
	strcpy(first, ran.out);
	run_lab(&ran, "exec", "--modules", "--kernel", kernel, "-o", in_folder("two"), "--", command);
	assert_string_equal(first, ran.out);
}

static void real_guest_that_panics(void **state)
{
	(void)state;
	const char *kernel = real_kernel();
	if (!kernel)
		skip();
	run_lab(&ran, "exec", "--kernel", kernel, "-o", in_folder("out"), "--", "echo before; sleep 1;",
	        "echo c >/proc/sysrq-trigger");
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "Kernel panic - not syncing: sysrq triggered crash");
	assert_has(ran.out, "before");
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, set_up_folder, tear_down_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_folder(panic_is_told_with_its_line),
	    in_a_folder(hang_is_ended_and_says_how_far_it_got),
	    in_a_folder(silent_hang_never_booted),
	    in_a_folder(silent_end_never_booted),
	    in_a_folder(end_without_marker_is_a_failure),
	    in_a_folder(measured_records_survive_a_panic),
	    in_a_folder(full_disk_is_told),
	    in_a_folder(damaged_result_is_told),
	    in_a_folder(program_that_cannot_start_is_told),
	    in_a_folder(whole_result_arrives_with_its_kernels_name),
	    in_a_folder(what_is_no_result_is_told),
	    in_a_folder(kernel_warning_keeps_the_result),
	    in_a_folder(stale_result_is_moved_away),
	    in_a_folder(failure_costs_one_guest_alone),
	    cmocka_unit_test_setup_teardown(ctrl_c_ends_the_guests_and_keeps_results, set_up_folder,
	                                    end_hanging),
	    cmocka_unit_test_setup_teardown(guests_die_with_hintbench, set_up_folder, end_hanging),
	    in_a_folder(real_guest_brings_output_and_status_back_exactly),
	    in_a_folder(real_guest_that_panics),
	};
	return cmocka_run_group_tests_name("lab with guests", tests, NULL, NULL);
}
