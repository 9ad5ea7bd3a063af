/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the real binary, for tests of the command line. */
#ifndef HINTBENCH_TESTS_SUPPORT_COMMAND_LINE_H
#define HINTBENCH_TESTS_SUPPORT_COMMAND_LINE_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a command wrote and how it ended. */
struct ran {
	int status;
	char out[1 << 20];
	char err[1 << 14];
};

static inline void read_and_remove(const char *path, char *text, size_t bytes)
{
	FILE *in = fopen(path, "r");
	size_t length = in ? fread(text, 1, bytes - 1, in) : 0;
	text[length] = '\0';
	if (in)
		fclose(in);
	unlink(path);
}

/* Runs "$HINTBENCH ARGUMENTS" in a shell; `arguments` may redirect standard output. */
static inline struct ran *hintbench(const char *arguments, ...) __attribute__((format(printf, 1, 2)));

static inline struct ran *hintbench(const char *arguments, ...)
{
	static struct ran ran;
	static char text[8192], command[12288], out[64], err[64];
	const char *binary = getenv("HINTBENCH");
	va_list args;
	va_start(args, arguments);
	vsnprintf(text, sizeof(text), arguments, args);
	va_end(args);
	snprintf(out, sizeof(out), "/tmp/hintbench-test-%d.out", getpid());
	snprintf(err, sizeof(err), "/tmp/hintbench-test-%d.err", getpid());
	snprintf(command, sizeof(command), "{ %s %s ; } >%s 2>%s", binary ? binary : "build/hintbench", text,
	         out, err);
	int status = system(command);
	ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	read_and_remove(out, ran.out, sizeof(ran.out));
	read_and_remove(err, ran.err, sizeof(ran.err));
	return &ran;
}

#define assert_has(text, part)                                         \
	do {                                                           \
		if (!strstr((text), (part)))                           \
			fail_msg("no \"%s\" in:\n%s", (part), (text)); \
	} while (0)

#define assert_has_not(text, part)                                  \
	do {                                                        \
		if (strstr((text), (part)))                         \
			fail_msg("\"%s\" in:\n%s", (part), (text)); \
	} while (0)

#endif
