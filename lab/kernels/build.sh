#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# build.sh [PATCH]…: builds a guest kernel
#   LAB_SOURCE  of this tree, a folder's real path, or debian:VERSION
#   LAB_CONFIG  with this config; empty: Debian's cloud config, as that of LAB_BASE_KERNEL, with the lab's changes
#   LAB_NAME    and that name, with
#   LAB_TARGET  a link to a folder of LAB_BUILT, with vmlinuz, config, System.map, release, origin
# A source tree is only read. Its files go into a git repository of the cache, whose tree hash names them; patches are
# applied there; then a work tree is brought to that state, so that only what differs is written, and compiled again.
# Nothing that is read here can make git, apt or the config's tools write outside LAB_BUILD, LAB_BUILT and
# LAB_REPOSITORY. But a kernel's build runs what its Makefiles say, as the user who builds: a tree and a patch are
# trusted with that. Status 2: bad input (a patch that does not apply, a config that lacks something). Status 1: it
# does not compile. After Ctrl-C nothing is left running, and the next build goes on from there.
set -euo pipefail
umask 022
export LC_ALL=C

here=$(dirname "$(readlink -f "$0")")
# shellcheck source=lab/messages.sh
. "$here/../messages.sh"
hintbench=${HINTBENCH:?build.sh is started by hintbench lab build}
source=$LAB_SOURCE config=${LAB_CONFIG:-} name=$LAB_NAME
patches=("$@")
build=$LAB_BUILD
# Nothing of the user's settings may change what is stored, checked out or compiled.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
unset MAKEFLAGS MFLAGS MAKELEVEL ARCH SUBARCH CROSS_COMPILE LLVM LLVM_IAS KCFLAGS KAFLAGS KCPPFLAGS KBUILD_OUTPUT \
	KCONFIG_CONFIG KCONFIG_ALLCONFIG

# Runs git on the cache's repository, with work tree $1 and index $2.
git_on() {
	local tree=$1 index=$2
	shift 2
	GIT_INDEX_FILE=$index git -c core.looseCompression=1 -c core.autocrlf=false -c core.fileMode=true -c gc.auto=0 \
		-c core.fsmonitor=false -c core.excludesFile="$build/exclude" --git-dir="$LAB_REPOSITORY" --work-tree="$tree" "$@"
}

# The repository for all sources. A file's bytes are kept as they are, whatever a .gitattributes says; what a build
# leaves in a tree is left out also where the tree has no .gitignore.
open_repository() {
	git init -q --bare "$LAB_REPOSITORY"
	echo '* -text -ident -filter -working-tree-encoding' >"$LAB_REPOSITORY/info/attributes"
	printf '%s\n' '*.o' '*.o.d' '*.a' '*.ko' '*.cmd' '*.mod' '*.mod.c' '/.config*' '/include/config/' '/include/generated/' \
		'/arch/*/include/generated/' '/vmlinux' '/System.map' /modules.order /Module.symvers >"$build/exclude"
	# What an interrupted build left; nobody else is here.
	rm -rf "$build"/unpack.* "$build"/*.index.lock
}

# git on the user's own checkout $1, whoever owns it; only to read.
git_of() {
	local folder=$1
	shift
	git -C "$folder" -c safe.directory='*' -c core.fsmonitor=false "$@"
}

# Prints the files of git's checkout $1, also those that are new there; not what a build left behind, and no folders
# (a repository inside it, or one that is now where git had a file).
files_of_checkout() {
	# shellcheck disable=SC2016 # The inner shell expands.
	git_of "$1" ls-files -z --cached --others --exclude-standard |
		(cd "$1" && xargs -0 sh -c 'for f; do [ -d "$f" ] && [ ! -L "$f" ] || printf "%s\0" "$f"; done' sh)
}

# Stores the files of folder $1 under index $2. The index remembers times and sizes: a second time takes a second.
store_folder() {
	local folder=$1 index=$2
	if [ "$(git_of "$folder" rev-parse --show-toplevel 2>/dev/null)" = "$folder" ]; then
		# Before others come, what is in the checkout no more goes: a file's name may be a folder's now.
		files_of_checkout "$folder" | sort -z -u >"$build/files" &&
			git_on "$folder" "$index" ls-files -z | sort -z | comm -z -23 - "$build/files" |
			git_on "$folder" "$index" update-index -z --force-remove --stdin &&
			git_on "$folder" "$index" update-index -z --add --remove --replace --stdin <"$build/files"
	else
		(cd "$folder" && git_on "$folder" "$index" add --all .)
	fi || fail "the files of $source cannot be stored in $LAB_REPOSITORY"
}

# Stores Debian's linux-source-$1 under index $2.
store_debian() {
	local version=$1 index=$2 tarball=$LAB_SOURCES/linux-source-$1.tar.xz work
	[ -e "$tarball" ] || "$hintbench" lab fetch --source "$version"
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
		/^--- / { name = $2; sub(/^[^\/]*\//, "", name) }
		/^@@ / { split(substr($2, 2), from, ","); if (name == file && from[1] == line) { print; exit } }' "$patch"
}

# Writes patch $1 to $2, out of what a mail may have wrapped it in.
unwrap() {
	if grep -qiE '^Content-Transfer-Encoding: *(base64|quoted-printable)' "$1" &&
		git mailinfo -b "$2.message" "$2" <"$1" >/dev/null 2>&1 && grep -q '^--- ' "$2"; then
		return
	fi
	cat "$1" >"$2"
}

# git apply on the index $1, with the patch that was unwrapped.
apply() {
	local index=$1
	shift
	(cd "$build" && git_on "$build/tree" "$index" apply --cached --whitespace=nowarn "$@" "$build/patch" 2>&1)
}

# Applies patch $2 to the index $1, or fails and names the hunk.
apply_patch() {
	local index=$1 patch=$2 error place hint=
	unwrap "$patch" "$build/patch"
	error=$(apply "$index") && return
	# A mail may have made a CR LF of each line's end.
	if grep -q $'\r$' "$build/patch"; then
		sed -i 's/\r$//' "$build/patch"
		error=$(apply "$index") && return
	fi
	! apply "$index" --check --reverse >/dev/null || hint=' (it is in there already)'
	place=$(sed -n 's/^error: patch failed: //p' <<<"$error" | sed -n 1p)
	[ -n "$place" ] ||
		fail "$patch does not apply to $source$hint: $(sed -n 's/^error: //p' <<<"$error" | sed -n 1p)"
	fail "$patch does not apply to $source$hint: ${place%:*}, hunk $(hunk_of "$build/patch" "${place%:*}" "${place##*:}")"
}

# Brings the work tree to the git tree $1; what is the same there already keeps its time, and is not compiled again.
# Files that an interrupted checkout wrote are in no index.
check_out() {
	local interrupted=
	[ ! -e "$build/tree.unfinished" ] || interrupted=1
	touch "$build/tree.unfinished"
	# A cache that was copied has other inodes: look at the contents, or all of it would be written and compiled again.
	git_on "$build/tree" "$build/tree.index" update-index -q --refresh >/dev/null || true
	git_on "$build/tree" "$build/tree.index" read-tree --reset -u "$1"
	[ -z "$interrupted" ] || git_on "$build/tree" "$build/tree.index" clean -q -ffdx "$build/tree"
	rm "$build/tree.unfinished"
}

kernel_make() {
	make -C "$build/tree" O="$objects" CC="$compiler" LOCALVERSION="-${key:0:12}" \
		KBUILD_BUILD_TIMESTAMP='Tue Nov  8 00:00:00 UTC 2022' KBUILD_BUILD_USER=hintbench KBUILD_BUILD_HOST=lab \
		KBUILD_BUILD_VERSION=1 "$@"
}

# Fails where a config has more than options with plain values. Make reads the finished config, and of a kernel since
# 5.17 it gets strings without their quotes: a $(shell …), a backtick or a semicolon in one would be run.
check_values() {
	local value='([ymn]|-?[0-9]+|0[xX][0-9A-Fa-f]+|"[A-Za-z0-9 ._,:/=+@%()~-]*")' line
	line=$(grep -nvE "^(#.*|[[:space:]]*|CONFIG_[A-Za-z0-9_]+=$value)\$" "$config" | sed -n 1p) || true
	[ -z "$line" ] || fail "$config: line ${line%%:*} is no option with a plain value: ${line#*:}"
}

# The config as it goes in: the user's own, or Debian's cloud config with all modules left out and the lab's changes.
write_config() {
	if [ -n "$config" ]; then
		cat "$config"
		return
	fi
	[ -e "$LAB_BASE_KERNEL/config" ] || "$hintbench" lab fetch bookworm
	grep -v '=m$' "$LAB_BASE_KERNEL/config"
	cat "$here/lab.config"
}

# What the lab can't do without, held against the finished .config.
check_config() {
	local option missing='' lost=''
	while read -r option _; do
		grep -q "^$option=y$" "$objects/.config" && continue
		if grep -q "^$option=y$" "$build/config.in"; then
			lost="$lost $option"
		else
			missing="$missing $option"
		fi
	done < <(grep '^CONFIG_' "$here/required.config")
	[ -z "$lost" ] || note "${config:-the config} has$lost, but make olddefconfig turned it off: $source has no such option," \
		"or it depends on another that is not set"
	[ -z "$missing" ] || fail "${config:-the config} lacks$missing, which the lab needs: set it to y" \
		"(lab/kernels/required.config says what for)"
	[ -z "$lost" ] || exit 2
}

# The image's compressor is called last, after minutes of compiling.
check_compressor() {
	local option tool
	for option in GZIP:gzip BZIP2:bzip2 LZMA:xz-utils XZ:xz-utils LZO:lzop LZ4:lz4 ZSTD:zstd; do
		grep -q "^CONFIG_KERNEL_${option%:*}=y$" "$objects/.config" || continue
		tool=$(tr '[:upper:]' '[:lower:]' <<<"${option%:*}")
		[ "$tool" != lzo ] || tool=lzop
		command -v "$tool" >/dev/null ||
			fail "$tool is missing (Debian package ${option#*:}): CONFIG_KERNEL_${option%:*} in ${config:-the config} needs it"
	done
}

# Makes the .config, always of the same beginnings: what another kernel's Kconfig made of it must not stay. Where
# nothing changed, it keeps its time.
configure() {
	mkdir -p "$objects"
	[ ! -e "$objects/.config" ] || mv "$objects/.config" "$objects/.config.before"
	cp "$build/config.in" "$objects/.config"
	kernel_make -s olddefconfig >"$log" 2>&1 </dev/null 9>&- || {
		cat "$log" >&2
		note "$source: its make olddefconfig failed"
		exit 1
	}
	check_config
	check_compressor
	! cmp -s "$objects/.config" "$objects/.config.before" || mv "$objects/.config.before" "$objects/.config"
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

# Process groups of their own: make with all that it starts, and show_progress.
making='' telling=''
end_background() {
	[ -z "$telling" ] || kill -- "-$telling" 2>/dev/null || true
	[ -z "$making" ] || kill -- "-$making" 2>/dev/null || true
	wait 2>/dev/null || true
	making='' telling=''
}

# Dies of signal $1, as is proper, but after what it started.
interrupted() {
	trap - EXIT "$1"
	end_background
	note "interrupted; what is compiled stays, and the next build goes on from there"
	kill "-$1" $$
}

# The errors in make's log, with what follows each; not the files that have "error" in their names.
errors_of_log() {
	awk '/^  [A-Z][A-Z0-9_+-]* / { left = 0; next }
		/[Ee]rror:|undefined reference|: not found|No such file|\*\*\* / && found < 10 { found++; left = 5 }
		left > 0 { print; left-- }
		END { exit !found }' "$log"
}

compile() {
	local status=0
	set -m
	kernel_make -j"$(nproc)" "$LAB_IMAGE" >"$log" 2>&1 </dev/null 9>&- &
	making=$!
	show_progress 9>&- &
	telling=$!
	set +m
	wait "$making" || status=$?
	end_background # Also what a make that was killed left.
	[ ! -t 2 ] || echo >&2
	[ $status -ne 0 ] || return 0
	errors_of_log >&2 || tail -n 20 "$log" >&2
	note "$name does not compile; all that make said is in $log"
	exit 1
}

# What was built, for the person who finds it in the cache.
describe() {
	echo "source $source"
	local patch
	for patch in "${patches[@]}"; do
		echo "patch $(sha256sum "$patch" | cut -c 1-12) $(basename "$patch")"
	done
	echo "tree $tree"
	if [ -n "$config" ]; then
		echo "config $(sha256sum "$build/config.in" | cut -c 1-12) $(basename "$config")"
	else
		echo "config Debian's cloud config with lab/kernels/lab.config"
	fi
	echo "compiler $compiler_version"
}

keep() {
	local new=$LAB_BUILT/.new-$key
	rm -rf "$new"
	mkdir -p "$new"
	cp "$objects/$LAB_IMAGE_FOLDER/$LAB_IMAGE" "$new/vmlinuz"
	cp "$objects/.config" "$new/config"
	cp "$objects/System.map" "$new/System.map"
	cat "$objects/include/config/kernel.release" >"$new/release"
	describe >"$new/origin"
	rm -rf "$LAB_BUILT/${key:?}"
	mv "$new" "$LAB_BUILT/$key"
}

compiler=${CC:-gcc}
for tool in git make "${compiler%% *}" flex bison bc; do
	command -v "$tool" >/dev/null || fail "$tool is missing (Debian package ${tool##*/})"
done
# shellcheck disable=SC2046 # A list of names. A git that started us, such as bisect's, means its own repository.
unset $(git rev-parse --local-env-vars)

# Each source has an index of its own. The work tree is one for all, since where a file lies is a part of what ccache
# knows it by; the objects are parted by config and compiler.
case $source in
debian:*) id=debian-${source#debian:} ;;
*) id=$(basename "$source")-$(sha256sum <<<"$source" | cut -c 1-12) ;;
esac
index=$build/$id.index
[[ $build != *[[:space:]:]* ]] || fail "no kernel compiles in a folder with a space or colon in its name: $build" \
	"(set XDG_CACHE_HOME)"
[ -z "$config" ] || check_values
mkdir -p "$build/tree" "$LAB_BUILT" "$(dirname "$LAB_TARGET")"
exec 9>"$build/lock"
flock -n 9 || {
	note "waiting for another build"
	flock 9
}
trap end_background EXIT
trap 'interrupted INT' INT
trap 'interrupted TERM' TERM
trap 'interrupted HUP' HUP
open_repository
case $source in
debian:*) store_debian "${source#debian:}" "$index" ;;
*) store_folder "$source" "$index" ;;
esac
cp "$index" "$build/patched.index"
for patch in "${patches[@]}"; do
	apply_patch "$build/patched.index" "$patch"
done
tree=$(git_on "$build/tree" "$build/patched.index" write-tree)

compiler_version=$($compiler --version | sed -n 1p)
write_config >"$build/config.in"
variant=$(cat "$build/config.in" - <<<"$compiler_version" | sha256sum | cut -c 1-12)
key=$(sha256sum <<<"$tree $variant" | cut -c 1-24)
objects=$build/objects-$variant
log=$build/$name.log
if command -v ccache >/dev/null; then
	export CCACHE_DIR=$LAB_CCACHE CCACHE_MAXSIZE=5G
	compiler="ccache $compiler"
fi
if [ ! -e "$LAB_BUILT/$key/vmlinuz" ]; then
	check_out "$tree"
	configure
	compile
	keep
	note "built:$name is built"
else
	note "built:$name is in the cache already"
fi
ln -sfnr "$LAB_BUILT/$key" "$LAB_TARGET"
