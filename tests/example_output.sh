#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The example that gives buffers to a V4L2 output device: vivid's, once with the
# kernel's code for devices that map memory and once with that for contiguous memory
# only. Its output is connected to its input, where v4l2-ctl captures it.
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"
# shellcheck source=tests/pictures.sh
. "$(dirname "$0")/pictures.sh"

needs_node /dev/kdmabuf
if [ -e /sys/kernel/debug/kmemleak ]; then
	echo "1..0 # SKIP vivid's output warns when it is late, as on a debug kernel"
	exit 4
fi
if ! modprobe -r vivid ||
   ! modprobe vivid n_devs=2 allocators=0,1 node_types=0x101,0x101 \
	num_inputs=1,1 input_types=3,3 num_outputs=1,1 output_types=1,1; then
	echo '1..0 # SKIP no vivid, or it is in use'
	exit 4
fi
trap 'modprobe -r vivid; modprobe vivid; rm -rf "$work"' EXIT

# node NUMBER cap|out: prints the node of that vivid.
node() {
	for name in /sys/class/video4linux/video*; do
		if grep -q "^vivid-00$1-vid-$2" "$name/name"; then
			echo "/dev/${name##*/}"
		fi
	done
}

# connect NUMBER: its output to its input. Kernels have one or the other control.
connect() {
	for control in "hdmi_00$1_0_is_connected_to=$(($1 + 2))" loop_video=1; do
		v4l2-ctl -d "$(node "$1" cap)" --set-ctrl="$control"
	done
}

# receive NUMBER: what comes in there, into a file.
receive() {
	connect "$1"
	v4l2-ctl -d "$(node "$1" cap)" --set-ctrl=osd_text_mode=2 \
		--set-fmt-video=pixelformat=XR24 --stream-mmap --stream-skip=4 \
		--stream-count=1 --stream-to="$work/output-$1.raw"
}

# transmits NUMBER NAME
transmits() {
	start kdmabuf-example-output "$(node "$1" out)"
	says "$2" "$(node "$1" out): frame 0, "
	# On a busy machine vivid takes its time, and gives its own pattern meanwhile.
	until=$(($(date +%s) + 60))
	while
		rm -f "/mnt/out/output-$1-"*
		receive "$1" >"$work/err" 2>&1
		has_pixels "$work/output-$1.raw" "${said##* }" pattern 0
		shown=$?
		[ $shown != 0 ] && [ "$(date +%s)" -lt $until ]
	do :; done
	result $shown "$2 puts it out, pixel by pixel"
	stop "$2"
}

transmits 0 'a device that maps memory'
transmits 1 'a device for contiguous memory'

echo "1..$number"
