#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""large.py MEGABYTES CASES: a result of that size on standard output, for docs/result-file.md, "What is refused"."""
import json
import sys

megabytes, cases = int(sys.argv[1]), int(sys.argv[2])
context = {
    "kernel": {"name": "large", "release": "6.1.0-made-up", "version": "#1 made up", "cmdline": "", "config_sha256": None},
    "machine": {"cpu": "made up", "cpus": 2, "nodes": 2, "distances": [[10, 20], [20, 10]], "hypervisor": None},
    "clock": "instructions", "exact": True, "boot_id": "exact", "settings": {},
    "suite": {"version": "made up", "config": "made up"}}
values = max(1, (megabytes * 1000000 // cases - 700) // 11)


def one(number):
    samples = [[100000 + value, 1] for value in range(values)]
    last = 100000 + values - 1
    latency = {"clock": "instructions", "n": values, "min": 100000, "p50": (100000 + last) / 2,
               "p90": 100000 + 0.9 * (values - 1), "p99": 100000 + 0.99 * (values - 1), "max": last,
               "mean": (100000 + last) / 2, "distribution": samples}
    counts = {name: {"count": number % 65, "per_unit": number % 65 / 64}
              for name in ("hint_faults", "write_faults", "other_faults", "migrated")}
    return {"name": "hint/map=anon/page=4k/access=write/outcome=migrate/n=%d" % number,
            "params": {"map": "anon", "page": "4k", "access": "write", "outcome": "migrate", "n": str(number)},
            "status": "ok", "unit": "page", "units": 64, "metrics": counts, "latency": {"touch": latency}}


print('{"schema": "hintbench-result/1", "context": %s, "cases": [' % json.dumps(context))
for number in range(cases):
    print((", " if number else "  ") + json.dumps(one(number), separators=(",", ":")))
print('], "complete": true}')
