#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# build.sh --source DIR|debian:VERSION [--patch FILE]… [--config FILE] --name NAME: builds a guest kernel, as
#   ${XDG_CACHE_HOME:-~/.cache}/hintbench/kernels/built-NAME/{vmlinuz,config,System.map,release,origin}
# A source tree is only read. Its files go into a git repository of the cache, whose tree hash names them; patches are
# applied there; then a work tree is brought to that state, so that only what differs is written, and compiled again.
# Status 2: bad input (a patch that does not apply, a config that lacks something). Status 1: it does not compile.
set -euo pipefail
umask 022
export LC_ALL=C

cache=${XDG_CACHE_HOME:-$HOME/.cache}/hintbench
here=$(dirname "$(readlink -f "$0")")
# Nothing of the user's git settings may change what is stored or checked out.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE MAKEFLAGS MFLAGS MAKELEVEL

fail() {
	echo "hintbench: $*" >&2
	exit 2
}
note() { echo "hintbench: $*" >&2; }

# Runs git on the cache's repository, with work tree $1 and index $2.
git_on() {
	local tree=$1 index=$2
	shift 2
	GIT_INDEX_FILE=$index git -c core.looseCompression=1 -c core.autocrlf=false -c core.fileMode=true -c gc.auto=0 \
		-c core.excludesFile=/dev/null --git-dir="$cache/source.git" --work-tree="$tree" "$@"
}

# Prints the files of git's checkout $1, also those that are new there; not what a build left behind.
files_of_checkout() {
	git -C "$1" ls-files -z --cached --others --exclude-standard
}

# Stores the files of folder $1 under index $2. The index remembers times and sizes: a second time takes a second.
store_folder() {
	local folder=$1 index=$2
	if [ "$(git -C "$folder" rev-parse --show-toplevel 2>/dev/null)" = "$folder" ]; then
		files_of_checkout "$folder" | sort -z -u >"$build/files"
		git_on "$folder" "$index" update-index -z --add --remove --stdin <"$build/files"
		# What is in the checkout no more.
		git_on "$folder" "$index" ls-files -z | sort -z | comm -z -23 - "$build/files" |
			git_on "$folder" "$index" update-index -z --force-remove --stdin
	else
		(cd "$folder" && git_on "$folder" "$index" add --all .)
	fi
}

# Stores Debian's linux-source-$1 under index $2.
store_debian() {
	local version=$1 index=$2 tarball=$cache/source/linux-source-$1.tar.xz work
	"$here/fetch.sh" ${mirror:+--mirror "$mirror"} --source "$version"
	if [ -e "$index" ] && [ "$index" -nt "$tarball" ]; then
		return
	fi
	work=$(mktemp -d "$build/unpack.XXXXXX")
	note "$source: unpacking"
	rm -f "$index"
	tar -xf "$tarball" -C "$work"
	(cd "$work/linux-source-$version" && git_on . "$index" add --all --force .)
	rm -rf "$work"
}

# The hunk that git means by "patch failed: FILE:LINE".
hunk_of() {
	local patch=$1 file=$2 line=$3
	awk -v file="$file" -v line="$line" '
		/^\+\+\+ / { name = $2; sub(/^[^\/]*\//, "", name) }
		/^@@ / { split(substr($2, 2), from, ","); if (name == file && from[1] == line) { print; exit } }' "$patch"
}

# Applies the patches to the index $1.
apply_patches() {
	local index=$1 patch error file line
	for patch in ${patches+"${patches[@]}"}; do
		error=$(cd "$build" && git_on "$build/tree" "$index" apply --cached --whitespace=nowarn "$patch" 2>&1) && continue
		read -r file line < <(sed -n 's/^error: patch failed: \(.*\):\([0-9]*\)$/\1 \2/p' <<<"$error" | head -n 1) || true
		[ -n "${file:-}" ] || fail "$patch does not apply to $source: $(head -n 1 <<<"${error#error: }")"
		fail "$patch does not apply to $source: $file, hunk $(hunk_of "$patch" "$file" "$line")"
	done
}

# Brings the work tree to the git tree $1; what is the same there already keeps its time, and is not compiled again.
check_out() {
	mkdir -p "$build/tree"
	git_on "$build/tree" "$build/tree.index" read-tree --reset -u "$1"
}

kernel_make() {
	make -C "$build/tree" O="$objects" CC="$compiler" LOCALVERSION="-$(cut -c 1-12 <<<"$tree")" \
		KBUILD_BUILD_TIMESTAMP='Tue Nov  8 00:00:00 UTC 2022' KBUILD_BUILD_USER=hintbench KBUILD_BUILD_HOST=lab \
		KBUILD_BUILD_VERSION=1 "$@"
}

# The config as it goes in: the user's own, or Debian's cloud config with all modules left out and the lab's changes.
write_config() {
	if [ -n "$config" ]; then
		cat "$config"
		return
	fi
	local debian=$cache/kernels/debian-bookworm/config
	[ -e "$debian" ] || "$here/fetch.sh" ${mirror:+--mirror "$mirror"} bookworm
	grep -v '=m$' "$debian"
	cat "$here/lab.config"
}

# What the lab can't do without, held against the finished .config.
check_config() {
	local option missing=
	while read -r option _; do
		grep -q "^$option=y" "$objects/.config" || missing="$missing $option"
	done < <(grep '^CONFIG_' "$here/required.config")
	[ -z "$missing" ] || fail "${config:-the config} lacks$missing, which the lab needs: set it to y" \
		"(lab/required.config says what for)"
}

configure() {
	mkdir -p "$objects"
	cmp -s "$build/config.in" "$objects/config.in" || cp "$build/config.in" "$objects/.config"
	kernel_make -s olddefconfig >"$log" 2>&1 || {
		cat "$log" >&2
		fail "$source: its make olddefconfig failed"
	}
	check_config
	cp "$build/config.in" "$objects/config.in"
}

# Says now and then how far make is, on a terminal on one line.
show_progress() {
	local start=$SECONDS step=60 end='\n'
	[ ! -t 2 ] || { step=2; end='\r'; }
	while sleep $step; do
		# shellcheck disable=SC2059 # The format's end is a variable.
		printf "hintbench: building $name: %d steps, %d:%02d minutes$end" "$(grep -c '^  [A-Z]' "$log")" \
			$(((SECONDS - start) / 60)) $(((SECONDS - start) % 60)) >&2
	done
}

compile() {
	local failed='' progress
	show_progress &
	progress=$!
	kernel_make -j"$(nproc)" bzImage >"$log" 2>&1 || failed=1
	kill "$progress" 2>/dev/null
	wait "$progress" 2>/dev/null || true
	[ ! -t 2 ] || echo >&2
	[ -z "$failed" ] && return
	grep -E -m 10 -A 4 '(error|undefined reference|Error [0-9])' "$log" >&2 || tail -n 20 "$log" >&2
	note "$name does not compile; all that make said is in $log"
	exit 1
}

# What was built, for the person who finds it in the cache.
describe() {
	echo "source $source"
	local patch
	for patch in ${patches+"${patches[@]}"}; do
		echo "patch $(sha256sum "$patch" | cut -c 1-12) $(basename "$patch")"
	done
	echo "tree $tree"
	echo "config ${config:-Debian\'s cloud config with lab/lab.config}"
	echo "compiler $compiler_version"
}

keep() {
	local new=$cache/built/.new-$key
	rm -rf "$new"
	mkdir -p "$new"
	cp "$objects/arch/x86/boot/bzImage" "$new/vmlinuz"
	cp "$objects/.config" "$new/config"
	cp "$objects/System.map" "$new/System.map"
	cat "$objects/include/config/kernel.release" >"$new/release"
	describe >"$new/origin"
	mv "$new" "$cache/built/$key"
}

source= name= config= mirror=${HINTBENCH_MIRROR:-}
patches=()
while [ $# -gt 0 ]; do
	[ $# -gt 1 ] || fail "lab build: $1 needs a value, or is no option"
	case $1 in
	--source) source=$2 ;;
	--patch) patches+=("$(readlink -f "$2")") && [ -r "$2" ] || fail "no patch $2" ;;
	--config) config=$(readlink -f "$2") && [ -r "$2" ] || fail "no config $2" ;;
	--name) name=$2 ;;
	--mirror) mirror=$2 ;;
	*) fail "lab build: no option '$1'" ;;
	esac
	shift 2
done
[ -n "$source" ] || fail "lab build: give --source DIR or --source debian:VERSION, such as debian:6.1"
[[ $name =~ ^[A-Za-z0-9][A-Za-z0-9._+-]*$ && ${#name} -le 50 ]] ||
	fail "lab build: give --name NAME, of letters, digits and ._+- (at most 50)"
for tool in git:git make:make gcc:gcc flex:flex bison:bison bc:bc; do
	command -v "${tool%:*}" >/dev/null || fail "${tool%:*} is missing (Debian package ${tool#*:})"
done

# Each source has an index of its own. The work tree is one for all, since where a file lies is a part of what ccache knows
# it by; the objects are parted by config and compiler.
case $source in
debian:*)
	[[ ${source#debian:} =~ ^[0-9.]+$ ]] || fail "lab build: '$source' is not of the form debian:6.1"
	id=debian-${source#debian:}
	;;
*)
	[ -f "$source/Kbuild" ] && [ -f "$source/mm/memory.c" ] || fail "$source is no kernel source tree"
	source=$(readlink -f "$source")
	id=$(basename "$source")-$(sha256sum <<<"$source" | cut -c 1-12)
	;;
esac
build=$cache/build
index=$build/$id.index
mkdir -p "$build" "$cache/built" "$cache/kernels"
exec 9>"$build/lock"
flock -n 9 || {
	note "waiting for another build"
	flock 9
}
[ -e "$cache/source.git" ] || git init -q --bare "$cache/source.git"
case $source in
debian:*) store_debian "${source#debian:}" "$index" ;;
*) store_folder "$source" "$index" ;;
esac
cp "$index" "$build/patched.index"
apply_patches "$build/patched.index"
tree=$(git_on "$build/tree" "$build/patched.index" write-tree)

compiler=${CC:-gcc}
compiler_version=$($compiler --version | head -n 1)
write_config >"$build/config.in"
variant=$(cat "$build/config.in" - <<<"$compiler_version" | sha256sum | cut -c 1-12)
key=$(sha256sum <<<"$tree $variant" | cut -c 1-24)
objects=$build/objects-$variant
log=$build/$name.log
if command -v ccache >/dev/null; then
	export CCACHE_DIR=$cache/ccache CCACHE_MAXSIZE=5G
	compiler="ccache $compiler"
fi
if [ ! -e "$cache/built/$key/vmlinuz" ]; then
	check_out "$tree"
	configure
	compile
	keep
	note "built:$name is built"
else
	note "built:$name is in the cache already"
fi
ln -sfn "../built/$key" "$cache/kernels/built-$name"
