#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs kdmabuf-demo in a guest with an emulated camera and display, whose clock counts
# instructions. Leaves what the emulator's screen showed in build/demo.png and, some
# seconds of it, in build/demo.webm, and prints the tables.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

KERNEL=${KERNEL:-6.12}
export KERNEL
tree=$(cd "$here/../.." && pwd)
build=$tree/build
out=$build/demo
frames=300

# The bars of the emulated camera move. Kernels have one or the other display. QEMU 7.2
# emulates some instruction of AVX wrongly, which is seen in turned pictures. Each fifth
# of the last frames is for the video, the last one for the picture, too.
# shellcheck disable=SC2016 # for the guest's shell
command='
modprobe cirrus 2>/dev/null || modprobe cirrus-qemu || exit
v4l2-ctl --set-ctrl=osd_text_mode=1,horizontal_movement=4
export GALLIUM_OVERRIDE_CPU_CAPS=sse4.1
kdmabuf-demo --software --frames $frames --each '\''
	number=$((KDMABUF_FRAME - 49))
	[ $number -lt 0 ] || [ $((number % 5)) != 0 ] ||
		/job/screendump.sh $(printf %02d $((number / 5))).ppm
'\''
'

# in_userland COMMAND...: with what the guest left in /build.
in_userland() {
	"$here/enter.sh" "$("$here/root.sh" userland)" "$out:/build" -- "$@"
}

picture() {
	in_userland gst-launch-1.0 -q filesrc location=/build/50.ppm ! \
		pnmdec ! videoconvert ! pngenc compression-level=9 ! \
		filesink location=/build/demo.png
	mv "$out/demo.png" "$build/"
}

video() {
	in_userland gst-launch-1.0 -q \
		multifilesrc location=/build/%02d.ppm \
		caps=image/x-portable-pixmap,framerate=12/1 ! pnmdec ! \
		videoconvert ! vp8enc deadline=1 target-bitrate=1000000 ! \
		webmmux ! filesink location=/build/demo.webm
	mv "$out/demo.webm" "$build/"
}

rm -rf "$out" "$build/demo.png" "$build/demo.webm"
mkdir -p "$out"
say "$frames frames in a $KERNEL guest: some minutes"
OUT=$out ICOUNT=yes TIMEOUT=${TIMEOUT:-1800} QEMU="-device cirrus-vga ${QEMU:-}" \
	MODULES=${MODULES-vivid kdmabuf} CMD="frames=$frames; $command" \
	"$here/run.sh"
picture
video
rm -f "$out"/*.ppm
say "build/demo.png is the emulator's screen, build/demo.webm some seconds of it"
