#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the order of the rooms: who may include whom, and where JSON may be.

usage: tests/rooms.py [TREE]

Prints each line that breaks a rule, as FILE:LINE: text, with the rule; then the status is 1.
"""
import os
import re
import sys

# A room, and the rooms that it may include. What goes in a circle can't be written down so.
ALLOWED = {
    "lib/base": {"lib/base"},
    "lib/meter": {"lib/base", "lib/meter"},
    "lib/memory": {"lib/base", "lib/meter", "lib/memory"},
    "lib/analysis": {"lib/base", "lib/analysis"},
    "bench": {"lib/base", "lib/meter", "lib/memory", "lib/analysis", "bench"},
    # A profile begins at the address of the timed loop, which the meter knows.
    "lab": {"lib/base", "lib/meter", "lib/analysis", "lab"},
    "cli": {"lib/base", "lib/meter", "lib/memory", "lib/analysis", "bench", "lab", "cli"},
}
# Comparing and drawing know results, not how they are measured: not even through another header.
WITHOUT_BENCH = ("cli/compare/", "cli/plot/", "cli/report/")

NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include(?:_next)?\b[ \t]*(.*)', re.M)
JSON = re.compile(r"\bjson_|<jansson\.h>")


def room_of(path):
    return next((room for room in ALLOWED if path.startswith(room + "/")), None)


def sources(tree):
    for top in sorted({room.split("/")[0] for room in ALLOWED}):
        for folder, _, names in sorted(os.walk(os.path.join(tree, top))):
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(folder, name), tree)


def included(text):
    """The header of ours that `#include` is followed by: its path; None for one of the system's."""
    text = text.strip()
    if text.startswith("<"):
        path = os.path.normpath(text[1:].split(">")[0])
        return path if room_of(path) else None
    return os.path.normpath(text[1:].split('"')[0]) if text.startswith('"') else text


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def without_comments(text):
    return NOT_CODE.sub(lambda m: blank(m) if m.group().startswith("/") else m.group(), text)


def reaches_bench(path, includes, seen):
    """The headers from `path` to one of bench/, or None."""
    if path.startswith("bench/"):
        return [path]
    if path in seen:
        return None
    seen.add(path)
    for _, header in includes.get(path, []):
        way = reaches_bench(header, includes, seen)
        if way:
            return [path] + way
    return None


def broken_rules(tree):
    """Yields (file, line number, rule)."""
    texts = {}
    for path in sources(tree):
        with open(os.path.join(tree, path), encoding="utf-8") as file:
            texts[path] = file.read()
    includes = {
        path: [
            (text.count("\n", 0, m.start()) + 1, included(m.group(1)))
            for m in INCLUDE.finditer(without_comments(text))
            if included(m.group(1))
        ]
        for path, text in texts.items()
    }
    for path, text in texts.items():
        room = room_of(path)
        if not room:
            yield path, 1, "it stands in no room"
            continue
        for line, header in includes[path]:
            if room_of(header) not in ALLOWED[room]:
                yield path, line, f"{room} may include {', '.join(sorted(ALLOWED[room]))} only"
            elif path.startswith(WITHOUT_BENCH):
                way = reaches_bench(header, includes, set())
                if way:
                    yield path, line, "it must not include bench: " + " includes ".join(way)
        if "json" in os.path.basename(path):
            continue
        # One line of a file is enough to find the others.
        m = JSON.search(NOT_CODE.sub(blank, text))
        if m:
            yield path, text.count("\n", 0, m.start()) + 1, "JSON belongs into a file with json in its name"


def main():
    tree = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    broken = sorted(set(broken_rules(tree)))
    for path, line, rule in broken:
        with open(os.path.join(tree, path), encoding="utf-8") as file:
            text = file.read().split("\n")[line - 1].strip()
        print(f"{path}:{line}: {text}\n\t{rule}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
