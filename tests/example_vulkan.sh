#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The example that copies out of one buffer and into another by Vulkan, on Mesa's
# lavapipe: every pixel that comes out.
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"
# shellcheck source=tests/pictures.sh
. "$(dirname "$0")/pictures.sh"

needs_node /dev/kdmabuf
needs_program kdmabuf-example-vulkan

# Where the driver lies, Vulkan finds it by this.
if ! ls /usr/share/vulkan/icd.d/lvp_icd*.json >/dev/null 2>&1; then
	echo "1..0 # SKIP Mesa's lavapipe is not there"
	exit 4
fi

# copies: what the example says, without what kind of processor that is.
copies() {
	kdmabuf-example-vulkan "$work/vulkan.png" >"$work/said"
	set -- $?
	sed 's/ (.*//' "$work/said"
	return "$1"
}

check 'it copies' '640x360, by llvmpipe' 0 copies
compare 'copied in and out, upside down' "$work/vulkan.png" 640x360 upside-down 0

echo "1..$number"
