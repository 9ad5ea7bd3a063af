/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/case_record.h"

#include <errno.h>
#include <string.h>

#include "bench/cases.h"
#include "lib/analysis/stats.h"

static json_t *params_json(const struct bench_case *c)
{
	json_t *params = json_object();
	for (size_t i = 0; c->family->axes[i]; i++)
		json_object_set_new(params, c->family->axes[i]->key,
		                    json_string(case_value(c, c->family->axes[i]->key)));
	return params;
}

static json_t *metrics_json(const struct measurement *m)
{
	json_t *metrics = json_object();
	for (size_t i = 0; i < m->metric_count; i++) {
		const struct metric *metric = &m->metrics[i];
		json_object_set_new(metrics, metric->name,
		                    json_pack("{s:I, s:f}", "count", (json_int_t)metric->count, "per_unit",
		                              (double)metric->count / (double)m->units));
	}
	return metrics;
}

static void add_latency(json_t *latency, const char *name, const uint64_t *ticks, size_t n,
                        const struct clock *clock)
{
	struct stats_summary summary;
	if (stats_summarize(ticks, n, &summary) != 0)
		return;
	double scale = clock->unit == CLOCK_NS ? clock->ns_per_tick : 1.0;
	json_object_set_new(latency, name, stats_latency_json(&summary, clock_unit_name(clock->unit), scale));
	stats_free(&summary);
}

static json_t *latency_json(const struct measurement *m, const struct clock *clock)
{
	json_t *latency = json_object();
	if (m->timed_touch)
		add_latency(latency, "touch", m->touch_ticks, m->touches, clock);
	if (m->timed_write)
		add_latency(latency, "write", m->write_ticks, m->touches, clock);
	return latency;
}

static json_t *start_record(const struct bench_case *c, const char *status, const char *reason, size_t units)
{
	const struct page_kind *page = case_row(c, &axis_page);
	json_t *record =
	    json_pack("{s:s, s:o, s:s}", "name", c->name, "params", params_json(c), "status", status);
	if (reason)
		json_object_set_new(record, "reason", json_string(reason));
	json_object_set_new(record, "unit", json_string(page->unit));
	json_object_set_new(record, "units", json_integer((json_int_t)units));
	return record;
}

json_t *record_skip(const struct bench_case *c, const struct error *error)
{
	json_t *record = start_record(c, "skip", error->text, 0);
	json_object_set_new(record, "metrics", json_object());
	json_object_set_new(record, "latency", json_object());
	return record;
}

/*
 * What was asked for but not reached is inconclusive; what this kernel can't do a skip; everything else a
 * failure.
 */
static const char *status_of(int err)
{
	switch (-err) {
	case 0:
		return "ok";
	case EAGAIN:
	case ETIME:
		return "inconclusive";
	case ENOSYS:
	case EOPNOTSUPP:
	case ENODEV:
		return "skip";
	default:
		return "fail";
	}
}

json_t *record_make(const struct bench_case *c, const struct measurement *counted,
                    const struct measurement *timed, const struct clock *clock)
{
	const struct measurement *worse = counted->err ? counted : timed;
	json_t *record =
	    start_record(c, status_of(worse->err), worse->err ? worse->error.text : NULL, counted->units);
	if (counted->armed)
		json_object_set_new(record, "arming",
		                    json_pack("{s:I, s:I, s:f}", "pages", (json_int_t)counted->arm.pages,
		                              "scans", (json_int_t)counted->arm.scans, "seconds",
		                              counted->arm.seconds));
	json_object_set_new(record, "metrics", counted->units ? metrics_json(counted) : json_object());
	json_object_set_new(record, "latency", latency_json(timed, clock));
	return record;
}

void record_spoil(json_t *record, const struct measurement *failed)
{
	json_object_set_new(record, "status", json_string(status_of(failed->err)));
	json_object_set_new(record, "reason", json_string(failed->error.text));
}
