/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arm64: no tracepoint tells of page faults, and do_page_fault() itself can't be probed (__kprobes). But for
 * every fault of an address it calls __perf_sw_event(PERF_COUNT_SW_PAGE_FAULTS, 1, regs, address) once,
 * before it looks at the memory map (arch/arm64/mm/fault.c), while a counter of that event is open. A probe
 * there has the address as an argument. What the processor said, the syndrome (ESR_EL1), is no argument; but
 * do_page_fault() needs it until its end, so it is in a register that calls preserve, or on its stack. Where,
 * the compiler chose: three faults of known kinds tell.
 */
#ifdef __aarch64__
#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/page_size.h"
#include "lib/meter/fault_event.h"
#include "lib/meter/faults.h"
#include "lib/meter/kprobe.h"
#include "lib/meter/tracepoint.h"

#define FUNCTION "__perf_sw_event"
#define SEARCH   "page_fault_search"
#define EVENT    "page_fault"

const char fault_event_what[] = "the syndrome of page faults at " FUNCTION " (kprobe event)";

/* x19 to x28 are preserved by calls (AAPCS64); do_page_fault() has a smaller frame than this. */
enum { FIRST_REGISTER = 19, REGISTERS = 10, STACK_WORDS = 24, LOCATIONS = REGISTERS + STACK_WORDS };

/* Where it is, as kprobe events name it. */
static const char *location_name(int location)
{
	static char name[24];
	if (location < REGISTERS)
		snprintf(name, sizeof(name), "%%x%d", FIRST_REGISTER + location);
	else
		snprintf(name, sizeof(name), "$stack%d", location - REGISTERS);
	return name;
}

/*
 * Filters on a field that holds ESR_EL1 (Arm ARM, D19.2.37). Bits 31:26 are 0x24: a data abort of a user
 * program. Bits 5:0 say what was wrong: 000100 to 000111 a translation fault (the entry is not valid),
 * 001000 to 001011 an access flag fault, 001100 to 001111 a permission fault. Bit 6: it was a write.
 */
static void filters_of(const char *field, char filter[FAULT_KINDS][256])
{
	char user[96];
	snprintf(user, sizeof(user), "event == %d && %s >= 0x90000000 && %s < 0x94000000",
	         PERF_COUNT_SW_PAGE_FAULTS, field, field);
	snprintf(filter[FAULT_HINT], 256, "%s && %s & 4 && !(%s & 0x38)", user, field, field);
	snprintf(filter[FAULT_WRITE_PROTECT], 256, "%s && %s & 4 && %s & 8 && %s & 0x40 && !(%s & 0x30)",
	         user, field, field, field, field);
	snprintf(filter[FAULT_OTHER], 256, "%s && (!(%s & 4) || %s & 0x30 || (%s & 8 && !(%s & 0x40)))", user,
	         field, field, field, field);
}

/* Two pages without transparent huge pages around them, that nothing has touched. */
static char *untouched_pages(struct error *error)
{
	char *pages =
	    mmap(NULL, 2 * BASE_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED) {
		error_set_errno(error, errno, "no memory for two pages");
		return NULL;
	}
	madvise(pages, 2 * BASE_PAGE_BYTES, MADV_NOHUGEPAGE);
	return pages;
}

/* What the three faults of known_faults() must look like where the syndrome is. */
static void known_filter(const char *field, const char *pages, char *filter, size_t filter_bytes)
{
	char kinds[FAULT_KINDS][256];
	unsigned long first = (unsigned long)pages, second = first + BASE_PAGE_BYTES;
	filters_of(field, kinds);
	snprintf(filter, filter_bytes,
	         "(address == %lu && !(%s & 0x40) && %s) || (address == %lu && %s & 0x40 && %s) || "
	         "(address == %lu && %s)",
	         first, field, kinds[FAULT_HINT], second, field, kinds[FAULT_HINT], first,
	         kinds[FAULT_WRITE_PROTECT]);
}

/* A read and a write where nothing is, and a write where a read left the zero page. */
static void known_faults(volatile char *pages)
{
	(void)pages[0];
	pages[BASE_PAGE_BYTES] = 1;
	pages[0] = 1;
}

/* One counter a location, each of what known_filter() lets pass. Returns how many are open, or -errno with `error`. */
static int open_counters(const char *pages, int fd[LOCATIONS], struct error *error)
{
	for (int location = 0; location < LOCATIONS; location++) {
		char filter[2048], field[8];
		snprintf(field, sizeof(field), "p%d", location);
		known_filter(field, pages, filter, sizeof(filter));
		fd[location] = tracepoint_open(KPROBE_GROUP ":" SEARCH, filter, error);
		if (fd[location] < 0) {
			int err = fd[location];
			while (location-- > 0)
				close(fd[location]);
			return err;
		}
		tracepoint_start(fd[location]);
	}
	return LOCATIONS;
}

/* Which location held the syndrome in all the known faults: its number, or -errno with `error`. */
static int search_locations(struct error *error)
{
	int fd[LOCATIONS], found = -1;
	char *pages = untouched_pages(error);
	if (!pages)
		return -ENOMEM;
	int err = open_counters(pages, fd, error);
	if (err < 0) {
		munmap(pages, 2 * BASE_PAGE_BYTES);
		return err;
	}
	known_faults(pages);
	for (int location = LOCATIONS - 1; location >= 0; location--) {
		uint64_t count = 0;
		if (tracepoint_read(fd[location], &count, NULL) == 0 && count == 3)
			found = location;
		close(fd[location]);
	}
	munmap(pages, 2 * BASE_PAGE_BYTES);
	if (found < 0)
		return error_set(
		    error, ENOSYS,
		    "kinds of page faults can't be told apart: on this kernel the syndrome is in no "
		    "preserved register and not near the stack's top at " FUNCTION);
	return found;
}

/* With an event of all locations, and a software counter, without which the function is not called. */
static int search(struct error *error)
{
	char fields[1024];
	int used = snprintf(fields, sizeof(fields), "event=%%x0:u32 address=%%x3:u64");
	for (int location = 0; location < LOCATIONS; location++)
		used += snprintf(fields + used, sizeof(fields) - (size_t)used, " p%d=%s:u32", location,
		                 location_name(location));
	int software = faults_open_software(error);
	if (software < 0)
		return software;
	int found = kprobe_define(SEARCH, FUNCTION, fields, error);
	if (found == 0) {
		found = search_locations(error);
		int err = kprobe_remove(SEARCH, found < 0 ? NULL : error);
		found = err && found >= 0 ? err : found;
	}
	close(software);
	return found;
}

int fault_event_available(struct error *error)
{
	return kprobe_available(FUNCTION, error);
}

int fault_event_get(struct fault_event *event, struct error *error)
{
	char fields[128];
	int location = search(error);
	if (location < 0)
		return location;
	snprintf(fields, sizeof(fields), "event=%%x0:u32 address=%%x3:u64 syndrome=%s:u32",
	         location_name(location));
	int err = kprobe_define(EVENT, FUNCTION, fields, error);
	if (err)
		return err;
	event->name = KPROBE_GROUP ":" EVENT;
	event->by_software_event = true;
	filters_of("syndrome", event->filter);
	return 0;
}
#endif
