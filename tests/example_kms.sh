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
needs_program kdmabuf-example-kms
needs_screen

for way in atomic legacy; do
	start kdmabuf-example-kms "$way"
	for frame in 0 1 2 3; do
		[ "$frame" = 0 ] || next_picture
		shows "$way: frame $frame" "kms-$way-$frame" "$frame" \
			"$way: frame $frame, "
	done
	stop "$way"
done
if ! command -v kdmabuf-example-gbm >/dev/null; then
	skip 'by GBM' 'no kdmabuf-example-gbm: its libraries were not there'
	echo "1..$number"
	exit
fi
# Another picture for each, as the screen keeps the last one.
frame=0
for way in fd modifier; do
	start kdmabuf-example-gbm "$way" "$frame"
	shows "by GBM, $way" "gbm-$way" "$frame" "$way: frame $frame, "
	stop "by GBM, $way"
	frame=$((frame + 1))
done

echo "1..$number"
