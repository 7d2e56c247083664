#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Prints QEMU's arguments for the fastest processor that works here. There are
# hosts whose /dev/kvm accepts a guest and then hangs, so KVM is used only
# where a guest was seen to get as far as its first process.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

# Without "fast" string instructions: the emulator takes them byte by byte, so the kernel
# had better clear, copy and poison memory by its loops of whole words.
emulation='-accel tcg,thread=multi -cpu max,-erms,-fsrm'

probe() {
	image=$("$here/image.sh" 6.12)
	timeout -s KILL 15 qemu-system-x86_64 -nodefaults -no-user-config \
		-display none -no-reboot -accel kvm -cpu host -m 512 \
		-kernel "$image/vmlinuz" -initrd "$image/initrd" \
		-append 'console=ttyS0 panic=-1 probe' \
		-serial "file:$1/console" || :
	if grep -q 'Run /init as init process' "$1/console"; then
		echo '-accel kvm -cpu host' >"$1/arguments"
	else
		echo "$emulation" >"$1/arguments"
	fi
}

if [ -w /dev/kvm ]; then
	boot_id=$(cat /proc/sys/kernel/random/boot_id)
	cat "$(cached accelerator "$(hash "$boot_id" "$emulation")" probe)/arguments"
else
	echo "$emulation"
fi
