#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# The guest's /sbin/init: makes the kernel's file systems, brings every processor up, makes scratch disks, runs /job,
# and says on the port for results how it ended. The host believes a result only with that last line.
export PATH=/sbin:/bin LD_LIBRARY_PATH=/lib HOME=/ LC_ALL=C
# The second serial port, unless the kernel's command line says otherwise.
export HINTBENCH_PORT="${HINTBENCH_PORT:-ttyS1}"
export HINTBENCH_SCRATCH=/scratch/ext4:/scratch/xfs
/bin/busybox --install -s /bin
mkdir -p /proc /sys /dev /tmp /run /scratch

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/shm /dev/pts
for tmpfs in /tmp /run /dev/shm; do
	mount -t tmpfs tmpfs $tmpfs
done
exec </dev/console >/dev/console 2>&1
echo "hintbench guest: $(uname -r) has started its init"
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
# libpfm4 looks for the tracepoints here. Where the kernel mounts nothing by itself, the folder may be missing.
[ -e /sys/kernel/debug/tracing/events ] || mount -t tracefs tracefs /sys/kernel/debug/tracing
mount -t cgroup2 cgroup2 /sys/fs/cgroup
# A raw port: no echo, and no \r before a \n.
stty raw -echo <"/dev/$HINTBENCH_PORT"

# In the order of their dependencies; what is built in has no file here. Before the other
# processors are up: a module's code is patched in thousands of places, each time waiting for all processors.
while read -r module arguments; do
	# shellcheck disable=SC2086 # A list of words.
	insmod "/modules/$module" $arguments
done </modules/order

# The guest boots with one processor: kernels before 6.5 hang in their SMP bring-up when instructions are the clock.
for online in /sys/devices/system/cpu/cpu[0-9]*/online; do
	echo 1 >"$online"
done

# Scratch disks in memory: no disk of the host, whose time would leak in. All is fixed, down to the UUIDs.
# By their paths: busybox would take its own mke2fs first.
uuid=11111111-2222-3333-4444-555555555555
if [ -b /dev/ram0 ]; then
	mkdir -p /scratch/ext4
	/sbin/mke2fs -q -F -t ext4 -b 4096 -N 256 -m 0 -J size=4 -U $uuid \
		-O none,has_journal,ext_attr,dir_index,filetype,extent,sparse_super,large_file,huge_file,extra_isize \
		-E nodiscard,lazy_itable_init=0,lazy_journal_init=1,hash_seed=$uuid /dev/ram0 16384 &&
		mount -t ext4 -o noatime /dev/ram0 /scratch/ext4
fi
if [ -b /dev/ram1 ] && grep -qw xfs /proc/filesystems; then
	mkdir -p /scratch/xfs
	# Only what the oldest kernel can mount; newer ones of mkfs.xfs have more to turn off.
	make_xfs="/sbin/mkfs.xfs -q -f -K -m uuid=$uuid,bigtime=0,inobtcount=0,reflink=0,rmapbt=0"
	{ $make_xfs -i nrext64=0,exchange=0 -n parent=0 /dev/ram1 || $make_xfs -i nrext64=0 /dev/ram1 ||
		$make_xfs /dev/ram1; } >/dev/null 2>&1 && mount -t xfs -o noatime /dev/ram1 /scratch/xfs
fi

echo "hintbench guest: runs its job"
# Through cat, so that no program takes the console for somebody's screen and draws on it.
# shellcheck disable=SC3040 # The guest has busybox, which knows it.
set -o pipefail
sh /job 2>&1 | cat
status=$?
echo "hintbench guest: the job ended with status $status"

full=
for folder in /tmp /run /dev/shm / /scratch/ext4 /scratch/xfs; do
	[ -d $folder ] && [ "$(stat -f -c %f $folder)" -eq 0 ] && [ "$(stat -f -c %b $folder)" -gt 0 ] && full=$full,$folder
done
# First a newline: what was streamed may end inside a line.
{
	bytes=0
	sha256=none
	if [ -e /tmp/result.json ]; then
		bytes=$(stat -c %s /tmp/result.json)
		sha256=$(sha256sum </tmp/result.json)
	fi
	printf '\nhintbench-end status=%s bytes=%s sha256=%s full=%s\n' "$status" "$bytes" "${sha256%% *}" "${full#,}"
} >"/dev/$HINTBENCH_PORT"
poweroff -f
