/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

static void count_status(struct progress *progress, const char *name, const char *status)
{
	bool skipped = strcmp(status, "skip") == 0;
	progress->done++;
	progress->skipped += skipped;
	progress->ok += strcmp(status, "ok") == 0;
	progress->inconclusive += strcmp(status, "inconclusive") == 0;
	progress->failed += strcmp(status, "fail") == 0;
	progress->ran += !skipped && strncmp(name, "overhead/", strlen("overhead/")) != 0;
}

static void print_figures(json_t *record)
{
	static const char *const metrics[][2] = {
	    {"hint_faults", "hint"}, {"write_faults", "write"}, {"other_faults", "other"}};
	static const char *const latencies[] = {"touch", "write"};
	bool any = false;
	for (size_t i = 0; i < 3; i++) {
		json_t *metric = json_object_get(json_object_get(record, "metrics"), metrics[i][0]);
		if (metric)
			printf("  %s %g", metrics[i][1],
			       json_number_value(json_object_get(metric, "per_unit")));
		any |= metric != NULL;
	}
	if (any)
		printf(" faults/%s", json_string_value(json_object_get(record, "unit")));
	for (size_t i = 0; i < 2; i++) {
		json_t *latency = json_object_get(json_object_get(record, "latency"), latencies[i]);
		if (latency)
			printf("  %s %g %s", latencies[i], json_number_value(json_object_get(latency, "p50")),
			       json_string_value(json_object_get(latency, "clock")));
	}
}

/* A line each for what an event set tells, and for an event that had a counter only in turns. */
static void print_events(json_t *record)
{
	const char *name;
	json_t *value;
	json_object_foreach (json_object_get(record, "derived"), name, value)
		printf("%-12s   %s %g %s\n", "", name, json_number_value(json_object_get(value, "value")),
		       json_string_value(json_object_get(value, "unit")));
	json_object_foreach (json_object_get(record, "events"), name, value) {
		double enabled = json_number_value(json_object_get(value, "enabled_ns"));
		double running = json_number_value(json_object_get(value, "running_ns"));
		if (running < enabled)
			printf("%-12s   %s was on a counter %.0f %% of the time: its figures are too low\n",
			       "", name, 100 * running / enabled);
	}
}

void progress_end(struct progress *progress, json_t *record)
{
	const char *name = json_string_value(json_object_get(record, "name"));
	const char *status = json_string_value(json_object_get(record, "status"));
	const char *reason = json_string_value(json_object_get(record, "reason"));
	count_status(progress, name, status);
	clear_bar(progress);
	if (!progress->lines) {
		fprintf(stderr, "[%zu/%zu] %s %s%s%s\n", progress->done, progress->total, status, name,
		        reason ? ": " : "", reason ? reason : "");
		return;
	}
	printf("%-12s %s", status, name);
	if (reason)
		printf(": %s", reason);
	else
		print_figures(record);
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
