#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# bisect.sh --tree DIR --claim NAME [--claims FILE] [--config FILE] [-o DIR]: one step of `git bisect run`. Builds the
# tree's checkout, boots it, measures the cases that the claim speaks of, and ends with
#   0    good: the claim holds
#   1    bad: it does not
#   125  skip this commit: it can't be compiled or booted, or the claim could not be decided there
#   128  wrong usage, or a config without what the lab needs: git stops the bisection
#   130  interrupted: likewise
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

# hintbench ends with a status of its own then, which must not pass for the kernel's.
trap 'exit 130' INT TERM HUP

tree='' claim='' claims=writable out='' build_options=()
while [ $# -gt 0 ]; do
	[[ $1 != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
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
{ [ -n "$tree" ] && [ -n "$claim" ]; } || stop "lab bisect-step: give --tree DIR and --claim NAME"
[ -d "$tree" ] || stop "lab bisect-step: no folder $tree"
cases=$("$hintbench" list --names --claims "$claims" --claim "$claim") || exit 128
[ -n "$cases" ] || stop "no case is one that the claim $claim speaks of"
command -v qemu-system-x86_64 >/dev/null || stop "qemu-system-x86_64 is missing (Debian package qemu-system-x86)"
# shellcheck disable=SC2046 # A list of names. What the git that started us has set means its own repository.
unset $(git rev-parse --local-env-vars)
commit=$(git -C "$tree" log -1 --format='%h %s' 2>/dev/null) || commit=$tree
kept=$out
[ -n "$out" ] || out=$(mktemp -d "${TMPDIR:-/tmp}/hintbench-bisect.XXXXXX") || exit 128

# A name of the tree's own: two bisections at a time must not take each other's kernel.
name=bisect-$(readlink -f "$tree" | sha256sum | cut -c 1-12)
"$here/kernels/build.sh" --source "$tree" "${build_options[@]}" --name "$name"
case $? in
0) ;;
1) skip "it does not compile" ;;
2) exit 128 ;;
*) exit 130 ;;
esac
# shellcheck disable=SC2086 # A list of words.
"$hintbench" lab run -o "$out" --kernel "built:$name,name=kernel" $cases
status=$?
if [ $status -gt 1 ] || [ ! -e "$out/kernel.json" ]; then
	skip "it could not be measured; see $out"
fi
verdict=$("$hintbench" check --claims "$claims" --claim "$claim" "$out/kernel.json")
echo "$verdict" | grep -v '^KTAP\|^1\.\.' >&2
case $(sed -n 's/^# Totals: //p' <<<"$verdict") in
"pass:1 fail:0 skip:0") word=good status=0 ;;
"pass:0 fail:1 skip:0") word=bad status=1 ;;
*)
	[[ $verdict != *"speaks of two kernels"* ]] || stop "the claim $claim speaks of two kernels, and a commit is one"
	skip "the claim could not be decided; see $out"
	;;
esac
echo "hintbench: $commit: $word" >&2
[ -n "$kept" ] || rm -rf "$out"
exit $status
