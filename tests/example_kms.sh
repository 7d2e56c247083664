#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The examples that show buffers on a display: what is on the emulator's screen is
# what was drawn, pixel by pixel.
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"
# shellcheck source=tests/pictures.sh
. "$(dirname "$0")/pictures.sh"

needs_node /dev/kdmabuf
needs_screen

for way in atomic legacy; do
	start kdmabuf-example-kms "$way"
	for frame in 0 1 2 3; do
		[ "$frame" = 0 ] || next_picture
		shows "$way: frame $frame" "kms-$way-$frame" "$frame"
	done
	stop "$way"
done
for way in fd modifier; do
	start kdmabuf-example-gbm "$way"
	shows "by GBM, $way" "gbm-$way" 0
	stop "by GBM, $way"
done

echo "1..$number"
