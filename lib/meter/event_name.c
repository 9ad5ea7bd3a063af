/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/meter/event_name.h"

#include <ctype.h>
#include <errno.h>
#include <perfmon/pfmlib_perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_BYTES  128
#define NEAREST_MAX 3

/* Makes libpfm4 ready, with its tables of processors that are not in this machine. Returns 0, or -errno. */
static int open_tables(struct error *error)
{
	static bool ready;
	if (ready)
		return 0;
	/* Else the events of other processors can't be looked up at all; libpfm4 reads it when it starts. */
	setenv("LIBPFM_ENCODE_INACTIVE", "1", 1);
	pfm_terminate();
	int err = pfm_initialize();
	ready = err == PFM_SUCCESS;
	return err == PFM_SUCCESS
	           ? 0
	           : error_set(error, ENOTSUP, "libpfm4 does not start: %s", pfm_strerror(err));
}

static bool pmu_info(int pmu, pfm_pmu_info_t *info)
{
	*info = (pfm_pmu_info_t){.size = sizeof(*info)};
	return pfm_get_pmu_info(pmu, info) == PFM_SUCCESS;
}

enum pmu_state event_name_pmu(const char *name)
{
	pfm_pmu_info_t info;
	if (open_tables(NULL) != 0)
		return PMU_UNKNOWN;
	for (int pmu = 0; pmu < PFM_PMU_MAX; pmu++)
		if (pmu_info(pmu, &info) && strcmp(info.name, name) == 0)
			return info.is_present ? PMU_PRESENT : PMU_ABSENT;
	return PMU_UNKNOWN;
}

void event_name_pmus_here(char *text, size_t bytes)
{
	size_t used = 0;
	pfm_pmu_info_t info;
	text[0] = '\0';
	if (open_tables(NULL) != 0)
		return;
	for (int pmu = 0; pmu < PFM_PMU_MAX && used < bytes; pmu++)
		if (pmu_info(pmu, &info) && info.is_present && info.type == PFM_PMU_TYPE_CORE)
			used +=
			    (size_t)snprintf(text + used, bytes - used, "%s%s", used ? ", " : "", info.name);
}

/* The least number of letters to add, drop or change (Levenshtein), with small and capital ones the same. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_BYTES], columns = strlen(b);
	if (columns >= NAME_BYTES)
		return NAME_BYTES;
	for (size_t i = 0; i <= columns; i++)
		row[i] = i;
	for (; *a; a++) {
		size_t corner = row[0]++;
		for (size_t i = 1; i <= columns; i++) {
			size_t above = row[i];
			bool same = toupper((unsigned char)*a) == toupper((unsigned char)b[i - 1]);
			size_t least = corner + !same;
			least = above + 1 < least ? above + 1 : least;
			row[i] = row[i - 1] + 1 < least ? row[i - 1] + 1 : least;
			corner = above;
		}
	}
	return row[columns];
}

/* The names that are nearest to one, the nearest first. */
struct nearest {
	const char *wanted;
	char name[NEAREST_MAX][NAME_BYTES];
	size_t distance[NEAREST_MAX];
	size_t count;
};

static void nearest_offer(struct nearest *nearest, const char *name, const char *shown)
{
	size_t away = distance(nearest->wanted, name), at = nearest->count;
	if (away > 2 + strlen(nearest->wanted) / 3)
		return;
	while (at > 0 && nearest->distance[at - 1] > away)
		at--;
	if (at == NEAREST_MAX)
		return;
	if (nearest->count < NEAREST_MAX)
		nearest->count++;
	for (size_t i = nearest->count - 1; i > at; i--) {
		memcpy(nearest->name[i], nearest->name[i - 1], NAME_BYTES);
		nearest->distance[i] = nearest->distance[i - 1];
	}
	snprintf(nearest->name[at], NAME_BYTES, "%s", shown);
	nearest->distance[at] = away;
}

static void nearest_text(const struct nearest *nearest, const char *before, char *text, size_t bytes)
{
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; i < nearest->count && used < bytes; i++)
		used +=
		    (size_t)snprintf(text + used, bytes - used, "%s%s", i ? ", " : before, nearest->name[i]);
}

/* Offers the events of the PMU, or those of all where `pmu_name` is "". */
static void offer_events(struct nearest *nearest, const char *pmu_name)
{
	pfm_pmu_info_t info;
	for (int pmu = 0; pmu < PFM_PMU_MAX; pmu++) {
		if (!pmu_info(pmu, &info) || (*pmu_name && strcmp(info.name, pmu_name) != 0))
			continue;
		for (int event = info.first_event; event != -1; event = pfm_get_event_next(event)) {
			char shown[NAME_BYTES];
			pfm_event_info_t found = {.size = sizeof(found)};
			if (pfm_get_event_info(event, PFM_OS_PERF_EVENT, &found) != PFM_SUCCESS)
				continue;
			snprintf(shown, sizeof(shown), "%s::%s", info.name, found.name);
			nearest_offer(nearest, found.name, shown);
		}
	}
}

/* "PMU::EVENT:…" into its PMU ("" where there is none) and its event. */
static void split_name(const char *name, char pmu[NAME_BYTES], char event[NAME_BYTES])
{
	const char *colons = strstr(name, "::");
	snprintf(pmu, NAME_BYTES, "%.*s", colons ? (int)(colons - name) : 0, name);
	name = colons ? colons + 2 : name;
	snprintf(event, NAME_BYTES, "%.*s", (int)strcspn(name, ":"), name);
}

/* perf's own names are in capitals; the kernel's subsystems are not. */
static bool looks_like_tracepoint(const char *pmu, const char *event)
{
	return (!*pmu || strcmp(pmu, "perf") == 0) && islower((unsigned char)event[0]);
}

static int no_tracepoint(struct error *error)
{
	/* Where libpfm4 4.13 looks. */
	if (access("/sys/kernel/debug/tracing/events", R_OK | X_OK) == 0)
		return error_set(error, ENOENT, "this kernel has no such tracepoint");
	return error_set(
	    error, ENOENT,
	    "no tracepoint can be looked up: mount tracefs at /sys/kernel/debug/tracing and run as root");
}

static int no_event(const char *name, struct error *error)
{
	char pmu[NAME_BYTES], event[NAME_BYTES], near[ERROR_BYTES / 2];
	split_name(name, pmu, event);
	if (looks_like_tracepoint(pmu, event))
		return no_tracepoint(error);
	if (*pmu && event_name_pmu(pmu) == PMU_UNKNOWN)
		return error_set(error, ENODEV, "this libpfm4 has no events of the PMU %s", pmu);
	struct nearest nearest = {.wanted = event};
	offer_events(&nearest, pmu);
	if (nearest.count == 0)
		offer_events(&nearest, "");
	nearest_text(&nearest, "; the nearest that it knows: ", near, sizeof(near));
	return error_set(error, EINVAL, "libpfm4 knows no event '%.100s'%s", name,
	                 *near ? near : ", and none like it");
}

/* What may follow the event: its unit masks and modifiers. */
static int no_attribute(const char *name, int err, struct error *error)
{
	char pmu[NAME_BYTES], event[NAME_BYTES], list[ERROR_BYTES / 2] = "";
	char bare[2 * NAME_BYTES + 2];
	size_t used = 0;
	split_name(name, pmu, event);
	snprintf(bare, sizeof(bare), "%s%s%s", pmu, *pmu ? "::" : "", event);
	pfm_event_info_t info = {.size = sizeof(info)};
	int index = pfm_find_event(bare);
	if (index < 0 || pfm_get_event_info(index, PFM_OS_PERF_EVENT, &info) != PFM_SUCCESS)
		info.nattrs = 0;
	for (int i = 0; i < info.nattrs && used < sizeof(list); i++) {
		pfm_event_attr_info_t attribute = {.size = sizeof(attribute)};
		if (pfm_get_event_attr_info(index, i, PFM_OS_PERF_EVENT, &attribute) == PFM_SUCCESS)
			used += (size_t)snprintf(list + used, sizeof(list) - used, " :%s", attribute.name);
	}
	return error_set(error, EINVAL, "libpfm4 does not take '%.100s' (%s)%s%s", name, pfm_strerror(err),
	                 used ? ": that event takes" : "", list);
}

int event_name_encode(const char *name, struct perf_event_attr *attr, struct error *error)
{
	pfm_perf_encode_arg_t arg = {.attr = attr, .size = sizeof(arg)};
	memset(attr, 0, sizeof(*attr));
	attr->size = sizeof(*attr);
	int err = open_tables(error);
	if (err)
		return err;
	err = pfm_get_os_event_encoding(name, PFM_PLM0 | PFM_PLM3, PFM_OS_PERF_EVENT, &arg);
	if (err == PFM_SUCCESS)
		return 0;
	return err == PFM_ERR_NOTFOUND ? no_event(name, error) : no_attribute(name, err, error);
}
