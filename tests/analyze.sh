#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# analyze.sh FILE.c…: what gcc -fanalyzer and clang --analyze say of these files ($CFLAGS are the compiler's), cppcheck of
# all C and shellcheck of all scripts. Prints what tests/analyze.known does not know to be false, with where; then the status is 1.
set -u
cd "$(dirname "$(readlink -f "$0")")/.." || exit 2
export CFLAGS=${CFLAGS:-} known=tests/analyze.known
all=$(mktemp -d)
trap 'rm -rf "$all"' EXIT

# The compilers of one file.
analyze() {
	# shellcheck disable=SC2086 # A list of words.
	gcc $CFLAGS -O2 -fanalyzer -c -o /dev/null "$1" 2>&1
	# shellcheck disable=SC2086
	clang $CFLAGS --analyze -Xclang -analyzer-output=text "$1" 2>&1
}
export -f analyze

mapfile -t c_files < <(find bench lib cli lab tests -name '*.c')
mapfile -t scripts < <(find lab tests .ci -name '*.sh' -o -path .ci/run)
# shellcheck disable=SC2016 # For the shell that xargs starts.
printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} bash -c 'analyze "$1" >"$2/${1//\//-}.log"' bash {} "$all"
# cppcheck doesn't see the headers of libraries. An empty argument of a macro is beyond it.
cppcheck --quiet --std=c11 --enable=warning,performance --suppress=missingIncludeSystem -I. -D_GNU_SOURCE -D__x86_64__ \
	-D'json_object_foreach(o,k,v)=for(;;)' -D'json_array_foreach(o,k,v)=for(;;)' \
	--suppress=preprocessorErrorDirective:tests/unit/test_run.c --template='{file}:{line}:{column}: warning: {message} [{id}]' \
	"${c_files[@]}" >"$all/cppcheck.log" 2>&1
shellcheck -f gcc "${scripts[@]}" >"$all/shellcheck.log" 2>&1

# A known one is FILE TEXT; lines move, and don't count.
cat "$all"/*.log | grep -E '^[^ ]+:[0-9]+:[0-9]+: (warning|error|note)' | grep -E 'warning|error|shellcheck|\[SC' | sort -u |
	while IFS= read -r line; do
		file=${line%%:*} text=${line#*: }
		grep -qF "$file $text" "$known" || echo "$line"
	done | tee "$all/new"
[ ! -s "$all/new" ]
