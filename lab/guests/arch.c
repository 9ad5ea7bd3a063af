/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/guests/arch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/kernels/cache.h"
#include "lib/base/paths.h"
#include "lib/base/textfile.h"
#include "lib/base/version.h"

static const char *const x86_aliases[] = {"x86-64", "x86_64", "amd64", NULL};
static const char *const arm64_aliases[] = {"aarch64", NULL};
static const char *const arm64_machine[] = {"-machine", "virt,gic-version=3", NULL};

/* x86's machine has room for a second serial port; arm64's gets one on PCI. */
static const char *const nothing[] = {NULL};
static const char *const arm64_stream[] = {"-device", "pci-serial,chardev=stream", NULL};

/*
 * loglevel=5 instead of `quiet`, which would keep warnings off the console. brd's parameters are for kernels
 * that have it built in.
 */
#define COMMAND_LINE(console_, own_)                                         \
	"console=" console_ " loglevel=5 printk.time=1 panic=-1 norandmaps " \
	"random.trust_cpu=on " own_ " brd.rd_nr=2 brd.rd_size=327680"

/*
 * tsc=reliable: else the guest falls back to the HPET. maxcpus=1: the init brings the others up. clearcpuid=112 is
 * X86_FEATURE_REP_GOOD (arch/x86/include/asm/cpufeatures.h), which no CPUID bit tells. With `rep` 6.1 copies a page in 512
 * turns, 6.12 in 4096 (ERMS) or in 1500 instructions without it, and QEMU counts each turn: that is no property of a
 * kernel. Without it all copy by loads and stores.
 */
const struct lab_arch lab_x86 = {
    .name = "x86",
    .aliases = x86_aliases,
    .debian = "amd64",
    .suffix = "",
    .qemu = "qemu-system-x86_64",
    .qemu_package = "qemu-system-x86",
    /* QEMU 7.2 now and then loses the flags of cmpxchg16b, and a guest dies of it (6.12, in its slab). */
    .cpu = "max",
    .cpu_options = ",cx16=off,erms=off,fsrm=off",
    .machine = nothing,
    .stream = nothing,
    .command_line = COMMAND_LINE("ttyS0", "tsc=reliable maxcpus=1 clearcpuid=112"),
    .image = "bzImage",
    .image_folder = "arch/x86/boot",
#ifdef __x86_64__
    .native = true,
#endif
};

/* The kernel hands what it doesn't know to the init, as a variable of its environment. */
const struct lab_arch lab_arm64 = {
    .name = "arm64",
    .aliases = arm64_aliases,
    .debian = "arm64",
    .suffix = "-arm64",
    .qemu = "qemu-system-aarch64",
    .qemu_package = "qemu-system-arm",
    /* libpfm4 knows its events, and it manages access flag and dirty bit itself, as servers do. */
    .cpu = "neoverse-n1",
    /* Its timer ticks with every instruction, instead of every 16th. */
    .cpu_options = ",cntfrq=1000000000",
    .machine = arm64_machine,
    .stream = arm64_stream,
    .command_line = COMMAND_LINE("ttyAMA0", "HINTBENCH_PORT=ttyS0"),
    .image = "Image",
    .image_folder = "arch/arm64/boot",
#ifdef __aarch64__
    .native = true,
#endif
    .make_target = "arm64",
};

/* The first is the one that a bare name means. */
static const struct lab_arch *const all[] = {&lab_x86, &lab_arm64};

static bool has_name(const struct lab_arch *arch, const char *name)
{
	if (strcmp(arch->name, name) == 0)
		return true;
	for (size_t i = 0; arch->aliases[i]; i++)
		if (strcmp(arch->aliases[i], name) == 0)
			return true;
	return false;
}

const struct lab_arch *lab_arch_find(const char *name, struct error *error)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (has_name(all[i], name))
			return all[i];
	error_set(error, EINVAL, "no architecture '%s': there are %s and %s", name, all[0]->name,
	          all[1]->name);
	return NULL;
}

const struct lab_arch *lab_arch_of_suffix(const char *name, size_t *length)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		size_t whole = strlen(name), suffix = strlen(all[i]->suffix);
		if (!suffix || whole <= suffix || strcmp(name + whole - suffix, all[i]->suffix) != 0)
			continue;
		*length = whole - suffix;
		return all[i];
	}
	*length = strlen(name);
	return all[0];
}

int lab_arch_export(const struct lab_arch *arch)
{
	const struct {
		const char *variable, *value;
	} exported[] = {
	    {"LAB_ARCH", arch->name},
	    {"LAB_DEBIAN_ARCH", arch->debian},
	    {"LAB_SUFFIX", arch->suffix},
	    {"LAB_IMAGE", arch->image},
	    {"LAB_IMAGE_FOLDER", arch->image_folder},
	};
	for (size_t i = 0; i < sizeof(exported) / sizeof(exported[0]); i++)
		if (setenv(exported[i].variable, exported[i].value, 1) != 0)
			return -ENOMEM;
	return 0;
}

/* The path of a file of the guests' program. Returns 0 or -ENOENT. */
static int guest_path(const struct lab_arch *arch, const char *name, char path[PATH_MAX])
{
	char file[64];
	snprintf(file, sizeof(file), "guest/%s", name);
	if (arch->native)
		return built_path(file, path, PATH_MAX);
	snprintf(file, sizeof(file), "build-%s/guest/%s", arch->name, name);
	return data_path(file, path, PATH_MAX);
}

/* Whether it was built with this program. It can't say so itself: its bytes don't depend on the version. */
static bool is_our_version(const struct lab_arch *arch)
{
	char path[PATH_MAX], version[256];
	return guest_path(arch, "version", path) == 0 && textfile_read(path, version, sizeof(version)) >= 0 &&
	       strcmp(version, hintbench_version) == 0;
}

int lab_arch_program(const struct lab_arch *arch, char program[PATH_MAX], char sysroot[PATH_MAX],
                     struct error *error)
{
	*sysroot = '\0';
	if (!arch->native && !arch->make_target)
		return error_set(error, ENOTSUP,
		                 "%s guests need a hintbench for %s, and hintbench can't be built for %s on "
		                 "another machine yet: boot them where %s is this machine's processor",
		                 arch->name, arch->name, arch->name, arch->name);
	if (guest_path(arch, "hintbench", program) != 0)
		return arch->native
		           ? error_set(
		                 error, ENOENT,
		                 "guest/hintbench, which guests run, is not beside this program: type `make`")
		           : error_set(error, ENOENT,
		                       "there is no hintbench for %s guests: type `make %s-deps %s` in its "
		                       "source tree",
		                       arch->name, arch->make_target, arch->make_target);
	if (!is_our_version(arch))
		return error_set(error, ENOENT, "%s is of another version than this program: type `make %s`",
		                 program, arch->native ? "all" : arch->make_target);
	if (arch->native)
		return 0;
	lab_cache_sysroot(arch, sysroot, PATH_MAX);
	if (access(sysroot, R_OK) != 0)
		return error_set(error, ENOENT, "there is no %s: type `make %s-deps` in the source tree",
		                 sysroot, arch->make_target);
	return 0;
}
