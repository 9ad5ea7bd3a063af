#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# initramfs.sh OUT.cpio PROGRAM [--sysroot DIR] [--modules DIR] [--program GUESTPATH=FILE] [--add GUESTPATH=FILE]…:
# packs what a guest needs to boot and run, and a --program with its libraries. Programs and libraries are the host's,
# or those in DIR for a guest with another processor.
# The same inputs give the same bytes: names are sorted, times and owners fixed, nothing is compressed.
set -euo pipefail
umask 022
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin

fail() {
	echo "hintbench: $*" >&2
	exit 2
}
here=$(dirname "$(readlink -f "$0")")
[ $# -ge 2 ] || fail "usage: initramfs.sh OUT.cpio PROGRAM [--sysroot DIR] [--modules DIR] [--add|--program GUESTPATH=FILE]…"
out=$(readlink -f "$1") program=$2
shift 2
root=$(mktemp -d "${TMPDIR:-/tmp}/hintbench-root.XXXXXX")
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{bin,sbin,dev,proc,sys,etc,lib,lib64,modules,boot}

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
		[ -n "$path" ] || fail "$sysroot has no $name, which $1 needs (run lab/kernels/sysroot.sh again)"
		echo "$name $path"
	done
}

# The loader has a fixed path, all libraries go into one folder that LD_LIBRARY_PATH names. A static program has none.
add_libraries() {
	local file name path
	while read -r name path; do
		case $name in
		/*) file=$root$name path=${path:-$name} ;;
		*) file=$root/lib/$name ;;
		esac
		[ ! -e "$file" ] || continue
		install -D -m 755 "$path" "$file"
		[ -z "$sysroot" ] || add_libraries "$path"
	done < <(libraries_of "$1")
}

# add_program GUESTPATH FILE
add_program() {
	install -m 755 "$2" "$root$1"
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

# add_module RELATIVE ARGUMENTS: what it needs comes first, each once. modules.dep has the farthest dependency last.
add_module() {
	local file=$1 arguments=$2 name needed
	name=$(basename "$file")
	name=${name%.xz} name=${name%.gz} name=${name%.zst}
	[ ! -e "$root/modules/$name" ] || return 0
	needed=$(awk -v f="$file:" '$1 == f { for (i = NF; i > 1; i--) print $i }' "$modules/modules.dep")
	for needed in $needed; do
		add_module "$needed" ''
	done
	case $file in
	*.xz) xz -dc "$modules/$file" ;;
	*.gz) gzip -dc "$modules/$file" ;;
	*.zst) zstd -qdc "$modules/$file" ;;
	*) cat "$modules/$file" ;;
	esac >"$root/modules/$name" || fail "cannot read module $modules/$file"
	echo "$name${arguments:+ $arguments}" >>"$root/modules/order"
}

sysroot=
program_too=
: >"$root/modules/order"
while [ $# -gt 0 ]; do
	case $1 in
	--sysroot)
		sysroot=$2
		command -v readelf >/dev/null || fail "readelf is missing (Debian package binutils)"
		;;
	--modules)
		modules=$2
		[ -r "$modules/modules.dep" ] || fail "$modules has no modules.dep (run depmod, or leave modules= out)"
		# Two disks of 320 MB; they take memory only where they are written. mkfs.xfs refuses a smaller one.
		for wanted in 'brd rd_nr=2 rd_size=327680' 'loop max_loop=8' zram xfs lzo-rle; do
			file=$(module_file "${wanted%% *}")
			arguments=${wanted#"${wanted%% *}"}
			[ -z "$file" ] || add_module "$file" "${arguments# }"
		done
		;;
	--program) program_too=$2 ;;
	--add) install -D -m 644 "${2#*=}" "$root${2%%=*}" ;;
	*) fail "initramfs.sh: no option '$1'" ;;
	esac
	shift 2
done

add_program /bin/busybox "$(guest_program busybox busybox-static)"
ln -s busybox "$root/bin/sh"
add_program /bin/hintbench "$program"
[ -z "$program_too" ] || add_program "${program_too%%=*}" "${program_too#*=}"
add_program /sbin/mke2fs "$(guest_program mke2fs e2fsprogs)"
add_program /sbin/mkfs.xfs "$(guest_program mkfs.xfs xfsprogs)"
install -m 755 "$here/init.sh" "$root/sbin/init"
ln -s sbin/init "$root/init"

cd "$root"
find . -exec touch -h -d @0 {} +
find . -print0 | sort -z | cpio --quiet --null -o -H newc --reproducible -R 0:0 >"$out"
