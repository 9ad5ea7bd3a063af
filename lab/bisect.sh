#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# bisect.sh: one step of `git bisect run`. Builds a tree's checkout, boots it, measures a claim's cases, and ends with
#   0    good: the claim holds
#   1    bad: it does not
#   125  skip this commit: it can't be compiled or booted, or the claim could not be decided there
#   128  no such claim, a config without what the lab needs, a claim that a commit can't decide: git stops the bisection
#   130  interrupted: likewise
# LAB_SOURCE is the tree, LAB_CONFIG its config, LAB_CLAIM the claim, in the file LAB_CLAIMS, and LAB_OUT the folder for
# what the guest brings back; empty: that is not kept.
set -uo pipefail

# shellcheck source=lab/messages.sh
. "$(dirname "$(readlink -f "$0")")/messages.sh"
tree=$LAB_SOURCE config=${LAB_CONFIG:-} claim=$LAB_CLAIM claims=$LAB_CLAIMS

stop() {
	note "$@"
	exit 128
}
skip() {
	note "$commit: skip: $*"
	exit 125
}

# hintbench ends with a status of its own then, which must not pass for the kernel's.
trap 'exit 130' INT TERM HUP

cases=$("$HINTBENCH" list --names --claims "$claims" --claim "$claim") || exit 128
[ -n "$cases" ] || stop "no case is one that the claim $claim speaks of"
# shellcheck disable=SC2046 # A list of names. What the git that started us has set means its own repository.
unset $(git rev-parse --local-env-vars)
commit=$(git -C "$tree" log -1 --format='%h %s' 2>/dev/null) || commit=$tree
# A name of the tree's own: two bisections at a time must not take each other's kernel.
name=bisect-$(sha256sum <<<"$tree" | cut -c 1-12)
"$HINTBENCH" lab build --source "$tree" ${config:+--kernel-config "$config"} --name "$name"
case $? in
0) ;;
1) skip "it does not compile" ;;
2) exit 128 ;;
*) exit 130 ;;
esac
out=${LAB_OUT:-}
[ -n "$out" ] || out=$(mktemp -d "${TMPDIR:-/tmp}/hintbench-bisect.XXXXXX") || exit 128
# shellcheck disable=SC2086 # A list of words.
"$HINTBENCH" lab run -o "$out" --kernel "built:$name,name=kernel" -- $cases
status=$?
if [ $status -gt 1 ] || [ ! -e "$out/kernel.json" ]; then
	skip "it could not be measured; see $out"
fi
finding=$("$HINTBENCH" check --claims "$claims" --claim "$claim" "$out/kernel.json")
echo "$finding" | grep -v '^KTAP\|^1\.\.' >&2
case $(sed -n 's/^# Totals: //p' <<<"$finding") in
"pass:1 fail:0 skip:0") word=good status=0 ;;
"pass:0 fail:1 skip:0") word=bad status=1 ;;
*)
	[[ $finding != *"speaks of two kernels"* ]] || stop "the claim $claim speaks of two kernels, and a commit is one"
	skip "the claim could not be decided; see $out"
	;;
esac
note "$commit: $word"
[ -n "${LAB_OUT:-}" ] || rm -rf "$out"
exit $status
