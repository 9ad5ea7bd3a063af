/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/lab/scripts.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "lab/kernels/cache.h"
#include "lib/base/paths.h"

enum { OPTION_MIRROR = 1024 };

static const struct argp_option mirror_options[] = {
    {"mirror", OPTION_MIRROR, "URL", 0,
     "Debian's mirror (HINTBENCH_MIRROR, or else the one that this machine's apt uses)", 0},
    {0},
};

static error_t parse_mirror(int key, char *value, struct argp_state *state)
{
	(void)state;
	if (key != OPTION_MIRROR)
		return ARGP_ERR_UNKNOWN;
	if (!*value || strpbrk(value, " \t\n[]"))
		lab_refuse("--mirror: '%s' is no address", value);
	lab_script_variable("HINTBENCH_MIRROR", value);
	return 0;
}

const struct argp lab_mirror_argp = {.options = mirror_options, .parser = parse_mirror};

void lab_refuse(const char *format, ...)
{
	char text[1024];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	bad_input("%s", text);
	exit(argp_err_exit_status);
}

void lab_script_variable(const char *name, const char *value)
{
	if ((value ? setenv(name, value, 1) : unsetenv(name)) != 0)
		lab_refuse("no memory");
}

int lab_script_become(const char *file, const struct lab_arch *arch, const struct arguments *arguments)
{
	char script[PATH_MAX], program[PATH_MAX] = "";
	struct arguments words = {0};
	if (data_path(file, script, sizeof(script)) != 0)
		lab_refuse("%s is missing: is hintbench installed whole?", file);
	if (readlink("/proc/self/exe", program, sizeof(program) - 1) < 0)
		lab_refuse("cannot find this program's file: %s", strerror(errno));
	lab_script_variable("HINTBENCH", program);
	arguments_add(&words, "%s", script);
	if (arguments->count)
		arguments_add_all(&words, (const char *const *)arguments->words);
	if (words.failed || arguments->failed || lab_arch_export(arch) != 0 || lab_cache_export() != 0)
		lab_refuse("no memory");
	execv(script, words.words);
	lab_refuse("cannot start %s: %s", script, strerror(errno));
}
