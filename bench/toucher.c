/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/toucher.h"

#include <errno.h>
#include <stdlib.h>

#include "bench/bench.h"

static void do_job(struct toucher *toucher)
{
	toucher->err = toucher->team->work(toucher, &toucher->error);
}

static void *do_jobs(void *data)
{
	struct toucher *toucher = data;
	for (;;) {
		pthread_barrier_wait(&toucher->team->start);
		do_job(toucher);
		pthread_barrier_wait(&toucher->team->end);
	}
	return NULL;
}

int team_do(struct team *team, toucher_work *work, struct error *error)
{
	team->work = work;
	if (team->count > 1)
		pthread_barrier_wait(&team->start);
	do_job(&team->touchers[0]);
	if (team->count > 1)
		pthread_barrier_wait(&team->end);
	for (int i = 0; i < team->count; i++) {
		const struct toucher *toucher = &team->touchers[i];
		if (toucher->err)
			return error_set(error, -toucher->err, "%s", toucher->error.text);
	}
	return 0;
}

static int pin(struct toucher *toucher, struct error *error)
{
	return topology_pin(toucher->team->topology, toucher->cpu, error);
}

static int start_threads(struct team *team, struct error *error)
{
	pthread_barrier_init(&team->start, NULL, (unsigned int)team->count);
	pthread_barrier_init(&team->end, NULL, (unsigned int)team->count);
	for (int i = 1; i < team->count; i++) {
		pthread_t thread;
		int err = pthread_create(&thread, NULL, do_jobs, &team->touchers[i]);
		if (err)
			return error_set_errno(error, err, "cannot start thread %d of %d", i + 1,
			                       team->count);
	}
	return 0;
}

int team_start(struct team *team, struct pass *pass, const struct topology *topology, const int *cpus,
               int count, struct error *error)
{
	*team = (struct team){.pass = pass, .topology = topology, .count = count};
	team->touchers = calloc((size_t)count, sizeof(*team->touchers));
	if (!team->touchers)
		return error_set(error, ENOMEM, "no memory for %d threads", count);
	for (int i = 0; i < count; i++) {
		team->touchers[i].team = team;
		team->touchers[i].cpu = cpus[i];
	}
	int err = count > 1 ? start_threads(team, error) : 0;
	return err ? err : team_do(team, pin, error);
}

void team_divide(struct team *team)
{
	const struct region *region = &team->pass->region;
	const struct measurement *m = team->pass->m;
	size_t unit_touches = region->touches / region->units;
	for (size_t i = 0; i < (size_t)team->count; i++) {
		struct toucher *toucher = &team->touchers[i];
		size_t first = region->units * i / (size_t)team->count * unit_touches;
		size_t end = region->units * (i + 1) / (size_t)team->count * unit_touches;
		toucher->start = region->start + first * region->touch_bytes;
		toucher->touches = end - first;
		toucher->touch_ticks = m->touch_ticks + first;
		toucher->write_ticks = m->write_ticks + first;
	}
}
