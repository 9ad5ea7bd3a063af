/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/meter/kprobe.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/settings.h"
#include "lib/base/textfile.h"

/* The file that takes definitions, wherever tracefs is mounted; NULL where it isn't, or may not be written. */
static const char *definitions(void)
{
	static const char *const paths[] = {"/sys/kernel/tracing/kprobe_events",
	                                    "/sys/kernel/debug/tracing/kprobe_events"};
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (access(paths[i], W_OK) == 0)
			return paths[i];
	return NULL;
}

static bool kernel_has(const char *function)
{
	FILE *symbols = fopen("/proc/kallsyms", "re");
	char line[512], name[256];
	bool found = false;
	while (symbols && !found && fgets(line, sizeof(line), symbols))
		found = sscanf(line, "%*s %*s %255s", name) == 1 && strcmp(name, function) == 0;
	if (symbols)
		fclose(symbols);
	return found;
}

int kprobe_available(const char *function, struct error *error)
{
	if (!definitions() && geteuid() != 0)
		return error_set(error, EACCES, "kprobe events can't be set here: run as root");
	if (!definitions())
		return error_set(error, ENOSYS,
		                 "no kprobe events: mount tracefs at /sys/kernel/tracing; the kernel needs "
		                 "CONFIG_KPROBE_EVENTS");
	if (!kernel_has(function))
		return error_set(error, ENOSYS, "this kernel has no function %s to count at", function);
	return 0;
}

static const char *removal(const char *name)
{
	static char text[64];
	snprintf(text, sizeof(text), "-:" KPROBE_GROUP "/%s", name);
	return text;
}

/* The file holds other people's events too: what is written to it is added, as textfile_write() doesn't truncate. */
int kprobe_define(const char *name, const char *function, const char *fields, struct error *error)
{
	char text[2048];
	const char *path = definitions();
	int length = snprintf(text, sizeof(text), "p:" KPROBE_GROUP "/%s %s %s", name, function, fields);
	if (length >= (int)sizeof(text))
		return error_set(error, E2BIG, "the definition of kprobe event %s is too long", name);
	int err = kprobe_available(function, error);
	if (!err)
		err = settings_undo_with_write(path, removal(name), error);
	if (err)
		return err;
	err = textfile_write(path, text);
	return err ? error_set_errno(error, -err, "the kernel refuses the kprobe event '%s'", text) : 0;
}

int kprobe_remove(const char *name, struct error *error)
{
	const char *path = definitions();
	int err = path ? textfile_write(path, removal(name)) : -ENOENT;
	return err ? error_set_errno(error, -err, "cannot remove the kprobe event %s", name) : 0;
}
