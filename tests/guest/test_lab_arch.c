/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests of another processor, as far as that goes without booting one. */
#include "tests/support/cmocka_all.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "lab/guests/qemu.h"
#include "lab/kernels/cache.h"
#include "lab/kernels/image.h"
#include "lab/kernels/kernel.h"
#include "tests/support/files.h"
#include "tests/support/run.h"
#include "tests/support/tiny_kernel.h"

enum { IMAGE_BYTES = 200000, BANNER_AT = 131060 };

/* The head of an arm64 Image, and its banner, across the blocks that a reader takes. */
static const unsigned char *arm64_image(const char *banner)
{
	static unsigned char image[IMAGE_BYTES];
	memset(image, 'x', sizeof(image));
	memcpy(image + 0x38, "ARM\x64", 4);
	/* A format string that only looks like it stands before it. */
	strcpy((char *)image + 1000, "Linux version %s");
	strcpy((char *)image + BANNER_AT, banner);
	return image;
}

static void write_arm64_image(const char *path, const char *banner)
{
	write_file(path, arm64_image(banner), IMAGE_BYTES);
}

static void assert_image(const char *path, const struct lab_arch *expected_arch, const char *expected_release)
{
	const struct lab_arch *arch;
	char release[64];
	struct error error = {0};
	if (lab_image_read(path, &arch, release, sizeof(release), &error) != 0)
		fail_msg("%s", error.text);
	assert_ptr_equal(arch, expected_arch);
	assert_string_equal(release, expected_release);
}

static void image_tells_processor_and_release(void **state)
{
	(void)state;
	write_tiny_kernel(in_folder("bzImage"), "", "", 1);
	assert_image(in_folder("bzImage"), &lab_x86, "0.0.1-tiny");
	write_arm64_image(in_folder("Image"), "Linux version 6.1.2-test (somebody@somewhere) #1");
	assert_image(in_folder("Image"), &lab_arm64, "6.1.2-test");
	gzFile file = gzopen(in_folder("Image.gz"), "w");
	assert_int_equal(gzwrite(file, arm64_image("Linux version 6.1.3 (x) #1"), IMAGE_BYTES), IMAGE_BYTES);
	assert_int_equal(gzclose(file), Z_OK);
	assert_image(in_folder("Image.gz"), &lab_arm64, "6.1.3");
}

static void image_without_a_version_is_refused(void **state)
{
	const struct lab_arch *arch;
	char release[64];
	struct error error = {0};
	(void)state;
	write_arm64_image(in_folder("Image"), "no banner");
	assert_int_equal(lab_image_read(in_folder("Image"), &arch, release, sizeof(release), &error),
	                 -ENOEXEC);
	assert_has(error.text, "does not tell its version");
	write_arm64_image(in_folder("Image"), "Linux version 6/../../x (somebody)");
	assert_int_equal(lab_image_read(in_folder("Image"), &arch, release, sizeof(release), &error),
	                 -ENOEXEC);
	assert_has(error.text, "is refused");
	write_text(in_folder("text"), "short");
	assert_int_equal(lab_image_read(in_folder("text"), &arch, release, sizeof(release), &error),
	                 -ENOEXEC);
	assert_has(error.text, "arm64");
}

/* A cache with a kernel of suite `some` for each processor. */
static void fill_cache(void)
{
	setenv("XDG_CACHE_HOME", folder, 1);
	mkdir(in_folder("hintbench"), 0700);
	mkdir(in_folder("hintbench/kernels"), 0700);
	mkdir(in_folder("hintbench/kernels/debian-some"), 0700);
	mkdir(in_folder("hintbench/kernels/debian-some-arm64"), 0700);
	write_tiny_kernel(in_folder("hintbench/kernels/debian-some/vmlinuz"), "", "", 1);
	write_arm64_image(in_folder("hintbench/kernels/debian-some-arm64/vmlinuz"),
	                  "Linux version 6.1.2-a (x)");
}

static void suite_is_found_for_each_processor(void **state)
{
	struct lab_kernel kernel;
	struct error error = {0};
	static struct ran ran;
	(void)state;
	fill_cache();
	assert_int_equal(lab_kernel_parse("debian:some", &kernel, &error), 0);
	assert_ptr_equal(kernel.arch, &lab_x86);
	assert_string_equal(kernel.name, "debian-some");
	assert_int_equal(lab_kernel_parse("debian:some:arm64,name=n", &kernel, &error), 0);
	assert_ptr_equal(kernel.arch, &lab_arm64);
	assert_string_equal(kernel.name, "n");
	assert_string_equal(kernel.release, "6.1.2-a");
	assert_int_equal(lab_kernel_parse("debian:other:arm64", &kernel, &error), -ENOENT);
	assert_has(error.text, "hintbench lab fetch --arch arm64 other");
	assert_int_equal(lab_kernel_parse("debian:some:sparc", &kernel, &error), -EINVAL);
	assert_has(error.text, "no architecture 'sparc'");
	run_lab(&ran, "list");
	assert_has(ran.out, "debian:some                     0.0.1-tiny\n");
	assert_has(ran.out, "debian:some:arm64               6.1.2-a\n");
	unsetenv("XDG_CACHE_HOME");
}

/* Every name that people use for it; and what the cache's folders are called is one thing in both directions. */
static void processor_has_other_names(void **state)
{
	(void)state;
	struct error error = {0};
	static const char *const x86[] = {"x86", "x86-64", "x86_64", "amd64"}, *const arm64[] = {"arm64",
	                                                                                         "aarch64"};
	char spec[64];
	for (size_t i = 0; i < 4; i++)
		assert_ptr_equal(lab_arch_find(x86[i], &error), &lab_x86);
	for (size_t i = 0; i < 2; i++)
		assert_ptr_equal(lab_arch_find(arm64[i], &error), &lab_arm64);
	assert_null(lab_arch_find("sparc", &error));
	assert_true(lab_cache_kernel_spec("debian-some-arm64", spec, sizeof(spec)));
	assert_string_equal(spec, "debian:some:arm64");
	assert_true(lab_cache_kernel_spec("built-some-arm64", spec, sizeof(spec)));
	assert_string_equal(spec, "built:some-arm64");
	assert_false(lab_cache_kernel_spec(".new-some.x", spec, sizeof(spec)));
}

static void arch_is_that_of_every_suite(void **state)
{
	static struct ran ran;
	(void)state;
	fill_cache();
	/* The option may come after the kernels. */
	run_lab(&ran, "run", "--kernel", "debian:missing", "--arch", "arm64");
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "lab fetch --arch arm64 missing");
	run_lab(&ran, "run", "--arch", "arm64", "--kernel",
	        in_folder("hintbench/kernels/debian-some/vmlinuz"));
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "is a kernel for x86, not for arm64");
	run_lab(&ran, "run", "--arch", "sparc", "--kernel", "debian:some");
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "no architecture 'sparc'");
	run_lab(&ran, "run", "--cpu", "a,b", "--kernel", "debian:some");
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "'a,b' is no processor's name");
	run_lab(&ran, "fetch", "--arch", "sparc", "some");
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "no architecture 'sparc'");
	unsetenv("XDG_CACHE_HOME");
}

static void missing_qemu_of_the_processor_names_its_package(void **state)
{
	static struct ran ran;
	(void)state;
	write_arm64_image(in_folder("Image"), "Linux version 6.1.2-a (x)");
	char *path = strdup(getenv("PATH"));
	setenv("PATH", folder, 1);
	run_lab(&ran, "run", "--kernel", in_folder("Image"), "-o", in_folder("out"));
	setenv("PATH", path, 1);
	free(path);
	assert_int_equal(ran.status, 2);
	assert_has(ran.err, "qemu-system-arm)");
}

/* Only what `make arm64` builds can be built for another machine. */
static void processor_that_nothing_is_built_for_is_said_so(void **state)
{
	const struct lab_arch far = {.name = "far"};
	char program[PATH_MAX], sysroot[PATH_MAX];
	struct error error = {0};
	(void)state;
	assert_int_equal(lab_arch_program(&far, program, sysroot, &error), -ENOTSUP);
	assert_has(error.text, "can't be built for far on another machine yet");
	assert_null(strstr(error.text, "make"));
	assert_true(lab_x86.native != lab_arm64.native);
}

/* The arguments in one text, each followed by a newline. */
static const char *qemu_text(const struct lab_boot *boot)
{
	static char text[8192];
	struct arguments arguments = {0};
	lab_qemu_arguments(&arguments, boot, &lab_two_nodes);
	*text = '\0';
	for (size_t i = 0; i < arguments.count; i++)
		sprintf(text + strlen(text), "%s\n", arguments.words[i]);
	arguments_free(&arguments);
	return text;
}

static void qemu_gets_the_machine_of_the_processor(void **state)
{
	static struct lab_boot boot = {.arch = &lab_arm64, .stream_path = "/a,b/s"};
	(void)state;
	const char *text = qemu_text(&boot);
	assert_has(text, "qemu-system-aarch64\n");
	assert_has(text, "-cpu\nneoverse-n1,cntfrq=1000000000\n");
	assert_has(text, "-chardev\nfile,id=stream,path=/a,,b/s\n");
	assert_has(text, "console=ttyAMA0 ");
	boot.cpu = "cortex-a72";
	assert_has(qemu_text(&boot), "-cpu\ncortex-a72,cntfrq=1000000000\n");
	boot = (struct lab_boot){.arch = &lab_x86, .stream_path = "s"};
	text = qemu_text(&boot);
	assert_has(text, "qemu-system-x86_64\n");
	assert_has(text, "-cpu\nmax,cx16=off,erms=off,fsrm=off\n");
	assert_null(strstr(text, "-chardev"));
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, set_up_folder, tear_down_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_folder(image_tells_processor_and_release),
	    in_a_folder(image_without_a_version_is_refused),
	    in_a_folder(suite_is_found_for_each_processor),
	    cmocka_unit_test(processor_has_other_names),
	    in_a_folder(arch_is_that_of_every_suite),
	    in_a_folder(missing_qemu_of_the_processor_names_its_package),
	    cmocka_unit_test(processor_that_nothing_is_built_for_is_said_so),
	    cmocka_unit_test(qemu_gets_the_machine_of_the_processor),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
