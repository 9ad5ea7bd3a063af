#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# demo.sh HINTBENCH: the main job, from nothing: two real kernels fetched, measured, compared and drawn.
set -euo pipefail

HINTBENCH=$(readlink -f "${1:?usage: lab/demo.sh HINTBENCH}")
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=lab/show.sh
. lab/show.sh

"$HINTBENCH" lab fetch bookworm bookworm-backports
"$HINTBENCH" lab run -c configs/demo.ini --boots 6 --verify -o results/demo --kernel debian:bookworm --kernel debian:bookworm-backports
show results/demo "NUMA hinting faults on Debian's kernels of bookworm and bookworm-backports" \
	debian-bookworm debian-bookworm-backports
