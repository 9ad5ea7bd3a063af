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

source='' job='' out=results/pair series='' build_options=()
patches=() patterns=()
while [ $# -gt 0 ]; do
	[[ $1 != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
	case $1 in
	--series) series=1; shift; continue ;;
	-*) [ $# -gt 1 ] || fail "lab pair: $1 needs a value, or is no option" ;;
	*) patterns+=("$1"); shift; continue ;;
	esac
	case $1 in
	--source) source=$2 ;;
	--patch) { [ -f "$2" ] && [ -r "$2" ]; } || fail "no patch $2"; patches+=("$2") ;;
	--config | --mirror) build_options+=("$1" "$2") ;;
	-c) job=$2 ;;
	-o) out=$2 ;;
	*) fail "lab pair: no option '$1'" ;;
	esac
	shift 2
done
[ -n "$source" ] || fail "lab pair: give --source DIR or --source debian:VERSION, such as debian:6.1"
[ ${#patches[@]} -gt 0 ] || fail "lab pair: give --patch FILE: what differs between the two kernels"
[ -n "$job" ] || [ ${#patterns[@]} -gt 0 ] || job=pair

# What would be found out only after the kernels are built.
[ -z "$job" ] || [ -f "$job" ] || [ -f "$here/../configs/$job.ini" ] || fail "lab pair: no job file '$job'"
for pattern in "${patterns[@]}"; do
	[[ $pattern == *=* && $pattern != */* ]] || "$hintbench" list --names "$pattern" >/dev/null || exit 2
done
command -v qemu-system-x86_64 >/dev/null || fail "qemu-system-x86_64 is missing (Debian package qemu-system-x86)"
{ mkdir -p "$out" && [ -w "$out" ]; } || fail "cannot write into the output folder $out"

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
[[ $source == debian:* ]] || source=$(readlink -f "$source") || fail "no folder $source"
kernels=()
build() {
	local name=$1 cached
	shift
	cached=pair-$(sha256sum <<<"$source" | cut -c 1-8)-$(cut -c 1-35 <<<"$name")
	[ ${#name} -le 35 ] || cached=${cached%?????}-$(sha256sum <<<"$name" | cut -c 1-4)
	"$here/kernels/build.sh" --source "$source" "${build_options[@]}" --name "$cached" "$@"
	names+=("$name")
	kernels+=(--kernel "built:$cached,name=$name")
}

build base
applied=()
for patch in "${patches[@]}"; do
	applied+=(--patch "$patch")
	[ -n "$series" ] || continue
	new_name "$patch"
	build "$name" "${applied[@]}"
done
if [ -z "$series" ]; then
	new_name "$([ ${#patches[@]} -eq 1 ] && echo "${patches[0]}" || echo new)"
	build "$name" "${applied[@]}"
fi

status=0
"$hintbench" lab run ${job:+-c "$job"} -o "$out" "${kernels[@]}" "${patterns[@]}" || status=$?
# 1: a kernel complained, and its result is there.
if [ $status -gt 1 ]; then
	echo "hintbench: lab pair: nothing to compare; what the guests brought back is in $out" >&2
	exit $status
fi
HINTBENCH=$hintbench "$here/page.sh" "$out" "What ${patches[*]##*/} costs" "${names[@]}"
exit $status
