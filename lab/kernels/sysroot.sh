#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# sysroot.sh --arch ARCH [--mirror URL]: unpacks Debian's libraries and headers of another architecture, which the
# cross compiler links hintbench against, and the programs that a guest needs, into
#   ${XDG_CACHE_HOME:-~/.cache}/hintbench/sysroot-ARCH
# Nothing is installed: no root, and dpkg of the host hears nothing of it.
set -euo pipefail
umask 022

here=$(dirname "$(readlink -f "$0")")
# shellcheck source=lab/kernels/apt.sh
. "$here/apt.sh"

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
	local target=$cache/sysroot-$arch apt=$cache/apt/sysroot-$arch suite wanted deb
	# The compiler's own libraries are of the host's suite, and so must these be.
	# shellcheck source=/dev/null
	suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	[ -n "$suite" ] || fail "/etc/os-release does not name a Debian suite"
	mkdir -p "$apt"
	exec 9>"$apt/lock"
	flock 9
	configure_apt "$suite" "$apt"
	if ! update_lists "$apt" "$suite"; then
		local reason
		reason=$(explain_update "$suite" "$apt/update.log")
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
	rm -rf "$cache"/.new-sysroot-"$arch".*
	work=$(mktemp -d "$cache/.new-sysroot-$arch.XXXXXX")
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
arch=
while [ $# -gt 0 ]; do
	taken=0
	apt_option "$@" || taken=$?
	[ $taken -gt 0 ] || fail "sysroot.sh: no option '$1'"
	shift $taken
done
[ -n "$arch" ] || fail "usage: sysroot.sh --arch ARCH [--mirror URL]"
# shellcheck disable=SC2119 # No more tools than those that it knows.
apt_begin
make_sysroot
