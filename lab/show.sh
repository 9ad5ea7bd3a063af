#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# show.sh: sourced by what measured several kernels.

# show DIR TITLE NAME…: compares the boots in DIR/NAME…, the base first, draws them, and writes a page that shows it all.
show() {
	local out=$1 title=$2 name results=() origins=()
	shift 2
	for name; do
		results+=("$out/$name")
		origins+=(--origin "$out/$name.origin")
	done
	"$HINTBENCH" compare "${results[@]}" >"$out/compare.txt"
	"$HINTBENCH" compare --different "${results[@]}" >"$out/different.txt"
	"$HINTBENCH" plot -o "$out/plots" "${results[@]}"
	"$HINTBENCH" report -o "$out/index.html" --title "$title" "${origins[@]}" --plots "$out/plots" "${results[@]}"
	cat "$out/different.txt"
	echo
	echo "The page:    $out/index.html"
	echo "The table:   $out/compare.txt"
	echo "The plots:   $out/plots"
	echo "The results: ${results[*]}"
}
