/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/escape.h"
#include "lib/analysis/metrics.h"

static double now_sec(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void progress_init(struct progress *progress, size_t total, bool lines)
{
	*progress = (struct progress){
	    .total = total,
	    .bar = isatty(STDERR_FILENO),
	    .lines = lines,
	    .start_sec = now_sec(),
	};
}

static void clear_bar(const struct progress *progress)
{
	if (progress->bar)
		fputs("\r\033[K", stderr);
}

void progress_start(struct progress *progress, const char *name)
{
	if (!progress->bar)
		return;
	double spent_sec = now_sec() - progress->start_sec;
	clear_bar(progress);
	fprintf(stderr, "[%zu/%zu] ", progress->done + 1, progress->total);
	if (progress->done > 0)
		fprintf(stderr, "%.0f s left  ",
		        spent_sec / (double)progress->done * (double)(progress->total - progress->done));
	fprintf(stderr, "%s", name);
	fflush(stderr);
}

static void count_status(struct progress *progress, const struct record *record)
{
	bool skipped = record->status == CASE_SKIP;
	progress->done++;
	progress->skipped += skipped;
	progress->ok += record->status == CASE_OK;
	progress->inconclusive += record->status == CASE_INCONCLUSIVE;
	progress->failed += record->status == CASE_FAIL;
	progress->ran += !skipped && strncmp(record->name, "overhead/", strlen("overhead/")) != 0;
}

/* The metric where it is part of the line; false where it is not. */
static bool shown(const struct record *record, const struct metric *metric, struct figure *figure)
{
	return metric->short_name && figure_find(record, metric->name, figure) &&
	       (metric->shown != SHOWN_WHERE_ANY || figure->count > 0);
}

/* "  hint 1  write 0 faults/page  touch 6 instructions": what the catalogue has a short name for, in its order. */
static void print_figures(const struct record *record)
{
	bool any_faults = false;
	for (const struct metric *metric = metrics; metric->name; metric++) {
		struct figure figure;
		bool here = shown(record, metric, &figure);
		if (any_faults && metric->kind != METRIC_FAULT)
			printf(" faults/%s", record->unit);
		any_faults = metric->kind == METRIC_FAULT && (any_faults || here);
		if (!here)
			continue;
		printf("  %s %g", metric->short_name, figure.value);
		if (metric->kind == METRIC_TIME)
			printf(" %s", figure.unit);
	}
}

/* A line each for what an event set tells, and for an event that had a counter only in turns. */
static void print_events(const struct record *record)
{
	for (size_t i = 0; i < record->derived_count; i++) {
		const struct derived *derived = &record->derived[i];
		printf("%-12s   %s %g %s\n", "", derived->name, derived->value, derived->unit);
	}
	for (size_t i = 0; i < record->event_count; i++) {
		const struct event_count *event = &record->events[i];
		if (event->running_ns < event->enabled_ns)
			printf("%-12s   %s was on a counter %.0f %% of the time: its figures are too low\n",
			       "", event->name, 100 * (double)event->running_ns / (double)event->enabled_ns);
	}
}

void progress_end(struct progress *progress, const struct record *record)
{
	const char *status = case_status_name(record->status);
	count_status(progress, record);
	clear_bar(progress);
	if (!progress->lines) {
		print_line(stderr, "[%zu/%zu] %s %s%s%s", progress->done, progress->total, status,
		           record->name, record->reason ? ": " : "", record->reason ? record->reason : "");
		return;
	}
	printf("%-12s %s", status, record->name);
	if (record->reason) {
		fputs(": ", stdout);
		print_plain(record->reason, stdout);
	} else {
		print_figures(record);
	}
	printf("\n");
	print_events(record);
	fflush(stdout);
}

void progress_finish(struct progress *progress, const char *output)
{
	clear_bar(progress);
	fprintf(stderr, "hintbench: %zu ok, %zu inconclusive, %zu failed, %zu skipped", progress->ok,
	        progress->inconclusive, progress->failed, progress->skipped);
	if (progress->done < progress->total)
		fprintf(stderr, ", %zu not run", progress->total - progress->done);
	fprintf(stderr, "; result in %s\n", strcmp(output, "-") == 0 ? "standard output" : output);
}
