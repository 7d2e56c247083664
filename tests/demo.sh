#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# kdmabuf-demo, from vivid to the emulator's screen: the screen shows what the
# renderer has drawn, pixel by pixel; nothing is lost, wrong or copied on the way; and
# all three processes end, and leave nothing, when one dies.
# shellcheck disable=SC2016 # it is another shell that expands
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"
# shellcheck source=tests/pictures.sh
. "$(dirname "$0")/pictures.sh"

needs_node /dev/kdmabuf
if ! command -v kdmabuf-demo >/dev/null; then
	echo '1..0 # SKIP no kdmabuf-demo: the headers that it needs were missing'
	exit 4
fi

frames=10
# QEMU 7.2 emulates some instruction of AVX wrongly, and all of them slowly.
export GALLIUM_OVERRIDE_CPU_CAPS=sse4.1

usage 'no number of frames' kdmabuf-demo --frames none
usage '0 frames' kdmabuf-demo --frames 0
usage 'an option that it does not have' kdmabuf-demo --copy
usage 'an argument' kdmabuf-demo /dev/video0

if has_screen; then
	skip 'without a display it says so' 'there is one'
else
	check 'without a display it says so' '' 1 kdmabuf-demo --software
	complains 'no driver for one is loaded, or nothing is plugged in'
fi

if ! modprobe -r vivid || ! modprobe vivid node_types=1; then
	skip_rest 'no vivid, or it is in use'
fi
needs_screen

check 'what is no display is none' '' 1 kdmabuf-demo --software --display /dev/null
complains 'demo screen: /dev/null: no display'
complains 'the screen'\''s process has gone'
check 'what is no camera is none' '' 1 kdmabuf-demo --software --camera /dev/null
complains 'demo camera: /dev/null: no camera that gives 1280x720'
complains 'the camera'\''s process has gone'
complains 'demo screen: the renderer has gone'

# shot: the emulator's picture of its screen, for one frame.
shot='[ "$KDMABUF_FRAME" != 9 ] || /job/screendump.sh demo.ppm'
kdmabuf-demo --software --frames $frames --output "$work/last.png" \
	--each "$shot" >"$work/table" 2>"$work/err"
result $? 'all frames pass'
cat "$work/table" >>"$work/err"
size=$(sed -n 's/.* shown as \([0-9]*x[0-9]*\) by .*/\1/p' "$work/table")
compare 'the screen shows what was drawn' /mnt/out/demo.ppm "$size" \
	"$work/last.png" 0
rm -f /mnt/out/demo.ppm

# in_table NAME PATTERN COUNT: so many lines of the table are so.
in_table() {
	[ "$(grep -cE "$2" "$work/table")" = "$3" ]
	result $? "$1"
}

in_table 'each process has all of them, and all right' \
	"^(camera|renderer|screen) +$frames +0 +0 " 3
in_table 'both rings are of one segment a buffer, of kdmabuf, and not copied' \
	' > .* x [0-9]+ +[34] +1 +kdmabuf +0 of [1-9][0-9]+$' 2
in_table 'OpenGL has the same pages' 'mapped 8 times .* other pages: 0$' 1

# A frame that is not drawn like the others is not one that the screen may show.
check 'a command that fails ends it' '' 1 kdmabuf-demo --software --each \
	'exit $KDMABUF_FRAME'
complains "demo screen: frame 1: 'exit \$KDMABUF_FRAME' has failed"

# kill_one NAME GONE...: that process is killed in frame 3; what the others say.
kill_one() {
	name="$1 is killed"
	check "$name" '' 1 kdmabuf-demo --software --each \
		"[ \$KDMABUF_FRAME != 3 ] || pkill -9 -x 'demo $1'"
	complains "demo $1: Killed"
	shift
	for line; do
		complains "$line"
	done
}

kill_one camera "demo renderer: the camera's process has gone" \
	'demo screen: the renderer has gone'
kill_one renderer 'demo camera: the renderer has gone' \
	'demo screen: the renderer has gone'
kill_one screen "demo renderer: the screen's process has gone" \
	'demo camera: the renderer has gone'
check 'no buffer is left' '[]' 0 sh -c \
	'kdmabuf list --json | jq -c "map(select(.name | startswith(\"demo\")))"'

echo "1..$number"
