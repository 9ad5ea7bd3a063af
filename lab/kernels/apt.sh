#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# apt.sh: sourced by what fetches Debian's packages with an apt configuration of its own: no root, nothing of the
# host's apt changes, signatures are checked.
#   LAB_DEBIAN_ARCH   of the packages
#   LAB_APT           the folder for package lists
#   HINTBENCH_MIRROR  where they come from; empty: where the host's apt gets them
# shellcheck source=lab/messages.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../messages.sh"

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
arch=${LAB_DEBIAN_ARCH:?this is started by hintbench lab}
mirror=${HINTBENCH_MIRROR:-}
security_mirror=

# Finds the tools and the mirror, or fails with what is missing.
apt_begin() {
	local tool
	for tool in apt-get:apt dpkg-deb:dpkg flock:util-linux "$@"; do
		command -v "${tool%:*}" >/dev/null || fail "${tool%:*} is missing (Debian package ${tool#*:})"
	done
	[ -r $keyring ] || fail "$keyring is missing (Debian package debian-archive-keyring)"
	if [ -z "$mirror" ]; then
		mirror=$(host_mirror Debian)
		security_mirror=$(host_mirror Debian-Security)
	fi
	[ -n "$mirror" ] || fail "this machine's apt has no Debian mirror: give one with --mirror URL"
}

# The address that the host's own apt uses for archive $1 ("Debian", "Debian-Security"); empty where it has none.
host_mirror() {
	# shellcheck disable=SC2016 # These are apt-get's to expand.
	apt-get indextargets --format '$(LABEL)|$(REPO_URI)' "Created-By: Packages" 2>/dev/null |
		sed -n "s/^$1|//p" | sort -u | head -n 1
}

# Writes the apt configuration into folder $1: how the host reaches its mirrors (proxies, dates), and folders of our own.
configure_apt() {
	local apt=$1
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
			APT::Architecture "$arch";
			APT::Architectures { "$arch"; };
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

# open_suite SUITE FOLDER: keeps others out of the folder, and brings the suite's package lists in it up to date. Where that
# fails, `reason` says why, and a folder that was not there before is gone again.
open_suite() {
	local suite=$1 apt=$2 is_new=
	[ -e "$apt" ] || is_new=1
	mkdir -p "$apt"
	exec 9>"$apt/lock"
	flock 9
	configure_apt "$apt"
	update_lists "$apt" "$suite" && return
	# shellcheck disable=SC2034 # For the caller.
	reason=$(explain_update "$suite" "$apt/update.log")
	if [ -n "$is_new" ]; then
		rm -rf "$apt"
		unset APT_CONFIG
	fi
	return 1
}
