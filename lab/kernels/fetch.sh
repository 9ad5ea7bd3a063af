#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# fetch.sh kernels SUITE FOLDER [SUITE FOLDER]…: fetches the cloud kernels of Debian suites (bookworm, sid …), each as
#   FOLDER/{vmlinuz,config,modules/,release,package}
# fetch.sh sources VERSION…: fetches Debian's kernel sources (6.1, 6.12 …) as LAB_SOURCES/linux-source-VERSION.tar.xz
set -euo pipefail
umask 022

PATH=$PATH:/usr/sbin:/sbin # depmod is not in every user's PATH.
# shellcheck source=lab/kernels/apt.sh
. "$(dirname "$(readlink -f "$0")")/apt.sh"

# Prints package=version of what $1 (package or package=version) depends on and that holds a part of this very kernel.
kernel_parts() {
	apt-cache show --no-all-versions "$1" 2>/dev/null | sed -n 's/^Depends: //p' | head -n 1 | tr ',' '\n' |
		sed -n 's/^ *\(linux-[a-z]*-[0-9][^ ]*-cloud-'"$arch"'\) (= \([^)]*\)).*/\1=\2/p'
}

# Everything of the suite's newest cloud kernel: up to 6.12 one package, from 7.x on image, binary, modules and base.
newest_kernel() {
	local image
	image=$(kernel_parts "$meta" | grep '^linux-image-' | head -n 1) || return 1
	{
		echo "$image"
		kernel_parts "$image"
	} | sort -u
}

# Unpacks the .debs in $1 and arranges the kernel as folder $2. (Called in a condition, where `set -e` is off.)
arrange() {
	local work=$1 new=$2 deb image modules
	for deb in "$work"/*.deb; do
		dpkg-deb -x "$deb" "$work/x" || return 1
	done
	image=$(find "$work/x" -name vmlinuz -o -name 'vmlinuz-*' | head -n 1)
	modules=$(find "$work/x" -type d -path '*/lib/modules/*/kernel' | head -n 1)
	[ -n "$image" ] && [ -n "$modules" ] || return 1
	modules=${modules%/kernel}
	depmod_in "$modules" || return 1
	mkdir "$new" && basename "$modules" >"$new/release" && mv "$image" "$new/vmlinuz" || return 1
	find "$work/x" \( -path '*/boot/config-*' -o -path '*/lib/modules/*/config' \) -exec mv {} "$new/config" \;
	[ -e "$new/config" ] || note "these packages hold no kernel config; the guest will have none"
	mv "$modules" "$new/modules"
}

# depmod wants BASE/lib/modules/RELEASE.
depmod_in() {
	local modules=$1 release base
	release=$(basename "$modules")
	base=${modules%/lib/modules/*}
	depmod -b "$base" "$release" 2>/dev/null || return 1
	rm -f "$modules"/{build,source}
}

# fetch_suite SUITE FOLDER
fetch_suite() {
	local suite=$1 target=$2 name=$1${LAB_SUFFIX:-} wanted work new reason
	local apt=$LAB_APT/$name
	if ! open_suite "$suite" "$apt"; then
		[ -e "$target/vmlinuz" ] || fail "$reason"
		note "$reason; using the cached kernel $(cat "$target/release")"
		return
	fi
	wanted=$(newest_kernel) || fail "suite '$suite' has no package $meta for $arch"
	if [ -e "$target/package" ] && [ "$wanted" = "$(cat "$target/package")" ]; then
		note "$name: kernel $(cat "$target/release") is the newest and in the cache"
		return
	fi

	# Made beside its final place and renamed: an interrupted fetch leaves no half kernel.
	new=$(dirname "$target")/.new-$name
	mkdir -p "$(dirname "$target")"
	rm -rf "$new".*
	work=$(mktemp -d "$new.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	note "$name: fetching $(echo "$wanted" | head -n 1)"
	# shellcheck disable=SC2086 # A list of words.
	(cd "$work" && apt-get download -q $wanted) >"$apt/download.log" 2>&1 ||
		fail "$suite: the download failed: $(grep '^E:' "$apt/download.log" | head -n 1)"
	arrange "$work" "$work/kernel" || fail "$suite: no kernel image with modules in: $(echo "$wanted" | tr '\n' ' ')"
	echo "$wanted" >"$work/kernel/package"
	[ ! -e "$target" ] || mv "$target" "$work/old"
	mv "$work/kernel" "$target"
	rm -rf "$work"
	trap - EXIT
	note "$name: kernel $(cat "$target/release") is in $target"
}

# Fetches package linux-source-$1 out of the first suite that has it.
fetch_source() {
	local version=$1 target=$LAB_SOURCES/linux-source-$1.tar.xz suite apt work reason
	[ ! -e "$target" ] || return 0
	for suite in bookworm bookworm-backports bullseye bullseye-backports trixie trixie-backports sid; do
		apt=$LAB_APT/$suite
		open_suite "$suite" "$apt" || {
			[[ $reason != 'no network'* ]] || fail "linux-source-$version: $reason"
			note "$reason"
			continue
		}
		apt-cache show --no-all-versions "linux-source-$version" >/dev/null 2>&1 || continue
		mkdir -p "$LAB_SOURCES"
		rm -rf "$LAB_SOURCES"/.new-"$version".*
		work=$(mktemp -d "$LAB_SOURCES/.new-$version.XXXXXX")
		trap 'rm -rf "$work"' EXIT
		note "linux-source-$version: fetching it from $suite"
		(cd "$work" && apt-get download -q "linux-source-$version") >"$apt/download.log" 2>&1 ||
			fail "linux-source-$version: the download failed: $(grep '^E:' "$apt/download.log" | head -n 1)"
		{ dpkg-deb -x "$work"/*.deb "$work/x" && mv "$work/x/usr/src/linux-source-$version.tar.xz" "$target"; } ||
			fail "linux-source-$version: no source in that package"
		return
	done
	fail "no suite on $mirror has a package linux-source-$version"
}

what=$1
shift
apt_begin depmod:kmod
if [ "$what" = sources ]; then
	for version; do
		(fetch_source "$version")
	done
	exit
fi
meta=linux-image-cloud-$arch
while [ $# -gt 0 ]; do
	(fetch_suite "$1" "$2")
	shift 2
done
