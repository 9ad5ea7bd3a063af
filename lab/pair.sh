#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# pair.sh --source DIR|debian:VERSION --patch FILE… [--series] [--config FILE] [-c JOB] [-o DIR] [PATTERN…]: what a patch
# costs. Builds the source without and with the patches, boots both, runs, compares, plots, and writes one page.
# With --series each patch makes a kernel of its own, on top of those before it.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
hintbench=${HINTBENCH:?pair.sh is started by hintbench lab pair}

fail() {
	echo "hintbench: $*" >&2
	exit 2
}

source= job=seed out=results/pair series= build_options=()
patches=() patterns=()
while [ $# -gt 0 ]; do
	case $1 in
	--series) series=1; shift; continue ;;
	-*) [ $# -gt 1 ] || fail "lab pair: $1 needs a value, or is no option" ;;
	*) patterns+=("$1"); shift; continue ;;
	esac
	case $1 in
	--source) source=$2 ;;
	--patch) [ -r "$2" ] || fail "no patch $2"; patches+=("$2") ;;
	--config | --mirror) build_options+=("$1" "$2") ;;
	-c) job=$2 ;;
	-o) out=$2 ;;
	*) fail "lab pair: no option '$1'" ;;
	esac
	shift 2
done
[ -n "$source" ] || fail "lab pair: give --source DIR or --source debian:VERSION, such as debian:6.1"
[ ${#patches[@]} -gt 0 ] || fail "lab pair: give --patch FILE: what differs between the two kernels"
[ ${#patterns[@]} -eq 0 ] || [ "$job" != seed ] || job=

# The name of a kernel in tables and plots: its patch's, without the ending.
name_of() {
	basename "$1" | sed 's/\.\(patch\|diff\)$//; s/[^A-Za-z0-9._+-]/-/g' | cut -c 1-40
}

# Builds a kernel under a name of its own in the cache, so that pairs of other sources don't take it away.
names=() kernels=()
build() {
	local name=$1 cached
	shift
	cached=$(basename "$source" | tr -c 'A-Za-z0-9._+\n' -)-$name
	"$here/build.sh" --source "$source" "${build_options[@]}" --name "$(cut -c 1-50 <<<"$cached")" "$@"
	names+=("$name")
	kernels+=(--kernel "built:$(cut -c 1-50 <<<"$cached"),name=$name")
}

build base
applied=()
for patch in "${patches[@]}"; do
	applied+=(--patch "$patch")
	[ -z "$series" ] || build "$(name_of "$patch")" "${applied[@]}"
done
if [ -z "$series" ]; then
	[ ${#patches[@]} -eq 1 ] && new=$(name_of "${patches[0]}") || new=new
	build "$new" "${applied[@]}"
fi

mkdir -p "$out"
"$hintbench" lab run ${job:+-c "$job"} -o "$out" "${kernels[@]}" "${patterns[@]}" || [ $? -eq 1 ]
results=()
for name in "${names[@]}"; do
	results+=("$out/$name.json")
done
"$hintbench" compare "${results[@]}" >"$out/compare.txt"
"$hintbench" plot -o "$out/plots" "${results[@]}"
"$here/page.sh" "$out" "What ${patches[*]##*/} costs" "${names[@]}"
