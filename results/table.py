#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints a Markdown table of result files: a row a case, a column a kernel, the faults a unit takes.

usage: results/table.py [--touch] [--rows FILE] RESULT.json…

A cell: hint faults + write-protect faults per unit (swap: swap-in faults + write-protect faults), then what else there
is to say: `not armed`, `lost N` (writes that tracking missed), `event N`. With --touch the median of the first touch
comes before that, in what the result's clock counts. FILE chooses rows and names them, a line each:
`name | case`, and `# heading` lines; without it every case that was measured on one of the kernels is a row.
"""
import json
import sys


def per_unit(case, metric):
    return case["metrics"].get(metric, {}).get("per_unit")


def number(value):
    return f"{value:.4g}"


def cell(case, with_touch):
    if case is None:
        return "–"
    if case["status"] != "ok":
        return case["status"]
    first = per_unit(case, "hint_faults")
    if first is None:
        first = per_unit(case, "swapin_faults")
    text = f"{number(first)} + {number(per_unit(case, 'write_faults'))}"
    if with_touch and "touch" in case["latency"]:
        text += f", {case['latency']['touch']['p50']:.10g}"
    if case["name"].startswith("arm/") and first == 0:
        text += ", not armed"
    if per_unit(case, "events"):
        text += f", event {number(per_unit(case, 'events'))}"
    if per_unit(case, "tracked_early"):
        text += ", taken for written before"
    if per_unit(case, "protection_lost"):
        text += f", **lost {number(per_unit(case, 'protection_lost'))}**"
    return text


def short_release(result):
    return ".".join(result["context"]["kernel"]["release"].split("-")[0].split("+")[0].split(".")[:2])


def headings(results):
    """The releases, or what the kernels are called where two have the same."""
    releases = [short_release(result) for result in results]
    if len(set(releases)) == len(releases):
        return releases
    return [result["context"]["kernel"].get("name", release) for result, release in zip(results, releases)]


def all_rows(results):
    names = dict.fromkeys(case["name"] for result in results for case in result["cases"] if case["status"] != "skip")
    return [(f"`{name}`", name) for name in names]


def chosen_rows(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.strip()
            if line.startswith("#"):
                yield f"**{line[1:].strip()}**", None
            elif line:
                yield tuple(part.strip() for part in line.rsplit("|", 1))


def main(arguments):
    rows_path = None
    with_touch = arguments[:1] == ["--touch"]
    arguments = arguments[with_touch:]
    if arguments[:1] == ["--rows"]:
        rows_path, arguments = arguments[1], arguments[2:]
    if not arguments:
        sys.exit(__doc__)
    results = []
    for path in arguments:
        with open(path, encoding="utf-8") as file:
            results.append(json.load(file))
    cases = [{case["name"]: case for case in result["cases"]} for result in results]
    print("| case | " + " | ".join(headings(results)) + " |")
    print("|---|" + "---|" * len(results))
    for label, name in chosen_rows(rows_path) if rows_path else all_rows(results):
        cells = [cell(known.get(name), with_touch) if name else "" for known in cases]
        print(f"| {label} | " + " | ".join(cells) + " |")


main(sys.argv[1:])
