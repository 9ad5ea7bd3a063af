#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# initramfs.sh OUT.cpio PROGRAM [GUESTPATH FILE]…: packs what a guest needs to boot and run, with the files that are
# named.
#   LAB_PROGRAM  a program more, which goes to /bin with its libraries
#   LAB_MODULES  the folder with modules.dep, for scratch disks and swap
#   LAB_SYSROOT  for a guest with another processor: programs and libraries are those in it, not the host's
# Each may be unset. The same inputs give the same bytes: names are sorted, times and owners fixed, nothing is
# compressed. Modules come from strangers: what they are called leads to no file outside their folder, and none
# outside the guest.
set -euo pipefail
umask 022
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin

here=$(dirname "$(readlink -f "$0")")
# shellcheck source=lab/messages.sh
. "$here/../messages.sh"
out=$(readlink -f "$1") program=$2
shift 2
sysroot=${LAB_SYSROOT:-}
modules=${LAB_MODULES:-}
root=$(readlink -f "$(mktemp -d "${TMPDIR:-/tmp}/hintbench-root.XXXXXX")")
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{bin,sbin,dev,proc,sys,etc,lib,lib64,modules}

# in_guest GUESTPATH: sets `file` to where that lies, or fails where it would be outside, also over a link.
in_guest() {
	file=$(readlink -m "$root$1")
	[[ $1 == /* && $file == "$root$1" ]] || fail "'$1' is no path for a guest's file"
}

# What the host's loader would take, as `ldd` prints it: NAME PATH, or the loader's own path alone. The programs of
# another processor can't be asked, but say themselves what they need.
libraries_of() {
	if [ -z "$sysroot" ]; then
		ldd "$1" 2>/dev/null | sed -n 's/^\t\(\S*\) => \(\/\S*\) (.*/\1 \2/p; s/^\t\(\/\S*\) (.*/\1/p'
		return
	fi
	local name path
	path=$(readelf -lW "$1" 2>/dev/null | sed -n 's/.*program interpreter: \(\/[^]]*\)\].*/\1/p')
	[ -z "$path" ] || echo "$path $sysroot$path"
	for name in $(readelf -dW "$1" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
		path=$(find "$sysroot/usr/lib" -maxdepth 2 -name "$name" | sort | head -n 1)
		[ -n "$path" ] || fail "$sysroot has no $name, which $1 needs (type hintbench lab sysroot again)"
		echo "$name $path"
	done
}

# The loader has a fixed path, all libraries go into one folder that LD_LIBRARY_PATH names. A static program has none.
add_libraries() {
	local file name path
	while read -r name path; do
		case $name in
		/*) in_guest "$name"; path=${path:-$name} ;;
		*) in_guest "/lib/$name" ;;
		esac
		[ ! -e "$file" ] || continue
		install -D -m 755 "$path" "$file"
		[ -z "$sysroot" ] || add_libraries "$path"
	done < <(libraries_of "$1")
}

# add_program GUESTPATH FILE
add_program() {
	local file
	in_guest "$1"
	install -m 755 "$2" "$file"
	add_libraries "$2"
}

# The guest's program $1, from Debian package $2.
guest_program() {
	if [ -n "$sysroot" ]; then
		find "$sysroot/usr/bin" "$sysroot/usr/sbin" -name "$1" | grep . || fail "$sysroot has no $1"
	else
		command -v "$1" || fail "$1 is missing (Debian package $2)"
	fi
}

# The file of module $1, as modules.dep names it (relative to the modules' folder).
module_file() {
	sed -n "s/^\(\(.*\/\)\?$1\.ko[^:]*\):.*/\1/p" "$modules/modules.dep" | head -n 1
}

# Fails where modules.dep names something that is no module of its folder.
check_module() {
	local name='[A-Za-z0-9_-][A-Za-z0-9._+-]*'
	[[ $1 =~ ^($name/)*$name$ && $(readlink -f "$modules/$1") == "$(readlink -f "$modules")"/* ]] ||
		fail "$modules/modules.dep names '$1', which is no module in that folder"
}

# add_module RELATIVE ARGUMENTS: what it needs comes first, each once. modules.dep has the farthest dependency last.
add_module() {
	local module=$1 arguments=$2 name needed
	check_module "$module"
	name=$(basename "$module")
	name=${name%.xz} name=${name%.gz} name=${name%.zst}
	[ ! -e "$root/modules/$name" ] || return 0
	# Before what it needs, lest a circle has no end.
	: >"$root/modules/$name"
	while read -r needed; do
		add_module "$needed" ''
	done < <(awk -v f="$module:" '$1 == f { for (i = NF; i > 1; i--) print $i }' "$modules/modules.dep")
	case $module in
	*.xz) xz -dc "$modules/$module" ;;
	*.gz) gzip -dc "$modules/$module" ;;
	*.zst) zstd -qdc "$modules/$module" ;;
	*) cat "$modules/$module" ;;
	esac >"$root/modules/$name" || fail "cannot read module $modules/$module"
	echo "$name${arguments:+ $arguments}" >>"$root/modules/order"
}

: >"$root/modules/order"
[ -z "$sysroot" ] || command -v readelf >/dev/null || fail "readelf is missing (Debian package binutils)"
if [ -n "$modules" ]; then
	[ -r "$modules/modules.dep" ] || fail "$modules has no modules.dep (run depmod, or leave modules= out)"
	# Two disks of 320 MB; they take memory only where they are written. mkfs.xfs refuses a smaller one.
	for wanted in 'brd rd_nr=2 rd_size=327680' 'loop max_loop=8' zram xfs lzo-rle; do
		module=$(module_file "${wanted%% *}")
		arguments=${wanted#"${wanted%% *}"}
		[ -z "$module" ] || add_module "$module" "${arguments# }"
	done
fi
while [ $# -gt 0 ]; do
	in_guest "$1"
	install -D -m 644 "$2" "$file"
	shift 2
done

add_program /bin/busybox "$(guest_program busybox busybox-static)"
ln -s busybox "$root/bin/sh"
add_program /bin/hintbench "$program"
[ -z "${LAB_PROGRAM:-}" ] || add_program "/bin/$(basename "$LAB_PROGRAM")" "$LAB_PROGRAM"
add_program /sbin/mke2fs "$(guest_program mke2fs e2fsprogs)"
add_program /sbin/mkfs.xfs "$(guest_program mkfs.xfs xfsprogs)"
install -m 755 "$here/init.sh" "$root/sbin/init"
ln -s sbin/init "$root/init"

cd "$root"
find . -exec touch -h -d @0 {} +
find . -print0 | sort -z | cpio --quiet --null -o -H newc --reproducible -R 0:0 >"$out"
