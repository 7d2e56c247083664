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

# draws FORMAT EXPECTED: the picture that the example has drawn is that one.
draws() {
	kdmabuf-example-egl "$1" "$work/egl-$1.png" software >"$work/err" 2>&1
	compare "$1, mirrored" "$work/egl-$1.png" 640x360 "$2" 0
}

draws xrgb mirrored
draws nv12 nv12

echo "1..$number"
