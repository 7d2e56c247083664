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

kdmabuf-example-vulkan "$work/vulkan.png" >"$work/err" 2>&1
compare 'copied in and out, upside down' "$work/vulkan.png" 640x360 upside-down 0

echo "1..$number"
