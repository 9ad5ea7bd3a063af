/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/arena.h"

#include <limits.h>
#include <obstack.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define obstack_chunk_alloc malloc
#define obstack_chunk_free  free

struct arena {
	struct obstack stack;
};

static void __attribute__((noreturn)) out_of_memory(void)
{
	fputs("hintbench: out of memory\n", stderr);
	exit(2);
}

struct arena *arena_new(void)
{
	obstack_alloc_failed_handler = out_of_memory;
	struct arena *arena = malloc(sizeof(*arena));
	if (!arena)
		out_of_memory();
	obstack_init(&arena->stack);
	return arena;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	obstack_free(&arena->stack, NULL);
	free(arena);
}

/* The macros of glibc align by adding to a NULL, which clang's sanitizer minds. */
__attribute__((no_sanitize("pointer-overflow"))) void *arena_alloc(struct arena *arena, size_t bytes)
{
	/* glibc's obstacks take sizes as int, and add the room of a chunk's header to them. */
	if (bytes > INT_MAX / 2)
		out_of_memory();
	return memset(obstack_alloc(&arena->stack, bytes), 0, bytes);
}

char *arena_copy(struct arena *arena, const char *text)
{
	return text ? strcpy(arena_alloc(arena, strlen(text) + 1), text) : NULL;
}

char *arena_print(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	char *text = arena_alloc(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	va_end(args);
	return text;
}
