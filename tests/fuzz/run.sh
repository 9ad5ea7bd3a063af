#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# run.sh BUILD SECONDS HARNESS…: runs each BUILD/fuzz_HARNESS that long, as many side by side as there are processors. What it
# finds worth keeping goes to BUILD/corpus/HARNESS and begins the next run, an input that breaks something to BUILD/findings.
# Prints a line for each, and ends with status 1 where there is a finding.
set -u
cd "$(dirname "$(readlink -f "$0")")/../.." || exit 2
if [ $# -lt 3 ]; then
	echo "usage: tests/fuzz/run.sh BUILD SECONDS HARNESS…" >&2
	exit 2
fi
build=$1 seconds=$2
shift 2
export build seconds ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1}

# Runs one. Its own output would drown what the fuzzer says, and is not wanted.
run_harness() {
	local name=$1 status log=$build/findings/$1.log
	local corpus=("$build/corpus/$name")
	mkdir -p "$build/corpus/$name" "$build/findings"
	rm -f "$build/findings/$name"-*
	[ ! -d "tests/fuzz/corpus/$name" ] || corpus+=("tests/fuzz/corpus/$name")
	"$build/fuzz_$name" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=2048 -close_fd_mask=3 -print_final_stats=1 \
		-artifact_prefix="$build/findings/$name-" "${corpus[@]}" >"$log" 2>&1
	status=$?
	awk -v name="$name" '/number_of_executed_units/ { units = $2 } /average_exec_per_sec/ { speed = $2 }
		END { printf "%s: %d executions, %d a second", name, units, speed }' "$log"
	if [ "$status" -eq 0 ]; then
		echo
		return 0
	fi
	echo ": FOUND something:"
	grep -E 'ERROR|SUMMARY|runtime error|Assertion' "$log"
	grep -E '^ *#[0-9]+ .* in .*(lib|bench|cli|lab|tests)/' "$log" | head -n 8
	echo "the input is $(echo "$build/findings/$name"-*), all that was said $log"
	return 1
}
export -f run_harness

# shellcheck disable=SC2016 # For the shell that xargs starts.
printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} bash -c 'run_harness "$1"' bash {} || exit 1
