#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the tables of README.md, docs/ and results/reference/all-cases.md again, out of the results in results/reference.

usage: docs/refresh.py [--check] [FILE.md…]

A table stands between `<!-- made by: COMMAND -->` and `<!-- end -->`; COMMAND is run from the top of the source tree, with
the folder of $HINTBENCH, else build/, before PATH. With --check nothing is written, and the exit status is 1 where a table is not what its command makes.
"""
import os
import re
import subprocess
import sys

TABLE = re.compile(r"(<!-- made by: (.*?) -->\n)(.*?)(<!-- end -->)", re.S)


def make(command):
    program = os.path.abspath(os.environ.get("HINTBENCH", "build/hintbench"))
    environment = dict(os.environ, PATH=os.path.dirname(program) + ":" + os.environ["PATH"])
    ran = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(f"refresh.py: {command}: status {ran.returncode}\n{ran.stderr}")
    return ran.stdout


def main(arguments):
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    check = arguments[:1] == ["--check"]
    paths = arguments[check:] or ["README.md", "results/reference/all-cases.md"] + sorted(
        f"docs/{name}" for name in os.listdir("docs") if name.endswith(".md")
    )
    stale = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        fresh = TABLE.sub(lambda found: found[1] + make(" ".join(found[2].split())) + found[4], text)
        if fresh == text:
            continue
        stale += 1
        print(f"{path}: " + ("not what its commands make: run docs/refresh.py" if check else "made again"))
        if not check:
            with open(path, "w", encoding="utf-8") as file:
                file.write(fresh)
    return 1 if check and stale else 0


sys.exit(main(sys.argv[1:]))
