#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deps.sh LIST: installs the Debian packages that LIST names (a package a line, then what it is for) and that are missing.
# Status 2 with the line to type where this user may not install.
set -eu

if [ $# -ne 1 ] || [ ! -r "$1" ]; then
	echo "usage: lab/deps.sh packages.txt" >&2
	exit 2
fi

if ! command -v dpkg-query >/dev/null; then
	echo "hintbench: this is not a Debian system: install what $1 lists by hand" >&2
	exit 2
fi

missing=
while read -r package _; do
	case $package in '' | '#'*) continue ;; esac
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$status" = installed ] || missing="$missing $package"
done <"$1"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
	as_root=
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo true; }; }; then
	as_root=sudo
else
	echo "hintbench: packages are missing, and installing them needs root. Type this, then try again:" >&2
	echo "  apt-get install --no-install-recommends$missing" >&2
	exit 2
fi

echo "installing:$missing" >&2
$as_root apt-get update -qq || echo "hintbench: the package lists could not be updated; trying with the old ones" >&2
# shellcheck disable=SC2086 # A list of words.
if ! $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >&2; then
	echo "hintbench: apt-get could not install:$missing" >&2
	exit 2
fi
