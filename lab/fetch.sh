#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# fetch.sh [--mirror URL] SUITE…: fetches the cloud kernels of Debian suites (bookworm, bookworm-backports, sid …) into
#   ${XDG_CACHE_HOME:-~/.cache}/hintbench/kernels/debian-SUITE/{vmlinuz,config,modules/,release,package}
# fetch.sh [--mirror URL] --source VERSION…: fetches Debian's kernel sources (6.1, 6.12 …) into
#   ${XDG_CACHE_HOME:-~/.cache}/hintbench/source/linux-source-VERSION.tar.xz
# with an apt configuration of its own: no root, nothing of the host's apt changes, signatures are checked.
set -euo pipefail
umask 022

PATH=$PATH:/usr/sbin:/sbin # depmod is not in every user's PATH.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/hintbench
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
meta=linux-image-cloud-amd64

fail() {
	echo "hintbench: $*" >&2
	exit 2
}
note() { echo "hintbench: $*" >&2; }

# The address that the host's own apt uses for archive $1 ("Debian", "Debian-Security"); empty where it has none.
host_mirror() {
	# shellcheck disable=SC2016 # These are apt-get's to expand.
	apt-get indextargets --format '$(LABEL)|$(REPO_URI)' "Created-By: Packages" 2>/dev/null |
		sed -n "s/^$1|//p" | sort -u | head -n 1
}

# Writes the apt configuration for suite $1: how the host reaches its mirrors (proxies, dates), and folders of our own.
configure_apt() {
	local suite=$1 apt=$2
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	{
		apt-config dump --format '%F "%v";%n' | grep '^Acquire::' | grep -Ev '^Acquire::(IndexTargets|Changelogs|cdrom)'
		cat <<-CONF
			Dir::Etc::main "/dev/null";
			Dir::Etc::parts "/dev/null";
			Dir::Etc::sourcelist "$apt/sources.list";
			Dir::Etc::sourceparts "/dev/null";
			Dir::Etc::preferences "/dev/null";
			Dir::Etc::preferencesparts "/dev/null";
			Dir::State "$apt";
			Dir::State::lists "$apt/lists";
			Dir::State::status "/dev/null";
			Dir::Cache "$apt/cache";
			APT::Architecture "amd64";
			APT::Architectures { "amd64"; };
			APT::Sandbox::User "root";
			APT::Get::List-Cleanup "true";
			APT::Update::Error-Mode "any";
			Acquire::Languages "none";
			Acquire::Retries "2";
		CONF
	} >"$apt/apt.conf"
	export APT_CONFIG=$apt/apt.conf
}

write_sources() {
	local apt=$1 suite=$2 security=$3
	{
		echo "deb [signed-by=$keyring] $mirror $suite main"
		[ -z "$security" ] || echo "deb [signed-by=$keyring] $security $suite-security main"
	} >"$apt/sources.list"
}

# Brings the package lists of suite $1 up to date; leaves apt's complaints in $apt/update.log.
update_lists() {
	local apt=$1 suite=$2 security=
	case $suite in
	*-* | sid | unstable | experimental) ;;
	*) security=$security_mirror ;;
	esac
	write_sources "$apt" "$suite" "$security"
	apt-get update -q >"$apt/update.log" 2>&1 && return
	[ -n "$security" ] || return 1
	write_sources "$apt" "$suite" ''
	apt-get update -q >"$apt/update.log" 2>&1 || return 1
	note "$suite: no $suite-security on the security mirror; using $suite alone"
}

# Why the lists of a suite could not be had, as a sentence.
explain_update() {
	local suite=$1 log=$2
	if grep -qE 'does not have a Release file|404  Not Found' "$log"; then
		echo "no suite '$suite' on $mirror"
	elif grep -qE 'NO_PUBKEY|not signed|signatures' "$log"; then
		echo "the signature of suite '$suite' could not be checked with $keyring (package debian-archive-keyring)"
	elif grep -q 'is expired\|not valid yet' "$log"; then
		echo "the mirror's list of suite '$suite' is too old, or this machine's date is wrong"
	elif grep -qE 'Could not (resolve|connect)|Cannot initiate|[Tt]imed out|[Uu]nreachable|Temporary failure|refused' "$log"; then
		echo "no network: $mirror cannot be reached"
	else
		echo "apt-get update failed for suite '$suite': $(grep '^E:' "$log" | head -n 1)"
	fi
}

# Prints package=version of what $1 (package or package=version) depends on and that holds a part of this very kernel.
kernel_parts() {
	apt-cache show --no-all-versions "$1" 2>/dev/null | sed -n 's/^Depends: //p' | head -n 1 | tr ',' '\n' |
		sed -n 's/^ *\(linux-[a-z]*-[0-9][^ ]*-cloud-amd64\) (= \([^)]*\)).*/\1=\2/p'
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

fetch_suite() {
	local suite=$1 apt=$cache/apt/$1 target=$cache/kernels/debian-$1 wanted work
	mkdir -p "$apt" "$cache/kernels"
	exec 9>"$apt/lock"
	flock 9
	configure_apt "$suite" "$apt"
	if ! update_lists "$apt" "$suite"; then
		local reason
		reason=$(explain_update "$suite" "$apt/update.log")
		[ -e "$target/vmlinuz" ] || fail "$reason"
		note "$reason; using the cached kernel $(cat "$target/release")"
		return
	fi
	wanted=$(newest_kernel) || fail "suite '$suite' has no package $meta for amd64"
	if [ -e "$target/package" ] && [ "$wanted" = "$(cat "$target/package")" ]; then
		note "$suite: kernel $(cat "$target/release") is the newest and in the cache"
		return
	fi

	# Made beside its final place and renamed: an interrupted fetch leaves no half kernel.
	rm -rf "$cache"/kernels/.new-"$suite".*
	work=$(mktemp -d "$cache/kernels/.new-$suite.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	note "$suite: fetching $(echo "$wanted" | head -n 1)"
	# shellcheck disable=SC2086 # A list of words.
	(cd "$work" && apt-get download -q $wanted) >"$apt/download.log" 2>&1 ||
		fail "$suite: the download failed: $(grep '^E:' "$apt/download.log" | head -n 1)"
	arrange "$work" "$work/kernel" || fail "$suite: no kernel image with modules in: $(echo "$wanted" | tr '\n' ' ')"
	echo "$wanted" >"$work/kernel/package"
	[ ! -e "$target" ] || mv "$target" "$work/old"
	mv "$work/kernel" "$target"
	rm -rf "$work"
	trap - EXIT
	note "$suite: kernel $(cat "$target/release") is in $target"
}

# Fetches package linux-source-$1 out of the first suite that has it.
fetch_source() {
	local version=$1 target=$cache/source/linux-source-$1.tar.xz suite apt work
	[ ! -e "$target" ] || return 0
	mkdir -p "$cache/source"
	for suite in bookworm bookworm-backports bullseye bullseye-backports trixie trixie-backports sid; do
		apt=$cache/apt/$suite
		mkdir -p "$apt"
		exec 9>"$apt/lock"
		flock 9
		configure_apt "$suite" "$apt"
		update_lists "$apt" "$suite" || {
			note "$(explain_update "$suite" "$apt/update.log")"
			continue
		}
		apt-cache show --no-all-versions "linux-source-$version" >/dev/null 2>&1 || continue
		rm -rf "$cache"/source/.new-"$version".*
		work=$(mktemp -d "$cache/source/.new-$version.XXXXXX")
		note "linux-source-$version: fetching it from $suite"
		(cd "$work" && apt-get download -q "linux-source-$version") >"$apt/download.log" 2>&1 ||
			fail "linux-source-$version: the download failed: $(grep '^E:' "$apt/download.log" | head -n 1)"
		dpkg-deb -x "$work"/*.deb "$work/x" && mv "$work/x/usr/src/linux-source-$version.tar.xz" "$target" ||
			fail "linux-source-$version: no source in that package"
		rm -rf "$work"
		return
	done
	fail "no suite on $mirror has a package linux-source-$version"
}

mirror=${HINTBENCH_MIRROR:-}
sources=
while [ $# -gt 0 ]; do
	case $1 in
	--mirror) mirror=${2:?--mirror needs an address}; shift 2 ;;
	--mirror=*) mirror=${1#*=}; shift ;;
	--source) sources=1; shift ;;
	-*) fail "fetch.sh: no option '$1'" ;;
	*) break ;;
	esac
done
[ $# -gt 0 ] || fail "name the suites to fetch, such as bookworm or bookworm-backports"
for tool in apt-get:apt dpkg-deb:dpkg depmod:kmod flock:util-linux; do
	command -v "${tool%:*}" >/dev/null || fail "${tool%:*} is missing (Debian package ${tool#*:})"
done
[ -r $keyring ] || fail "$keyring is missing (Debian package debian-archive-keyring)"

security_mirror=
if [ -z "$mirror" ]; then
	mirror=$(host_mirror Debian)
	security_mirror=$(host_mirror Debian-Security)
fi
[ -n "$mirror" ] || fail "this machine's apt has no Debian mirror: give one with --mirror URL"
if [ -n "$sources" ]; then
	for version in "$@"; do
		(fetch_source "$version")
	done
	exit
fi
for suite in "$@"; do
	[[ $suite =~ ^[a-z][a-z0-9-]*$ ]] || fail "no suite '$suite'"
	(fetch_suite "$suite")
done
