#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# run.sh BUILD [TEST…]: runs the tests in BUILD/tests (all, or those named) from the top of the source tree, and ends
# with the line "N passed, N failed, N skipped". The tests that boot guests need Debian's kernels, which are fetched.
set -u
cd "$(dirname "$(readlink -f "$0")")/.." || exit 2
build=${1:?usage: tests/run.sh BUILD [TEST…]}
shift
export HINTBENCH=$build/hintbench CMOCKA_MESSAGE_OUTPUT=TAP
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0

"$HINTBENCH" lab fetch bookworm bookworm-backports || exit 2
if [ $# -eq 0 ]; then
	for source in tests/unit/*.c tests/guest/*.c; do
		set -- "$@" "$(cut -d/ -f 2- <<<"${source%.c}")"
	done
fi
for test; do
	start=$SECONDS
	# A test that hangs has failed; the others still run.
	timeout --kill-after=10 900 "$build/tests/$test" >"$log" 2>&1
	status=$?
	# cmocka 1.1.7 calls a test that is skipped "not ok 2 # SKIP name".
	skips=$(grep -c '^\(not \)\?ok .*# SKIP' "$log")
	good=$(grep '^ok ' "$log" | grep -vc '# SKIP') bad=$(grep '^not ok ' "$log" | grep -vc '# SKIP')
	# A program that dies has failed, however many of its tests went well.
	[ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
	echo "$test: $good passed, $bad failed, $skips skipped ($((SECONDS - start)) s)"
	if [ "$bad" -gt 0 ]; then
		cat "$log"
	else
		# The reason is what a test says before it is skipped; once for all tests that give the same.
		awk '/# SKIP/ { if (last !~ /^((not )?ok |1\.\.)/ && last != shown) { print "# " last; shown = last } print; next }
			{ last = $0 }' "$log"
	fi
	passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skips))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
