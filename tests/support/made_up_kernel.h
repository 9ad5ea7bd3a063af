/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A made-up kernel tree for tests of what builds kernels: two C files that a real compiler compiles, and a
 * Makefile that answers to what a kernel's does, notes in $MADE_UP_LOG what it was asked for, and takes for
 * its bzImage $MADE_UP_OLD where mm/memory.c speaks of savedwrite, else $MADE_UP_NEW. All of it in the test's
 * folder, which is the cache as well.
 */
#ifndef HINTBENCH_TESTS_SUPPORT_MADE_UP_KERNEL_H
#define HINTBENCH_TESTS_SUPPORT_MADE_UP_KERNEL_H

#include "tests/support/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/run.h"
#include "tests/support/tiny_kernel.h"

#define MADE_UP_MAKEFILE                                                                                   \
	"tree := $(CURDIR)\n"                                                                              \
	"image := $(O)/arch/x86/boot/bzImage\n"                                                            \
	"olddefconfig:\n"                                                                                  \
	"\t@echo olddefconfig >>$(MADE_UP_LOG)\n"                                                          \
	"\t@test ! -e $(tree)/bad-Kconfig || { echo 'Kconfig:1: syntax error'; exit 1; }\n"                \
	"\t@test ! -e $(tree)/turned-off || sed -i -f $(tree)/turned-off $(O)/.config\n"                   \
	"bzImage: $(image)\n"                                                                              \
	"$(O)/%.o: $(tree)/%.c\n"                                                                          \
	"\t@mkdir -p $(@D); echo '  CC      $*.o'; echo '$*.o' >>$(MADE_UP_LOG)\n"                         \
	"\t@$(CC) -c -o $@ $<\n"                                                                           \
	"$(image): $(O)/mm/memory.o $(O)/lib/error.o $(wildcard $(tree)/lib/more.c)\n"                     \
	"\t@mkdir -p $(@D) $(O)/include/config; echo 6.1.0$(LOCALVERSION) "                                \
	">$(O)/include/config/kernel.release\n"                                                            \
	"\t@if test -n '$(MADE_UP_WAIT)'; then touch $(MADE_UP_LOG).waits; "                               \
	"while ! test -e $(MADE_UP_WAIT); do sleep 0.1; done; fi\n"                                        \
	"\t@touch $(O)/System.map; if grep -q savedwrite $(tree)/mm/memory.c; then cp $(MADE_UP_OLD) $@; " \
	"else cp $(MADE_UP_NEW) $@; fi\n"

#define MADE_UP_MEMORY                                                                                \
	"/* hinting faults */\nint one;\nint two;\nint three;\n\nint fault(void)\n{\n\treturn 1; /* " \
	"savedwrite "                                                                                 \
	"*/\n}\n\nint four;\nint five;\nint six;\n"

/* Runs a shell command in the test's folder, which must succeed. */
static inline void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline void shell(const char *format, ...)
{
	char command[4096];
	int used = snprintf(command, sizeof(command), "cd %s && ", folder);
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(command + used, sizeof(command) - (size_t)used, format, arguments);
	va_end(arguments);
	if (system(command) != 0)
		fail_msg("failed: %s", command);
}

/* The first line that a shell command prints. */
static inline const char *shell_line(const char *command)
{
	static char line[512];
	shell("{ %s ; } >line", command);
	read_text(in_folder("line"), line, sizeof(line));
	line[strcspn(line, "\n")] = '\0';
	return line;
}

/* Everything that the lab needs is set. */
static inline void write_whole_config(const char *path)
{
	char needs[8192], config[8192] = "CONFIG_MODULES=m\n";
	read_text("lab/kernels/required.config", needs, sizeof(needs));
	for (char *line = strtok(needs, "\n"); line; line = strtok(NULL, "\n")) {
		if (strncmp(line, "CONFIG_", 7) != 0)
			continue;
		size_t used = strlen(config);
		snprintf(config + used, sizeof(config) - used, "%.*s=y\n", (int)strcspn(line, " "), line);
	}
	write_text(path, config);
}

static inline void make_tree(const char *name)
{
	char path[128];
	shell("mkdir -p '%s'/mm '%s'/lib", name, name);
	snprintf(path, sizeof(path), "%s/Makefile", name);
	write_text(in_folder(path), MADE_UP_MAKEFILE);
	snprintf(path, sizeof(path), "%s/mm/memory.c", name);
	write_text(in_folder(path), MADE_UP_MEMORY);
	shell("cd '%s'; echo '# made up' >Kbuild; echo 'int error;' >lib/error.c", name);
}

/* A tree that is git's, with one commit. */
static inline void make_checkout(const char *name)
{
	make_tree(name);
	shell("cd '%s'; printf '*.o\\n.*\\n!.gitignore\\n/include/config/\\n' >.gitignore; git init -q; git "
	      "add .; "
	      "git commit -q -m first",
	      name);
}

/* The environment of a test: its own cache, with the config that Debian's would be, and a kernel image. */
static inline int set_up_kernels(void **state)
{
	if (set_up_folder(state) != 0)
		return -1;
	setenv("XDG_CACHE_HOME", in_folder("cache"), 1);
	setenv("MADE_UP_LOG", in_folder("asked"), 1);
	setenv("MADE_UP_OLD", in_folder("old"), 1);
	setenv("MADE_UP_NEW", in_folder("new"), 1);
	unsetenv("MADE_UP_WAIT");
	unsetenv("HINTBENCH_MIRROR");
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_AUTHOR_NAME", "A", 1);
	setenv("GIT_AUTHOR_EMAIL", "a@example.org", 1);
	setenv("GIT_COMMITTER_NAME", "A", 1);
	setenv("GIT_COMMITTER_EMAIL", "a@example.org", 1);
	shell("mkdir -p cache/hintbench/kernels/debian-bookworm; touch asked");
	write_whole_config(in_folder("cache/hintbench/kernels/debian-bookworm/config"));
	write_tiny_kernel(in_folder("old"), "old\n", "", 1);
	write_tiny_kernel(in_folder("new"), "new\n", "", 1);
	return 0;
}

/* What the Makefile was asked for since the last time. */
static inline const char *asked(void)
{
	static char text[4096];
	read_text(in_folder("asked"), text, sizeof(text));
	write_text(in_folder("asked"), "");
	return text;
}

/* Why kernels can't be built here, or NULL. */
static inline const char *missing_tool(void)
{
	static const char *const tools[] = {"git", "make", "gcc", "flex", "bison", "bc"};
	static char error[64];
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		snprintf(error, sizeof(error), "command -v %s >/dev/null", tools[i]);
		if (system(error) == 0)
			continue;
		snprintf(error, sizeof(error), "%s is missing", tools[i]);
		return error;
	}
	return NULL;
}

static inline void skip_without_tools(void)
{
	const char *error = missing_tool();
	if (!error)
		return;
	print_message("%s\n", error);
	skip();
}

#define with_kernels(test) cmocka_unit_test_setup_teardown(test, set_up_kernels, tear_down_folder)

#endif
