#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The guest's second process, in the Debian userland: finishes the system,
# loads the modules, runs the job's command and says over a channel of its own
# how that went. run.sh on the host is the other end.

port() {
	for dir in /sys/class/virtio-ports/*; do
		if [ "$(cat "$dir/name" 2>/dev/null)" = "$1" ]; then
			echo "/dev/${dir##*/}"
			return
		fi
	done
}

# Ends the guest: QEMU exits when it reboots, which, unlike to power off, every
# kernel can. Without a word before its end, run.sh knows that it died.
finish() {
	sync
	echo "$1" >&3
	busybox reboot -f
}

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root LC_ALL=C.UTF-8
set -e
cd /root
exec 3>"$(port status)"

mkdir -p /dev/pts /dev/shm
mount -t devpts -o mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ln -s /proc/self/fd /dev/fd
ln -s fd/0 /dev/stdin
ln -s fd/1 /dev/stdout
ln -s fd/2 /dev/stderr
hostname kdmabuf
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=mmap \
	out /mnt/out
[ ! -e /job/share ] || mount -t 9p \
	-o trans=virtio,version=9p2000.L,msize=262144,cache=mmap,ro \
	share /mnt/share

# What has been reported while the kernel booted was not ours, but has made lockdep go
# silent, and KASAN: nothing would be judged.
stats=/proc/lockdep_stats
[ ! -e $stats ] || ! grep -q 'debug_locks: *0$' $stats || busybox reboot -f

set +e

# The host judges the console from this line on.
echo "kdmabuf-lab: loading modules" >/dev/kmsg
echo ready >&3
while IFS=/ read -r module parameters; do
	# shellcheck disable=SC2046 # a list of parameters
	if ! error=$(modprobe "$module" $(echo "$parameters" | tr / ' ') 2>&1)
	then
		echo "kdmabuf-lab: cannot load $module: $error" >/dev/kmsg
		finish "failed module $module: $error"
	fi
done </job/modules
# As the udev rule has it: there is no udev here.
for node in /dev/kdmabuf /dev/dma_heap/contiguous; do
	[ ! -e "$node" ] || {
		chgrp video "$node"
		chmod 660 "$node"
	}
done
echo "kdmabuf-lab: running the command" >/dev/kmsg

if [ -e /job/terminal ]; then
	# shellcheck disable=SC2046 # rows and columns
	stty rows $(cut -d' ' -f1 /job/terminal) \
		cols $(cut -d' ' -f2 /job/terminal) </dev/hvc0
	TERM=$(cut -d' ' -f3 /job/terminal)
	export TERM
	setsid --ctty --wait bash -l </dev/hvc0 >/dev/hvc0 2>&1 3>&-
	finish "exit $?"
fi

# Pipes and cat, because a port can be opened only once and a command may
# open /dev/stderr. They end with the last process that holds them.
mkfifo /run/out /run/err
cat /run/out >"$(port stdout)" 3>&- &
out=$!
cat /run/err >"$(port stderr)" 3>&- &
err=$!
sh /job/command </dev/null >/run/out 2>/run/err 3>&-
status=$?
timeout 5 tail --pid=$out --pid=$err -f /dev/null
finish "exit $status"
