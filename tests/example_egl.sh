#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The example that draws out of one buffer into another by OpenGL ES, on the
# software device of Mesa: every pixel that it draws.
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"
# shellcheck source=tests/pictures.sh
. "$(dirname "$0")/pictures.sh"

needs_node /dev/kdmabuf
needs_program kdmabuf-example-egl

# That device makes its fences by udmabuf.
order=finish
[ ! -c /dev/udmabuf ] || order=fences

# draw FORMAT: what the example says, without what kind of processor that is.
draw() {
	kdmabuf-example-egl "$1" "$work/egl-$1.png" software >"$work/said"
	set -- $?
	sed 's/ (.*//' "$work/said"
	return "$1"
}

# draws FORMAT EXPECTED IMAGES: the picture that the example has drawn is that one.
draws() {
	check "$1 is drawn" "$1: 640x360, images: $3, $order, by llvmpipe" 0 draw "$1"
	compare "$1, mirrored" "$work/egl-$1.png" 640x360 "$2" 0
}

draw xrgb >/dev/null 2>"$work/err"
if grep -q 'EGL has no such device$' "$work/err"; then
	echo "1..0 # SKIP EGL has no software device"
	exit 4
fi
draws xrgb mirrored 1
# It says that it takes NV12 in one image, and does not.
draws nv12 nv12 2

echo "1..$number"
