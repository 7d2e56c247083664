#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# screendump.sh NAME: in the guest, has the emulator write what its screen shows to
# /mnt/out/NAME, as PPM. screen.sh is the other end. Fails, with the reason, if
# there is no screen.

for dir in /sys/class/virtio-ports/*; do
	[ "$(cat "$dir/name")" = screen ] && port=/dev/${dir##*/}
done
rm -f "/mnt/out/$1"
exec 3<>"${port:?the guest has no port to ask by}"
echo "$1" >&3
read -r answer <&3
[ "$answer" = ok ] || {
	echo "no picture of the screen: $answer" >&2
	exit 1
}
