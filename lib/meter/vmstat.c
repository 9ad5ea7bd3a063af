/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/meter/vmstat.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/textfile.h"

int vmstat_read(struct vmstat *vmstat, struct error *error)
{
	int length = textfile_read("/proc/vmstat", vmstat->text, sizeof(vmstat->text));
	if (length < 0)
		return error_set_errno(error, -length, "cannot read /proc/vmstat");
	return 0;
}

/* A line a counter: its name, a space, its value. */
bool vmstat_count(const struct vmstat *vmstat, const char *name, uint64_t *count)
{
	size_t length = strlen(name);
	*count = 0;
	for (const char *line = vmstat->text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) == 0 && line[length] == ' ') {
			*count = strtoull(line + length, NULL, 10);
			return true;
		}
	}
	return false;
}

uint64_t vmstat_growth(const struct vmstat *before, const struct vmstat *after, const char *name)
{
	uint64_t first, last;
	return vmstat_count(before, name, &first) && vmstat_count(after, name, &last) ? last - first : 0;
}
