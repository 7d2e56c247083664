#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# enter.sh ROOT [HOST-DIRECTORY:/build|/src|/usr/src]... -- COMMAND...
# Runs a command inside a root file system of root.sh, with directories of the
# host bound there: /build writable, others read-only. Leaves no mount behind.
set -eu
root=$1
shift

# The mounts live and die with a mount namespace of their own.
if [ -z "${KDMABUF_ENTERED:-}" ]; then
	export KDMABUF_ENTERED=yes
	exec unshare --mount "$0" "$root" "$@"
fi

mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
while [ "$1" != -- ]; do
	inside=${1##*:}
	mount --bind "${1%:*}" "$root$inside"
	[ "$inside" = /build ] || mount -o remount,bind,ro "$root$inside"
	shift
done
shift
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
	chroot "$root" "$@"
