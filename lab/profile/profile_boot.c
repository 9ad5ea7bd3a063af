/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/profile/profile_boot.h"

#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "lib/base/paths.h"
#include "lib/meter/touch.h"

#define PLUGIN_FILE "lab/profile/plugin.so"

/*
 * Where x86-64 puts a position-independent program without randomisation: two thirds of its address space
 * (ELF_ET_DYN_BASE in the kernel's arch/x86/include/asm/elf.h). The guest boots with norandmaps.
 */
#define PROGRAM_BASE 0x555555554aaaULL

/* The linker's name for the start of this program's file in memory. */
extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));

/* Where `code` of this program lies when it runs in the guest. */
static uint64_t address_in_guest(const void *code)
{
	const Elf64_Ehdr *header = &__ehdr_start;
	const Elf64_Phdr *part = (const Elf64_Phdr *)getauxval(AT_PHDR);
	uint64_t align = 4096;

	if (header->e_type != ET_DYN)
		return (uint64_t)(uintptr_t)code;
	for (unsigned i = 0; i < getauxval(AT_PHNUM); i++)
		if (part[i].p_type == PT_LOAD && part[i].p_align > align)
			align = part[i].p_align;
	return (PROGRAM_BASE & ~(align - 1)) + (uint64_t)((const char *)code - (const char *)header);
}

/* In the build folder beside the program, else where `make install` put it. */
static int find_plugin(char *path, size_t path_bytes, struct error *error)
{
	ssize_t length = readlink("/proc/self/exe", path, path_bytes - sizeof(PLUGIN_FILE));
	char *slash = length > 0 ? memrchr(path, '/', (size_t)length) : NULL;
	if (slash) {
		strcpy(slash + 1, PLUGIN_FILE);
		if (access(path, R_OK) == 0)
			return 0;
	}
	if (data_path(PLUGIN_FILE, path, path_bytes) == 0)
		return 0;
	return error_set(error, ENOENT, "%s is missing: build it with `make`", PLUGIN_FILE);
}

int profile_boot_check(struct error *error)
{
	char path[PATH_MAX], line[1024];
	bool known = false;
	int err = lab_boot_check(&lab_x86, error);

	if (!err)
		err = find_plugin(path, sizeof(path), error);
	if (err)
		return err;
	char command[64];
	snprintf(command, sizeof(command), "%s -help 2>/dev/null", lab_x86.qemu);
	FILE *help = popen(command, "r");
	while (help && fgets(line, sizeof(line), help))
		known = known || strncmp(line, "-plugin ", 8) == 0;
	if (help)
		pclose(help);
	return known ? 0
	             : error_set(error, ENOSYS,
	                         "this %s is built without plugins, which a profile needs; Debian's has them "
	                         "(package %s)",
	                         lab_x86.qemu, lab_x86.qemu_package);
}

/* Adds `text`, with commas doubled as QEMU's options want them. Returns where it ends, NULL without room. */
static char *add_escaped(char *at, const char *end, const char *text)
{
	for (; at && *text; text++) {
		if (end - at < 3)
			return NULL;
		*at++ = *text;
		if (*text == ',')
			*at++ = ',';
	}
	if (at)
		*at = '\0';
	return at;
}

int profile_boot_prepare(struct lab_boot *boot, const char *out_path, struct error *error)
{
	char plugin[PATH_MAX], window[80];
	const char *end = boot->plugin + sizeof(boot->plugin);
	const void *code_start, *code_end;
	int err = find_plugin(plugin, sizeof(plugin), error);
	if (err)
		return err;
	touch_code(&code_start, &code_end);
	char *at = add_escaped(boot->plugin, end, plugin);
	snprintf(window, sizeof(window),
	         ",start=0x%llx,end=0x%llx,out=", (unsigned long long)address_in_guest(code_start),
	         (unsigned long long)address_in_guest(code_end));
	if (at && strlen(window) < (size_t)(end - at))
		at = stpcpy(at, window);
	else
		at = NULL;
	at = add_escaped(at, end, out_path);
	return at ? 0 : error_set(error, ENAMETOOLONG, "the path of the profile %s is too long", out_path);
}
