/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/meter/vmstat.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/textfile.h"

static const char *const names[VMSTAT_ITEMS] = {
    [NUMA_PTE_UPDATES] = "numa_pte_updates",
    [NUMA_HUGE_PTE_UPDATES] = "numa_huge_pte_updates",
    [NUMA_HINT_FAULTS] = "numa_hint_faults",
    [NUMA_HINT_FAULTS_LOCAL] = "numa_hint_faults_local",
    [NUMA_PAGES_MIGRATED] = "numa_pages_migrated",
    [PGMIGRATE_SUCCESS] = "pgmigrate_success",
    [PGMIGRATE_FAIL] = "pgmigrate_fail",
    [PGREUSE] = "pgreuse",
    [PSWPIN] = "pswpin",
    [PSWPOUT] = "pswpout",
};

const char *vmstat_name(enum vmstat_item item)
{
	return names[item];
}

static void parse_line(struct vmstat *vmstat, char *line)
{
	char *space = strchr(line, ' ');
	if (!space)
		return;
	*space = '\0';
	for (int item = 0; item < VMSTAT_ITEMS; item++) {
		if (strcmp(line, names[item]) == 0) {
			vmstat->present[item] = true;
			vmstat->count[item] = strtoull(space + 1, NULL, 10);
			return;
		}
	}
}

int vmstat_read(struct vmstat *vmstat, struct error *error)
{
	char text[16384];
	int length = textfile_read("/proc/vmstat", text, sizeof(text));
	if (length < 0)
		return error_set_errno(error, -length, "cannot read /proc/vmstat");
	memset(vmstat, 0, sizeof(*vmstat));
	char *rest = text, *line;
	while ((line = strsep(&rest, "\n")))
		parse_line(vmstat, line);
	return 0;
}
