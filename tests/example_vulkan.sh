#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The example that copies out of one buffer and into another by Vulkan, on Mesa's
# lavapipe: every pixel that comes out.
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"

needs_node /dev/kdmabuf

{
	kdmabuf-example-vulkan "$work/vulkan.png" &&
		pixels "$work/vulkan.png" 640 360 upside-down 0
} >"$work/err" 2>&1
result $? 'copied in and out, upside down, pixel by pixel'

echo "1..$number"
