#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# sysroot.sh FOLDER: unpacks Debian's libraries and headers for LAB_DEBIAN_ARCH, which the cross compiler links
# hintbench against, and the programs that a guest needs, as FOLDER. Nothing is installed: no root, and dpkg of the
# host hears nothing of it.
set -euo pipefail
umask 022

# shellcheck source=lab/kernels/apt.sh
. "$(dirname "$(readlink -f "$0")")/apt.sh"

# What packages.txt lists for the host, without what runs on the host.
libraries='libnuma-dev libhwloc-dev libpfm4-dev libjansson-dev libinih-dev libgsl-dev nettle-dev zlib1g-dev libcmocka-dev'
# For the guest. Only their libraries come with them: xfsprogs would bring Python.
programs='busybox-static e2fsprogs xfsprogs'

# What the programs $@ are linked against, a package a line.
libraries_of() {
	apt-cache depends --no-recommends --no-suggests "$@" | sed -n 's/^ *\(Pre\)\?Depends: \(lib[^ <]*\)$/\2/p' | sort -u
}

# Absolute links point into the sysroot, not into the host.
mend_links() {
	local root=$1 link target
	find "$root" -type l -lname '/*' -print0 | while IFS= read -r -d '' link; do
		target=$(readlink "$link")
		ln -sfr "$root$target" "$link"
	done
}

make_sysroot() {
	local target=$1 name suite wanted deb reason
	name=$(basename "$target")
	local apt=$LAB_APT/$name new
	new=$(dirname "$target")/.new-$name
	# The compiler's own libraries are of the host's suite, and so must these be.
	# shellcheck source=/dev/null
	suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	[ -n "$suite" ] || fail "/etc/os-release does not name a Debian suite"
	if ! open_suite "$suite" "$apt"; then
		[ -e "$target/packages" ] || fail "$reason"
		note "$reason; using the $arch libraries in $target"
		return
	fi
	# What apt would install beside libraries is of no use here, such as debconf and its Perl.
	# shellcheck disable=SC2086,SC2046 # Lists of words.
	wanted=$(
		set -- $programs
		{
			apt-get install -q -s --no-install-recommends $libraries $(libraries_of $programs) |
				sed -n 's/^Inst \([^ ]*\) (\([^ ]*\) .*/\1=\2/p' | grep -E '^(lib|linux-libc|nettle|zlib)'
			for program; do
				apt-cache show --no-all-versions "$program" | sed -n "s/^Version: /$program=/p" | head -n 1
			done
		} | sort -u
	)
	if [ -e "$target/packages" ] && [ "$wanted" = "$(cat "$target/packages")" ]; then
		note "the $arch libraries in $target are the newest"
		return
	fi
	rm -rf "$new".*
	work=$(mktemp -d "$new.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	note "fetching $(echo "$wanted" | wc -l) $arch packages of $suite into $target"
	# shellcheck disable=SC2086 # A list of words.
	(cd "$work" && apt-get download -q $wanted) >"$apt/download.log" 2>&1 ||
		fail "the download failed: $(grep '^E:' "$apt/download.log" | head -n 1)"
	mkdir "$work/tree"
	for deb in "$work"/*.deb; do
		# Older suites have files in /lib; everything is to be found in /usr.
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$work/tree" --transform 's,^\./\(bin\|sbin\|lib\)/,./usr/\1/,' \
			--exclude './usr/share/*' --exclude './var/*' --exclude './etc/*' --no-same-owner
	done
	rm -rf "$work"/tree/{bin,sbin,lib}
	ln -s usr/bin usr/sbin usr/lib "$work/tree/"
	mend_links "$work/tree"
	echo "$wanted" >"$work/tree/packages"
	[ ! -e "$target" ] || mv "$target" "$work/old"
	mv "$work/tree" "$target"
	note "the $arch libraries are in $target"
}

work=
# shellcheck disable=SC2119 # No more tools than those that it knows.
apt_begin
make_sysroot "$1"
