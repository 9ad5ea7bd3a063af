#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# run.sh BUILD [KIND|TEST…]: runs tests of BUILD/tests (all; those of a KIND: unit, guest; or those named, such as
# unit/test_settings) from the top of the source tree, and ends with the line "N passed, N failed, N skipped". Tests
# that boot guests need Debian's kernels, which are fetched where the cache has none. After $TESTS_UNTIL (seconds since
# 1970) no test goes on: those that are left have failed.
set -u
cd "$(dirname "$(readlink -f "$0")")/.." || exit 2
build=${1:?usage: tests/run.sh BUILD [KIND|TEST…]}
shift
export HINTBENCH=$build/hintbench CMOCKA_MESSAGE_OUTPUT=TAP
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0 tests=()

[ $# -gt 0 ] || set -- unit guest
for wanted; do
	if [ -d "tests/$wanted" ]; then
		for source in "tests/$wanted"/*.c; do
			tests+=("$wanted/$(basename "$source" .c)")
		done
	else
		tests+=("$wanted")
	fi
done

# What is in the cache is not looked for anew: the network may be away, and a newer kernel would be another test.
fetch_kernels() {
	local cached missing=() suite
	cached=$("$HINTBENCH" lab list 2>/dev/null)
	for suite in bookworm bookworm-backports; do
		grep -q "^debian:$suite " <<<"$cached" || missing+=("$suite")
	done
	[ ${#missing[@]} -eq 0 ] || "$HINTBENCH" lab fetch "${missing[@]}"
}

# The seconds that a test may take: one that hangs has failed; the others still run.
time_limit() {
	local left=900
	[ -z "${TESTS_UNTIL:-}" ] || left=$((TESTS_UNTIL - $(date +%s)))
	echo $((left < 1 ? 0 : left < 900 ? left : 900))
}

# Runs test $1 into the log; its status is the test's.
run_test() {
	local limit
	limit=$(time_limit)
	if [ "$limit" -eq 0 ]; then
		echo "no time is left to run it" >"$log"
		return 124
	fi
	timeout --kill-after=10 "$limit" "$build/tests/$1" >"$log" 2>&1
}

case " ${tests[*]}" in
*" guest/"*) fetch_kernels || echo "hintbench: without these kernels the tests that boot guests fail" >&2 ;;
esac
for test in "${tests[@]}"; do
	start=$SECONDS
	run_test "$test"
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
