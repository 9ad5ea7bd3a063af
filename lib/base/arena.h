/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is freed all at once (glibc's obstacks): for what is read or worked out as a whole, such as a result. */
#ifndef HINTBENCH_BASE_ARENA_H
#define HINTBENCH_BASE_ARENA_H

#include <stddef.h>

struct arena;

/* Where memory runs out, the program ends with a message and status 2: nothing here returns NULL. */
struct arena *arena_new(void);
void arena_free(struct arena *arena); /* NULL is nothing to free */

/* `bytes` of zeros, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t bytes);

/* Copies of strings. A NULL text gives NULL. */
char *arena_copy(struct arena *arena, const char *text);
char *arena_print(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
