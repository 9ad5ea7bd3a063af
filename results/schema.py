#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts the catalogue of metrics into results/schema.json: `hintbench list --metrics --json | results/schema.py FILE`."""
import json
import re
import sys

COUNTS = ("fault", "outcome", "loss", "machine")  # the others are values of a latency
INDENT = " " * 12

lines = [
    INDENT + json.dumps(m["name"]) + ': { "$ref": "#/definitions/metric", "description": ' + json.dumps(m["what"]) + " }"
    for m in json.load(sys.stdin)
    if m["kind"] in COUNTS
]
with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
text, count = re.subn(
    r'("metrics": \{\n +"type": "object",\n +"properties": \{\n).*?( +\},\n +"additionalProperties")',
    lambda match: match[1] + ",\n".join(lines) + "\n" + match[2],
    text,
    flags=re.DOTALL,
)
if count != 1:
    sys.exit(f"{sys.argv[1]}: found {count} places for the metrics of a case")
with open(sys.argv[1], "w", encoding="utf-8") as file:
    file.write(text)
