#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# page.sh DIR TITLE NAME…: compares DIR/NAME.json…, the base first, draws them, and writes DIR/index.html, a page that shows
# what differs, the plots, and how the kernels were made. It needs nothing but the files beside it.
set -euo pipefail

hintbench=${HINTBENCH:?page.sh is started by the commands of the lab}
out=$1 title=$2
shift 2
results=()
for name; do
	results+=("$out/$name.json")
done
"$hintbench" compare "${results[@]}" >"$out/compare.txt"
"$hintbench" compare --different "${results[@]}" >"$out/different.txt"
"$hintbench" plot -o "$out/plots" "${results[@]}"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/hintbench/kernels

escape() { sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'; }

# What a kernel of ours was built of; empty for one that was fetched.
origin() {
	local release link
	release=$(sed -n '1s/.*"release": *"\([^"]*\)".*/\1/p' "$out/$1.json")
	for link in "$cache"/built-*; do
		[ -n "$release" ] && [ "$(cat "$link/release" 2>/dev/null)" = "$release" ] && cat "$link/origin" && return
	done
	echo "release $release"
}

{
	cat <<-HTML
		<!DOCTYPE html>
		<html lang="en"><head><meta charset="utf-8"><title>$(escape <<<"$title")</title>
		<meta name="viewport" content="width=device-width">
		<style>body { font: 16px/1.4 sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem }
		pre { overflow-x: auto; background: #f4f4f4; padding: 0.7rem; font-size: 13px } img { max-width: 100% }</style>
		</head><body><h1>$(escape <<<"$title")</h1><h2>Kernels</h2>
	HTML
	for name; do
		echo "<h3>$(escape <<<"$name")</h3><pre>$(origin "$name" | escape)</pre>"
	done
	echo "<h2>What differs</h2><pre>$(escape <"$out/different.txt")</pre>"
	echo '<p><a href="compare.txt">The whole table</a>, with what is the same and what could not be measured.</p><h2>Plots</h2>'
	for plot in "$out"/plots/*.svg; do
		# One that is older than the table is of another run.
		if [ ! -e "$plot" ] || [ "$plot" -ot "$out/compare.txt" ]; then continue; fi
		echo "<p><img src=\"plots/$(basename "$plot")\" alt=\"$(basename "$plot" .svg)\"></p>"
	done
	echo "<h2>Results</h2><ul>"
	for name; do
		echo "<li><a href=\"$name.json\">$name.json</a></li>"
	done
	echo "</ul></body></html>"
} >"$out/index.html.new"
mv "$out/index.html.new" "$out/index.html"
cat "$out/different.txt"
echo
echo "The page:    $out/index.html"
echo "The table:   $out/compare.txt"
echo "The plots:   $out/plots"
echo "The results: $(for name; do printf '%s ' "$out/$name.json"; done)"
