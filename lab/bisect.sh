#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# bisect.sh --tree DIR --claim NAME [--claims FILE] [--config FILE] [-o DIR]: one step of `git bisect run`. Builds the
# tree's checkout, boots it, measures the cases that the claim speaks of, and ends with
#   0    good: the claim holds
#   1    bad: it does not
#   125  skip this commit: it can't be built or booted, or the claim could not be decided there
#   128  wrong usage: git stops the bisection
set -uo pipefail

here=$(dirname "$(readlink -f "$0")")
hintbench=${HINTBENCH:?bisect.sh is started by hintbench lab bisect-step}

stop() {
	echo "hintbench: $*" >&2
	exit 128
}
skip() {
	echo "hintbench: $commit: skip: $*" >&2
	exit 125
}

tree= claim= claims=writable out= build_options=()
while [ $# -gt 0 ]; do
	[ $# -gt 1 ] || stop "lab bisect-step: $1 needs a value, or is no option"
	case $1 in
	--tree) tree=$2 ;;
	--claim) claim=$2 ;;
	--claims) claims=$2 ;;
	--config | --mirror) build_options+=("$1" "$2") ;;
	-o) out=$2 ;;
	*) stop "lab bisect-step: no option '$1'" ;;
	esac
	shift 2
done
[ -n "$tree" ] && [ -n "$claim" ] || stop "lab bisect-step: give --tree DIR and --claim NAME"
[ -f "$tree/Kbuild" ] || stop "$tree is no kernel source tree"
cases=$("$hintbench" list --names --claims "$claims" --claim "$claim") || exit 128
commit=$(git -C "$tree" log -1 --format='%h %s' 2>/dev/null) || commit=$tree
[ -n "$out" ] || out=$(mktemp -d "${TMPDIR:-/tmp}/hintbench-bisect.XXXXXX") || exit 128

name=bisect-$(basename "$(readlink -f "$tree")" | tr -c 'A-Za-z0-9._+\n' - | cut -c 1-40)
"$here/build.sh" --source "$tree" "${build_options[@]}" --name "$name" || skip "no kernel"
# shellcheck disable=SC2086 # A list of words.
"$hintbench" lab run -o "$out" --kernel "built:$name,name=kernel" $cases
[ $? -le 1 ] && [ -e "$out/kernel.json" ] || skip "it did not run; see $out"
verdict=$("$hintbench" check --claims "$claims" --claim "$claim" "$out/kernel.json")
echo "$verdict" | grep -v '^KTAP\|^1\.\.' >&2
case $(sed -n 's/^# Totals: //p' <<<"$verdict") in
"pass:1 fail:0 skip:0") echo "hintbench: $commit: good" >&2 ;;
"pass:0 fail:1 skip:0")
	echo "hintbench: $commit: bad" >&2
	exit 1
	;;
*) skip "the claim could not be decided" ;;
esac
