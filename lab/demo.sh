#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# demo.sh HINTBENCH: the main job, from nothing: two real kernels fetched, measured, compared and drawn.
set -eu

hintbench=${1:?usage: lab/demo.sh HINTBENCH}
out=results/demo
base=debian-bookworm new=debian-bookworm-backports
cd "$(dirname "$(readlink -f "$0")")/.."
case $hintbench in /*) ;; *) hintbench=./$hintbench ;; esac

"$hintbench" lab fetch bookworm bookworm-backports
"$hintbench" lab run -c configs/demo.ini -o $out --kernel debian:bookworm --kernel debian:bookworm-backports
HINTBENCH=$hintbench lab/page.sh $out "NUMA hinting faults on Debian's kernels of bookworm and bookworm-backports" $base $new
