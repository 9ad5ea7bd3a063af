/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/case_record.h"

#include <errno.h>
#include <string.h>

#include "lib/analysis/latency.h"

/* What was asked for but not reached is inconclusive; what this kernel can't do a skip; everything else a failure. */
static enum case_status status_of(int err)
{
	switch (-err) {
	case 0:
		return CASE_OK;
	case EAGAIN:
	case ETIME:
		return CASE_INCONCLUSIVE;
	case ENOSYS:
	case EOPNOTSUPP:
	case ENODEV:
		return CASE_SKIP;
	default:
		return CASE_FAIL;
	}
}

static struct record *start_record(struct arena *arena, const struct bench_case *c)
{
	const struct page_kind *page = case_row(c, &axis_page);
	struct record *record = arena_alloc(arena, sizeof(*record));
	record->name = arena_copy(arena, c->name);
	record->param_count = c->param_count;
	record->params = arena_alloc(arena, c->param_count * sizeof(*record->params));
	memcpy(record->params, c->params, c->param_count * sizeof(*record->params));
	record->unit = page->unit;
	record->memory_node = -1;
	return record;
}

struct record *case_record_skip(struct arena *arena, const struct bench_case *c, const struct error *error)
{
	struct record *record = start_record(arena, c);
	record->status = CASE_SKIP;
	record->reason = arena_copy(arena, error->text);
	return record;
}

static void take_counts(struct arena *arena, struct record *record, const struct measurement *m)
{
	record->counts = arena_alloc(arena, m->count_count * sizeof(*record->counts));
	record->count_count = m->count_count;
	for (size_t i = 0; i < m->count_count; i++)
		record->counts[i] = (struct count){
		    .name = arena_copy(arena, m->counts[i].name),
		    .count = m->counts[i].count,
		    .per_unit = (double)m->counts[i].count / (double)m->units,
		};
}

static void take_latency(struct arena *arena, struct record *record, const char *name, const uint64_t *ticks,
                         size_t n, const struct clock *clock)
{
	double scale = clock->unit == CLOCK_NS ? clock->ns_per_tick : 1.0;
	struct latency *latency = &record->latencies[record->latency_count];
	record->latency_count += latency_summarize(latency, arena, name, ticks, n, clock->unit, scale);
}

/* Where the memory and the touchers were, as far as the case got. */
static void take_places(struct arena *arena, struct record *record, const struct measurement *m)
{
	if (m->units)
		record->memory_node = m->memory_node;
	record->touchers = arena_alloc(arena, m->toucher_count * sizeof(*record->touchers));
	record->toucher_count = m->toucher_count;
	memcpy(record->touchers, m->touchers, m->toucher_count * sizeof(*record->touchers));
}

static void take_arming(struct arena *arena, struct record *record, const struct scan_report *arm)
{
	struct arming *arming = arena_alloc(arena, sizeof(*arming));
	*arming = (struct arming){.pages = arm->pages, .scans = arm->scans, .seconds = arm->seconds};
	record->arming = arming;
}

struct record *case_record_make(struct arena *arena, const struct bench_case *c,
                                const struct measurement *counted, const struct measurement *timed,
                                const struct clock *clock)
{
	const struct measurement *worse = counted->err ? counted : timed;
	struct record *record = start_record(arena, c);
	record->status = status_of(worse->err);
	record->reason = worse->err ? arena_copy(arena, worse->error.text) : NULL;
	record->units = counted->units;
	take_places(arena, record, counted);
	if (counted->armed)
		take_arming(arena, record, &counted->arm);
	if (counted->units)
		take_counts(arena, record, counted);
	record->latencies = arena_alloc(arena, 2 * sizeof(*record->latencies));
	if (timed->timed_touch)
		take_latency(arena, record, "touch", timed->touch_ticks, timed->touches, clock);
	if (timed->timed_write)
		take_latency(arena, record, "write", timed->write_ticks, timed->touches, clock);
	return record;
}

void case_record_spoil(struct arena *arena, struct record *record, const struct measurement *failed)
{
	record->status = status_of(failed->err);
	record->reason = arena_copy(arena, failed->error.text);
}
