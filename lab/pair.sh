#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# pair.sh PATCH… -- [WORD…]: what a patch costs. Builds a source without and with the patches, boots both kernels, runs,
# compares, plots, and writes one page. The words choose cases.
#   LAB_SOURCE, LAB_CONFIG  of what is built, as for build.sh
#   LAB_SERIES              where it is not empty, each patch makes a kernel of its own, on top of those before it
#   LAB_JOB                 the job file; empty: none
#   LAB_BOOTS               boots of each kernel, perturbed by the seeds 1, 2, …
#   LAB_OUT                 the folder for results and page
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
# shellcheck source=lab/messages.sh
. "$here/messages.sh"
# shellcheck source=lab/show.sh
. "$here/show.sh"
source=$LAB_SOURCE config=${LAB_CONFIG:-} job=${LAB_JOB:-} out=$LAB_OUT
patches=()
while [ "$1" != -- ]; do
	patches+=("$1")
	shift
done
shift

# A name for a kernel in tables and plots that no other has: its patch's, without the ending.
names=()
new_name() {
	local text number=2
	text=$(basename "$1" | sed 's/\.\(patch\|diff\)$//; s/[^A-Za-z0-9._+-]/-/g; s/^[^A-Za-z0-9]*//' | cut -c 1-40)
	name=${text:-new}
	while [[ " ${names[*]} " == *" $name "* ]]; do
		name=${text:-new}-$number
		number=$((number + 1))
	done
}

# Builds a kernel under a name of its own in the cache, so that pairs of other sources don't take it away.
kernels=()
build() {
	local name=$1 cached
	shift
	cached=pair-$(sha256sum <<<"$source" | cut -c 1-8)-$(cut -c 1-35 <<<"$name")
	[ ${#name} -le 35 ] || cached=${cached%?????}-$(sha256sum <<<"$name" | cut -c 1-4)
	"$HINTBENCH" lab build --source "$source" ${config:+--kernel-config "$config"} --name "$cached" "$@"
	names+=("$name")
	kernels+=(--kernel "built:$cached,name=$name")
}

build base
applied=()
for patch in "${patches[@]}"; do
	applied+=(--patch "$patch")
	[ -n "${LAB_SERIES:-}" ] || continue
	new_name "$patch"
	build "$name" "${applied[@]}"
done
if [ -z "${LAB_SERIES:-}" ]; then
	new_name "$([ ${#patches[@]} -eq 1 ] && echo "${patches[0]}" || echo new)"
	build "$name" "${applied[@]}"
fi

status=0
"$HINTBENCH" lab run ${job:+-c "$job"} -o "$out" --seed 1 --boots "$LAB_BOOTS" --verify "${kernels[@]}" -- "$@" || status=$?
# 1: a kernel complained, and its result is there.
if [ $status -gt 1 ]; then
	note "lab pair: nothing to compare; what the guests brought back is in $out"
	exit $status
fi
show "$out" "What ${patches[*]##*/} costs" "${names[@]}"
exit $status
