#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes claims-base.json and claims-new.json of this folder. All figures are made up; only their form is real."""
import json
import os

HINT = "hint/map=anon/page={}/access={}/outcome={}"


def timed(n, usual, once):
    """All samples are alike but one, which is longer."""
    position = .99 * (n - 1) - (n - 2)
    return {"clock": "instructions", "n": n, "min": usual, "p50": usual, "p90": usual,
            "p99": usual + max(position, 0) * (once - usual), "max": once, "mean": usual + (once - usual) / n,
            "distribution": [[usual, n - 1], [once, 1]]}


def record(name, unit="page", units=64, latency=None, **per_unit):
    return {"name": name, "params": {}, "status": "ok", "unit": unit, "units": units,
            "metrics": {k: {"count": v * units, "per_unit": float(v)} for k, v in per_unit.items()},
            "latency": {k: timed(units, *v) for k, v in (latency or {}).items()}}


def without(name, status, reason):
    return {"name": name, "params": {}, "status": status, "reason": reason, "unit": "page", "units": 0, "metrics": {},
            "latency": {}}


def records(new):
    for page, unit, units in (("4k", "page", 64), ("thp", "pmd", 4)):
        for access in ("read-write", "write"):
            yield record(HINT.format(page, access, "local"), unit, units, hint_faults=1, write_faults=0)
    for access in ("read-write", "write"):
        yield record(HINT.format("4k", access, "migrate"), hint_faults=1, write_faults=1 if new else 0, restored=1,
                     restored_writable=0 if new else 1)
    for access in ("read-write", "write"):
        name = HINT.format("64k", access, "migrate")
        yield record(name, "folio", 8, write_faults=16, restored=16) if new else \
            without(name, "skip", "this kernel has no anonymous folios of 64k")
        name = HINT.format("4k", access, "fail-late")
        yield record(name, write_faults=1) if new or access == "write" else \
            without(name, "inconclusive", "64 of 64 pages migrated, fail-late was asked for")
    name = "migrate/map=anon/page=4k/how=move_pages/track=uffd-wp"
    yield record(name, events=1, protection_lost=0)
    yield record(name + "-async", protection_lost=0) if new else without(name + "-async", "skip", "no async userfaultfd")
    for access in ("read-write", "write"):
        yield record("overhead/access=" + access, latency={"touch": (180, 250 if new else 240)})


def main():
    folder = os.path.dirname(os.path.abspath(__file__))
    for name in ("base", "new"):
        context = {"kernel": {"name": name, "release": "6.12.0-made-up" if name == "new" else "6.1.0-made-up",
                              "version": "#1 SMP made up for tests", "cmdline": "console=ttyS0", "config_sha256": None},
                   "machine": {"cpus": 2, "nodes": 2, "distances": [[10, 20], [20, 10]], "hypervisor": "TCGTCGTCGTCG"},
                   "clock": "instructions", "exact": True, "boot_id": name, "settings": {},
                   "suite": {"version": "made up", "config": "made up"}}
        lines = [", " + json.dumps(r, separators=(",", ":")) + "\n" for r in records(name == "new")]
        lines[0] = "  " + lines[0][2:]
        with open(os.path.join(folder, f"claims-{name}.json"), "w", encoding="utf-8") as out:
            out.write(f'{{"schema": "hintbench-result/1", "context": {json.dumps(context)}, "cases": [\n')
            out.writelines(lines + ['], "complete": true}\n'])


main()
