/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plugin for QEMU that counts, for each touch of the timed loop (lib/meter/touch.c), how often each instruction was
 * executed. The guest doesn't see it: not one instruction of the guest's is added, and its clock stays the same.
 *
 * It is loaded with -plugin plugin.so,start=ADDRESS,end=ADDRESS,out=FILE. The addresses enclose the timed loop in the
 * guest's program; a window opens at the loop's first clock read and closes at the second, as a sample of the loop
 * does. lab/profile/profile.h reads what it writes into FILE:
 *
 *	hintbench-profile 1
 *	shape 1569 2            for each different way that a touch took: its instructions, and lines below it
 *	55555556a690 1 0        an address, how often it was executed, and how often by other processors
 *	...
 *	touches 2048
 *	0                       for each touch, in order, the number of its shape
 *	...
 *	end
 *
 * An instruction of the kernel that faults itself would count twice; the reader then finds that the touch has more
 * instructions than its sample has ticks, and refuses the profile.
 *
 * QEMU runs an exact guest's processors by turns in one thread, so nothing here needs a lock.
 */
#include "lab/profile/plugin/qemu_plugin.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int qemu_plugin_version = 1;

/* From QEMU 9 on at least version 2 is wanted, which took away a function that older ones have. */
static void __attribute__((constructor)) choose_version(void)
{
	if (!dlsym(RTLD_DEFAULT, "qemu_plugin_n_vcpus"))
		qemu_plugin_version = 2;
}

/* An instruction of the guest, for as long as QEMU runs. */
struct slot {
	uint64_t address;
	uint64_t count, others; /* in this window: by the touching processor, and by others */
};

struct line {
	uint64_t address, count, others;
};

/* What a touch did, without the order. Touches that did the same share one. */
struct shape {
	uint64_t digest[2];
	uint64_t instructions;
	size_t line_count;
	struct line *lines;
};

static struct {
	uint64_t start, end; /* of the timed loop's code */
	FILE *out;

	struct slot **table; /* open addressing; a power of two */
	size_t table_size, slot_count;

	bool open; /* a touch is going on */
	uint64_t opened_at;
	unsigned int cpu; /* that touches */
	struct slot **used;
	size_t used_count, used_room;

	struct shape *shapes;
	size_t shape_count, shape_room;
	uint32_t *touches;
	size_t touch_count, touch_room;
} profile;

/* QEMU goes down with a message rather than with a wrong figure. */
static void __attribute__((noreturn)) give_up(const char *what)
{
	fprintf(stderr, "hintbench's profile plugin: %s\n", what);
	exit(1);
}

/* Room for one more element in an array that grows. */
static void *grown(void *array, size_t count, size_t *room, size_t element_bytes)
{
	if (count < *room)
		return array;
	*room = *room ? 2 * *room : 1024;
	array = realloc(array, *room * element_bytes);
	if (!array)
		give_up("no memory");
	return array;
}

/* The finalizer of splitmix64. */
static uint64_t mix(uint64_t value)
{
	value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
	value = (value ^ value >> 27) * 0x94d049bb133111eb;
	return value ^ value >> 31;
}

static struct slot **find_slot(struct slot **table, size_t size, uint64_t address)
{
	size_t at = mix(address) & (size - 1);
	while (table[at] && table[at]->address != address)
		at = (at + 1) & (size - 1);
	return &table[at];
}

static void grow_table(void)
{
	size_t size = profile.table_size ? 2 * profile.table_size : 1 << 16;
	struct slot **table = calloc(size, sizeof(*table));
	if (!table)
		give_up("no memory");
	for (size_t i = 0; i < profile.table_size; i++)
		if (profile.table[i])
			*find_slot(table, size, profile.table[i]->address) = profile.table[i];
	free(profile.table);
	profile.table = table;
	profile.table_size = size;
}

static struct slot *slot_of(uint64_t address)
{
	if (2 * profile.slot_count >= profile.table_size)
		grow_table();
	struct slot **found = find_slot(profile.table, profile.table_size, address);
	if (!*found) {
		*found = calloc(1, sizeof(**found));
		if (!*found)
			give_up("no memory");
		(*found)->address = address;
		profile.slot_count++;
	}
	return *found;
}

static bool is_user(const struct slot *slot)
{
	return slot->address >> 63 == 0;
}

static void count(unsigned int cpu, void *userdata)
{
	struct slot *slot = userdata;
	if (!profile.open)
		return;
	if (!slot->count && !slot->others) {
		profile.used =
		    grown(profile.used, profile.used_count, &profile.used_room, sizeof(*profile.used));
		profile.used[profile.used_count++] = slot;
	}
	if (cpu != profile.cpu)
		slot->others++;
	/*
	 * The timed loop's access is begun anew after each of its faults, and QEMU's clock doesn't count what a fault
	 * broke off. Between two clock reads the loop goes straight on, so each instruction counts once.
	 */
	else if (!is_user(slot) || !slot->count)
		slot->count++;
}

static int by_address(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	return (x->address > y->address) - (x->address < y->address);
}

static void store_lines(struct shape *shape)
{
	shape->line_count = profile.used_count;
	shape->lines = calloc(profile.used_count, sizeof(*shape->lines));
	if (!shape->lines)
		give_up("no memory");
	for (size_t i = 0; i < profile.used_count; i++) {
		const struct slot *slot = profile.used[i];
		shape->lines[i] = (struct line){slot->address, slot->count, slot->others};
	}
	qsort(shape->lines, shape->line_count, sizeof(*shape->lines), by_address);
}

/* The number of the shape of the window that closes. A sum as digest: the order of the slots doesn't matter. */
static uint32_t shape_of_window(void)
{
	struct shape shape = {0};
	for (size_t i = 0; i < profile.used_count; i++) {
		const struct slot *slot = profile.used[i];
		uint64_t value = mix(slot->address ^ mix(slot->count ^ mix(slot->others + 1)));
		shape.digest[0] += value;
		shape.digest[1] += mix(value + 1);
		shape.instructions += slot->count + slot->others;
	}
	for (size_t i = 0; i < profile.shape_count; i++)
		if (memcmp(profile.shapes[i].digest, shape.digest, sizeof(shape.digest)) == 0)
			return (uint32_t)i;
	store_lines(&shape);
	profile.shapes =
	    grown(profile.shapes, profile.shape_count, &profile.shape_room, sizeof(*profile.shapes));
	profile.shapes[profile.shape_count] = shape;
	return (uint32_t)profile.shape_count++;
}

static void empty_window(void)
{
	for (size_t i = 0; i < profile.used_count; i++)
		profile.used[i]->count = profile.used[i]->others = 0;
	profile.used_count = 0;
}

/*
 * The clock is read twice in a turn of the loop, at rising addresses. A window that never closed, because its
 * process was ended, is dropped where the next one opens.
 */
static void read_clock(unsigned int cpu, void *userdata)
{
	struct slot *slot = userdata;
	bool closes = profile.open && cpu == profile.cpu && slot->address > profile.opened_at;
	if (closes) {
		profile.touches = grown(profile.touches, profile.touch_count, &profile.touch_room,
		                        sizeof(*profile.touches));
		profile.touches[profile.touch_count++] = shape_of_window();
	}
	empty_window();
	profile.open = !closes;
	profile.opened_at = slot->address;
	profile.cpu = cpu;
	count(cpu, slot);
}

static bool is_clock_read(const struct qemu_plugin_insn *insn)
{
	static const unsigned char rdtsc[] = {0x0f, 0x31};
	uint64_t address = qemu_plugin_insn_vaddr(insn);
	const void *bytes = qemu_plugin_insn_haddr(insn);
	return address >= profile.start && address < profile.end && bytes &&
	       qemu_plugin_insn_size(insn) == sizeof(rdtsc) && memcmp(bytes, rdtsc, sizeof(rdtsc)) == 0;
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		qemu_plugin_register_vcpu_insn_exec_cb(insn, is_clock_read(insn) ? read_clock : count,
		                                       QEMU_PLUGIN_CB_NO_REGS,
		                                       slot_of(qemu_plugin_insn_vaddr(insn)));
	}
}

static void write_all(qemu_plugin_id_t id, void *userdata)
{
	(void)id;
	(void)userdata;
	fprintf(profile.out, "hintbench-profile 1\n");
	for (size_t i = 0; i < profile.shape_count; i++) {
		const struct shape *shape = &profile.shapes[i];
		fprintf(profile.out, "shape %llu %zu\n", (unsigned long long)shape->instructions,
		        shape->line_count);
		for (size_t j = 0; j < shape->line_count; j++)
			fprintf(profile.out, "%llx %llu %llu\n", (unsigned long long)shape->lines[j].address,
			        (unsigned long long)shape->lines[j].count,
			        (unsigned long long)shape->lines[j].others);
	}
	fprintf(profile.out, "touches %zu\n", profile.touch_count);
	for (size_t i = 0; i < profile.touch_count; i++)
		fprintf(profile.out, "%u\n", profile.touches[i]);
	fprintf(profile.out, "end\n");
	if (ferror(profile.out) || fclose(profile.out) != 0)
		fprintf(stderr, "hintbench's profile plugin: cannot write its output: %s\n", strerror(errno));
}

static bool take_argument(const char *argument)
{
	if (strncmp(argument, "start=", 6) == 0)
		profile.start = strtoull(argument + 6, NULL, 0);
	else if (strncmp(argument, "end=", 4) == 0)
		profile.end = strtoull(argument + 4, NULL, 0);
	else if (strncmp(argument, "out=", 4) == 0)
		profile.out = fopen(argument + 4, "we");
	else
		return false;
	return true;
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++) {
		if (!take_argument(argv[i])) {
			fprintf(stderr, "hintbench's profile plugin: no argument '%s'\n", argv[i]);
			return -1;
		}
	}
	if (!profile.out || profile.start >= profile.end) {
		fprintf(stderr,
		        "hintbench's profile plugin: start=, end= and a file out= that can be written "
		        "are needed\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, write_all, NULL);
	return 0;
}
