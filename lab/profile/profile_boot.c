/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/profile/profile_boot.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/paths.h"
#include "lib/meter/touch.h"

#define PLUGIN_FILE "lab/profile/plugin.so"

/*
 * Where x86-64 puts a position-independent program without randomisation: two thirds of its address space
 * (ELF_ET_DYN_BASE in the kernel's arch/x86/include/asm/elf.h). The guest boots with norandmaps.
 */
#define PROGRAM_BASE 0x555555554aaaULL

/* The guests' program, as it lies in memory. */
static const Elf64_Ehdr *map_program(const char *path, size_t *bytes, struct error *error)
{
	struct stat file;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *header = MAP_FAILED;
	if (fd >= 0 && fstat(fd, &file) == 0)
		header = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd >= 0)
		close(fd);
	if (header != MAP_FAILED) {
		*bytes = (size_t)file.st_size;
		return header;
	}
	error_set_errno(error, errno, "cannot read %s", path);
	return NULL;
}

/* Where the program's file begins in the guest's memory. */
static uint64_t base_in_guest(const Elf64_Ehdr *header)
{
	const Elf64_Phdr *part = (const Elf64_Phdr *)((const char *)header + header->e_phoff);
	uint64_t align = 4096;
	if (header->e_type != ET_DYN)
		return 0;
	for (unsigned i = 0; i < header->e_phnum; i++)
		if (part[i].p_type == PT_LOAD && part[i].p_align > align)
			align = part[i].p_align;
	return PROGRAM_BASE & ~(align - 1);
}

/* The section of the timed loop; NULL where there is none. */
static const Elf64_Shdr *find_loop(const Elf64_Ehdr *header)
{
	const char *file = (const char *)header;
	const Elf64_Shdr *section = (const Elf64_Shdr *)(file + header->e_shoff);
	const char *names = file + section[header->e_shstrndx].sh_offset;
	for (unsigned i = 0; i < header->e_shnum; i++)
		if (strcmp(names + section[i].sh_name, TOUCH_SECTION) == 0)
			return &section[i];
	return NULL;
}

/* Where the timed loop lies in a guest: from `start` to before `end`. Returns 0, or -errno with `error`. */
static int find_window(uint64_t *start, uint64_t *end, struct error *error)
{
	char program[PATH_MAX], sysroot[PATH_MAX];
	size_t bytes;
	int err = lab_arch_program(&lab_x86, program, sysroot, error);
	if (err)
		return err;
	/* It was built with this program, so that it is a program for this processor, and whole. */
	const Elf64_Ehdr *header = map_program(program, &bytes, error);
	if (!header)
		return -EIO;
	const Elf64_Shdr *loop = find_loop(header);
	if (loop) {
		*start = base_in_guest(header) + loop->sh_addr;
		*end = *start + loop->sh_size;
	} else {
		err = error_set(error, EINVAL, "%s has no section " TOUCH_SECTION, program);
	}
	munmap((void *)header, bytes);
	return err;
}

static int find_plugin(char path[PATH_MAX], struct error *error)
{
	return built_path(PLUGIN_FILE, path, PATH_MAX) == 0
	           ? 0
	           : error_set(error, ENOENT, "%s is missing: build it with `make`", PLUGIN_FILE);
}

int profile_boot_check(struct error *error)
{
	char path[PATH_MAX], line[1024];
	bool known = false;
	int err = lab_boot_check(&lab_x86, error);

	if (!err)
		err = find_plugin(path, error);
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
	uint64_t loop_start = 0, loop_end = 0;
	int err = find_plugin(plugin, error);
	if (!err)
		err = find_window(&loop_start, &loop_end, error);
	if (err)
		return err;
	char *at = add_escaped(boot->plugin, end, plugin);
	snprintf(window, sizeof(window), ",start=0x%llx,end=0x%llx,out=", (unsigned long long)loop_start,
	         (unsigned long long)loop_end);
	if (at && strlen(window) < (size_t)(end - at))
		at = stpcpy(at, window);
	else
		at = NULL;
	at = add_escaped(at, end, out_path);
	return at ? 0 : error_set(error, ENAMETOOLONG, "the path of the profile %s is too long", out_path);
}
