/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The contract of a benchmark family: a const struct of verbs, and the axes that its cases are made of. The runner
 * owns processes, threads, counters, time, statistics and output; a family says only what happens between memory that
 * is ready and the accesses that are measured.
 *
 * A case's life, in a process of its own for each pass (bench/pass.c):
 *   memory made, placed, populated → family->setup() → accesses, counted or timed → family->confirm()
 */
#ifndef HINTBENCH_BENCH_BENCH_H
#define HINTBENCH_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/toucher.h"
#include "lib/analysis/record.h"
#include "lib/analysis/selection.h"
#include "lib/base/error.h"
#include "lib/base/page_size.h"
#include "lib/memory/outcome.h"
#include "lib/memory/region.h"
#include "lib/memory/scanner.h"
#include "lib/memory/sharing.h"
#include "lib/memory/track.h"
#include "lib/meter/counters.h"
#include "lib/meter/event_groups.h"
#include "lib/meter/vmstat.h"

#define AXES_MAX      10
#define CASE_NAME_MAX 192
#define COUNTS_MAX    48

/* One key of a case's name with its values: a table whose rows begin with `const char *name`, NULL after the last. */
struct axis {
	const char *key;
	const void *rows;
	size_t row_bytes;
	bool optional; /* the first value is the usual one and isn't named */
};

/* An axis over such a table; an array of strings, NULL after the last, is one too. */
#define AXIS(key_, rows_)                                                       \
	{                                                                       \
		.key = (key_), .rows = (rows_), .row_bytes = sizeof((rows_)[0]) \
	}
#define AXIS_OPTIONAL(key_, rows_)                                                                \
	{                                                                                         \
		.key = (key_), .rows = (rows_), .row_bytes = sizeof((rows_)[0]), .optional = true \
	}

/* The axes that families share: rows are struct mapping, struct page_kind, struct access, struct outcome, … */
extern const struct axis axis_map, axis_page, axis_access, axis_outcome, axis_share, axis_track;

struct access {
	const char *name;
	bool reads_first; /* every page is read before the first is written */
};

struct family;

/* One measurement with all its parameters set. */
struct bench_case {
	const struct family *family;
	char name[CASE_NAME_MAX];
	const void *row[AXES_MAX];         /* what was chosen, an axis each, in the family's order */
	struct parameter params[AXES_MAX]; /* the same by name */
	size_t param_count;
};

/* What was chosen on `axis`; the axis's first row where the family doesn't have the axis. */
const void *case_row(const struct bench_case *c, const struct axis *axis);

/* The same for an axis of plain strings. */
const char *case_string(const struct bench_case *c, const struct axis *axis);

/* How many threads access the case's memory. */
int case_touchers(const struct bench_case *c);

struct pass_count {
	char name[32];
	uint64_t count;
};

/* What a pass found, in memory that the runner shares with the case's process. */
struct measurement {
	char doing[64]; /* for the message where the process dies */
	bool finished;
	int err; /* 0, or what the pass returned */
	struct error error;
	uint64_t units, touches;
	int memory_node; /* where the memory was before the accesses; -1 where that is not told */
	size_t toucher_count;
	struct toucher_place touchers[TOUCHERS_MAX];
	size_t count_count;
	struct pass_count counts[COUNTS_MAX];
	bool armed;
	struct scan_report arm;
	bool timed_touch, timed_write;
	uint64_t *touch_ticks, *write_ticks; /* in the order of the memory, whoever touched it */
	struct counters_seen seen;           /* by the events pass, over the accesses */
	/* over the same accesses again, when no fault comes: the least of three times */
	struct counters_seen baseline;
};

enum pass_kind {
	PASS_COUNT,  /* tracepoints on */
	PASS_TIME,   /* off: they cost instructions of their own */
	PASS_EVENTS, /* a group of an event set is counted, and nothing else */
};

/* A case in its process. */
struct pass {
	const struct bench_case *c;
	enum pass_kind kind;
	bool exact_clock; /* of instructions, not of time */
	struct region region;
	struct case_nodes nodes;
	struct tracker tracker;
	struct vmstat before, after; /* around the accesses */
	/* pages of the region that are on another node than their first after the accesses */
	uint64_t migrated;
	bool migrated_foreign; /* that figure is the kernel's for the whole machine */
	struct team team;      /* the threads that access the region */
	/* what is counted beside, of which the events pass counts `group`; NULL: nothing */
	const struct event_groups *events;
	int group;
	int settle_end; /* of the line to the runner, bench/settle.h */
	struct measurement *m;
};

/* Adds a count of the pass to the case's record; its per-unit value is count / units. */
void pass_count(struct pass *pass, const char *name, uint64_t count);

/*
 * Arms the region, then does what its kind of page and its sharing want done to armed memory. The count `armed` tells
 * how many units the scanner marked. Returns 0, or -errno with `error`; that too little was armed is not an error.
 */
int pass_arm(struct pass *pass, struct error *error);

/* Whether all of the region was armed: 0, or -EAGAIN with `error`. */
int pass_armed_all(const struct pass *pass, struct error *error);

struct family {
	const char *name;
	const char *what;
	const struct axis *axes[AXES_MAX]; /* in the order of the name, NULL after the last */
	/*
	 * The count of accesses to entries that are not present. NULL: "hint_faults", since the memory is resident and
	 * such an entry is PROT_NONE; a family whose pages are away at the first access calls them what they are.
	 */
	const char *absent_count;
	bool two_nodes; /* can't do without a second node */
	int touchers;   /* threads that access the memory, each a slice of it; 0: one, on all of it */
	/* Whether a combination exists, beyond what a mapping's kinds of page say. NULL: it does. */
	bool (*exists)(const struct bench_case *c);
	/* Whether the kernel at hand can do it: 0, or -errno with `error`. NULL: it can. */
	int (*available)(const struct bench_case *c, struct error *error);
	/* What the case is about, on memory that is ready. NULL: nothing. Returns 0, or -errno with `error`. */
	int (*setup)(struct pass *pass, struct error *error);
	/* After the accesses: was reached what was asked for? -EAGAIN with `error`: it was not. NULL: yes. */
	int (*confirm)(struct pass *pass, struct error *error);
	struct family *next; /* the list's */
};

/* Puts a family into the list of all: a file in bench/ needs nothing else. */
#define BENCH_FAMILY(family_)                                             \
	static void __attribute__((constructor)) register_##family_(void) \
	{                                                                 \
		family_register(&(family_));                              \
	}                                                                 \
	struct bench_requires_a_semicolon

void family_register(struct family *family);

#endif
