/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was measured in one case, from the measurement to the last renderer. All strings and arrays are of the arena that
 * the record's maker used. Its JSON form is lib/analysis/record_json.h's.
 */
#ifndef HINTBENCH_ANALYSIS_RECORD_H
#define HINTBENCH_ANALYSIS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/clock_unit.h"

enum case_status {
	CASE_OK,
	CASE_SKIP,         /* this kernel or machine can't */
	CASE_INCONCLUSIVE, /* what was asked for was not reached */
	CASE_FAIL,
	CASE_STATUSES,
};

/* "ok", "skip", "inconclusive" or "fail", as in the result file; and back, false where there is no such status. */
const char *case_status_name(enum case_status status);
bool case_status_find(const char *name, enum case_status *status);

struct parameter {
	const char *key, *value;
};

/* A count, such as of a kind of fault. */
struct count {
	const char *name;
	uint64_t count;
	double per_unit; /* count / units */
};

/* A value and how often it came. */
struct latency_bin {
	double value;
	uint64_t count;
};

/* Of single accesses: "touch", the first; "write", the first write after a read. */
struct latency {
	const char *name;
	enum clock_unit clock;
	uint64_t n;
	double min, p50, p90, p99, max, mean;
	struct latency_bin *bins; /* ascending, every sample; nothing is rounded */
	size_t bin_count;
};

/* An event of an event set, over all accesses of the case. */
struct event_count {
	const char *name;
	uint64_t count;  /* as the kernel told it: neither scaled nor corrected */
	double per_unit; /* count / units */
	/* Over the same accesses made again, when no fault comes: what the loop and the switching cost. */
	uint64_t baseline;
	uint64_t enabled_ns, running_ns; /* switched on, and of that on a counter */
};

/* What a formula of the event set made of such. */
struct derived {
	const char *name;
	double value;
	const char *unit;
};

/* How the scanner armed the memory in the counting pass. */
struct arming {
	uint64_t pages; /* 4K pages that it marked while it ran */
	uint64_t scans; /* passes over the address space */
	double seconds; /* of the machine's time; of the guest's in a guest */
};

/* A thread that accesses the memory, by the kernel's numbers. */
struct toucher_place {
	int cpu, node;
};

struct record {
	const char *name; /* "family/key=value/…" */
	struct parameter *params;
	size_t param_count;
	enum case_status status;
	const char *reason;          /* for every status but ok; else NULL */
	const char *unit;            /* what takes one hint fault: "page", "pmd" or "folio" */
	uint64_t units;              /* 0 where the case did not get as far as its memory */
	const struct arming *arming; /* NULL where nothing was armed */
	int memory_node;             /* where the memory was before the accesses; -1 where that is not told */
	struct toucher_place *touchers; /* in the order of their slices of the memory */
	size_t toucher_count;           /* 0 where that is not told */
	struct count *counts;
	size_t count_count;
	struct latency *latencies;
	size_t latency_count;
	/* NULL where no event set was asked for: then the file has neither field. */
	struct event_count *events;
	size_t event_count;
	struct derived *derived;
	size_t derived_count;
};

/* By name; NULL where the record has none. */
const struct count *record_count(const struct record *record, const char *name);
const struct latency *record_latency(const struct record *record, const char *name);
const struct event_count *record_event(const struct record *record, const char *name);
const struct derived *record_derived(const struct record *record, const char *name);

#endif
