#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the sample results of this folder. All figures are made up; only their form is real.

usage: make.py [FOLDER]     (default: this folder)
"""
import json
import os
import random
import statistics
import sys

CASES = [  # family, map, page, outcome; hint faults, write faults of base and new per unit
    ("anon", "4k", "local", 1, 0, 0), ("anon", "4k", "migrate", 1, 0, 1), ("anon", "4k", "refused", 1, 0, 0),
    ("anon", "thp", "local", 1, 0, 0), ("anon", "thp", "migrate", 1, 0, 1), ("anon", "pte-thp", "migrate", 0, 0, 512),
    ("shmem", "4k", "local", 1, 0, 0), ("file", "4k", "local", 1, 1, 1), ("file-private", "4k", "local", 0, 1, 1),
]
ACCESSES = ["read", "write", "read-write"]


def quantile(values, q):
    position = q * (len(values) - 1)
    low = int(position)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (position - low)


def whole(x):
    return int(x) if x == int(x) else x


def latency(clock, values):
    values = sorted(values)
    seen = {}
    for value in values:
        seen[value] = seen.get(value, 0) + 1
    return {"clock": clock, "n": len(values), "min": values[0], "p50": whole(quantile(values, .5)),
            "p90": whole(quantile(values, .9)), "p99": whole(quantile(values, .99)), "max": values[-1],
            "mean": whole(round(statistics.fmean(values), 6)), "distribution": [list(p) for p in seen.items()]}


def samples(rng, clock, units, hint, write):
    middle = 180 + 1900 * hint + (620 * min(write, 1))
    if clock == "instructions":
        return [middle + rng.choice([0, 0, 0, 0, 0, 0, 2, 14]) + (3100 if rng.random() < .004 else 0)
                for _ in range(units)]
    factor = rng.gauss(.4, .01)  # each boot has its own speed
    return [max(1, int(rng.lognormvariate(0, .12) * middle * factor)) for _ in range(units)]


def record(rng, clock, case, access, new):
    where, page, outcome, hint, base_write, new_write = case
    writes = 0 if access == "read" else new_write if new else base_write
    units = 64 if page == "4k" else 16
    unit = {"4k": "page", "thp": "pmd", "pte-thp": "folio"}[page]
    params = {"map": where, "page": page, "access": access, "outcome": outcome}
    name = "hint/" + "/".join(f"{k}={v}" for k, v in params.items())
    if not new and page == "pte-thp":
        return {"name": name, "params": params, "status": "skip", "unit": unit, "units": 0, "metrics": {},
                "latency": {}, "reason": "this kernel does not arm PTE-mapped huge pages"}
    counts = {"hint_faults": hint or (1 if new and page == "pte-thp" else 0), "write_faults": writes,
              "other_faults": 0, "migrated": 1 if outcome == "migrate" else 0}
    touch = latency(clock, samples(rng, clock, units, hint, writes if access == "write" else 0))
    timed = {"touch": touch}
    if access == "read-write":
        timed["write"] = latency(clock, samples(rng, clock, units, 0, writes))
    return {"name": name, "params": params, "status": "ok", "unit": unit, "units": units,
            "metrics": {k: {"count": v * units, "per_unit": float(v)} for k, v in counts.items()}, "latency": timed}


def context(clock, new, boot):
    return {"kernel": {"name": "new" if new else "base", "release": "6.12.0-made-up" if new else "6.1.0-made-up",
                       "version": "#1 SMP made up for tests", "cmdline": "console=ttyS0", "config_sha256": None},
            "machine": {"cpu": "made up", "cpus": 2, "nodes": 2, "distances": [[10, 20], [20, 10]],
                        "hypervisor": "TCGTCGTCGTCG" if clock == "instructions" else None},
            "clock": clock, "exact": clock == "instructions", "boot_id": boot,
            "settings": {"kernel.numa_balancing": "1", "transparent_hugepage.enabled": "madvise"},
            "suite": {"version": "made up", "config": "made up"}}


def write_result(path, ctx, records, complete=True):
    def compact(x):
        return json.dumps(x, separators=(",", ":"), ensure_ascii=False)
    lines = [f'{{"schema": "hintbench-result/1", "context": {compact(ctx)}, "cases": [\n']
    lines += [("  " if i == 0 else ", ") + compact(r) + "\n" for i, r in enumerate(records)]
    lines += ['], "complete": true}\n' if complete else '], "complete": false, "ended": "made up"}\n']
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(lines)


def make(folder, name, clock, new, boot, cases=CASES, change=lambda records, ctx: None):
    rng = random.Random(f"{clock} {boot}")
    records = [record(rng, clock, case, access, new) for case in cases for access in ACCESSES]
    ctx = context(clock, new, boot)
    change(records, ctx)
    write_result(os.path.join(folder, name), ctx, records)


def other_set(records, ctx):
    """What can be unlike between two files beside the figures."""
    ctx["settings"]["kernel.numa_balancing"] = "2"
    for r in records[:1]:
        r["units"] *= 2
        for metric in r["metrics"].values():
            metric["count"] *= 2
    records[1].update(status="inconclusive", reason="2 of 64 pages were armed")
    del records[2]
    records.append(dict(records[0], name="hint/map=anon/page=4k/access=write/outcome=fail-late"))


def kernel(number):
    """One of a series: its own name, release and settings, and cases that only some of the series have."""
    def change(records, ctx):
        ctx["kernel"].update(name=f"series-of-kernels-{number}", release=f"6.{number}.{number}-made-up")
        for r in records:
            if r["name"].endswith("page=thp/access=write/outcome=local") and number < 3:
                r.update(status="skip", reason=f"this kernel has only {number} of 3", units=0, metrics={}, latency={})
        if number == 2:
            del records[0]
    return change


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    few = CASES[:2]
    make(folder, "base.json", "instructions", False, "exact")
    make(folder, "new.json", "instructions", True, "exact")
    make(folder, "other.json", "instructions", True, "exact", few, other_set)
    for number in range(1, 5):
        make(folder, f"series{number}.json", "instructions", number > 2, f"series {number}", CASES[1:5], kernel(number))
    for boot in range(1, 5):
        make(folder, f"ns-base{boot}.json", "ns", False, f"base {boot}", few)
        make(folder, f"ns-new{boot}.json", "ns", True, f"new {boot}", few)
    with open(os.path.join(folder, "base.json"), encoding="utf-8") as whole_file:
        text = whole_file.read()
    with open(os.path.join(folder, "cut-short.json"), "w", encoding="utf-8") as out:
        out.write("\n".join(text.split("\n")[:4]) + "\n" + text.split("\n")[4][:60])
    with open(os.path.join(folder, "newer-schema.json"), "w", encoding="utf-8") as out:
        out.write('{"schema": "hintbench-result/2", "context": {}, "cases": {}}\n')
    with open(os.path.join(folder, "other-json.json"), "w", encoding="utf-8") as out:
        out.write('{"made up": true}\n')
    with open(os.path.join(folder, "not-json.txt"), "w", encoding="utf-8") as out:
        out.write("These words are no JSON.\n")


main()
