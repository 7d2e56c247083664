#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A camera's driver, vivid, captures into our buffers. With allocators=1 it uses the
# kernel's code for cameras that can only write to contiguous memory: that it takes
# our buffers, and refuses scattered ones, shows from outside that ours are
# contiguous. What has to be in them v4l2-ctl says, which captures into memory of
# the driver's own.

work=$(mktemp -d)
number=0

result() {
	number=$((number + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $number $1"
	else
		echo "# expected '$2', got '$3'"
		echo "not ok $number $1"
	fi
}

# Prints the capture node of vivid number $1.
node() {
	for name in /sys/class/video4linux/video*; do
		if grep -q "^vivid-00$1-vid-cap" "$name/name"; then
			echo "/dev/${name##*/}"
			return
		fi
	done
}

# A picture that stands still, as a file.
take_reference() {
	v4l2-ctl -d "$1" --set-fmt-video=width=640,height=360,pixelformat=XR24 \
		--set-ctrl=osd_text_mode=2 >&2 &&
		v4l2-ctl -d "$1" --stream-mmap --stream-count=1 \
			--stream-to="$2" >/dev/null 2>&1
}

capture() {
	v4l2-capture "$@" 2>&1 | tail -n 1
}

if ! modprobe -r vivid ||
   ! modprobe vivid n_devs=2 allocators=0,1 node_types=1,1; then
	echo '1..0 # SKIP no vivid, or it is in use'
	exit 4
fi
kdmabuf_live() {
	tail -n +2 /sys/kernel/debug/kdmabuf/buffers | wc -l
}
before=$(kdmabuf_live)

echo 1..8
vmalloc=$(node 0)
contiguous=$(node 1)
taken='4 frames of 921600 bytes'

take_reference "$vmalloc" "$work/0" && take_reference "$contiguous" "$work/1"
result 'v4l2-ctl captures the same picture from both devices' \
	"$(cksum <"$work/0")" "$(cksum <"$work/1")"
result 'a device that maps memory takes a contiguous buffer' "$taken" \
	"$(capture "$vmalloc" "$work/0" contiguous)"
result 'a device that maps memory takes a scattered buffer' "$taken" \
	"$(capture "$vmalloc" "$work/0" scattered)"
result 'a device for contiguous memory takes a contiguous buffer' "$taken" \
	"$(capture "$contiguous" "$work/1" contiguous)"
result 'a device for contiguous memory refuses a scattered buffer' \
	'VIDIOC_QBUF EFAULT' "$(capture "$contiguous" "$work/1" scattered)"
result 'a device that maps memory refuses a read-only view' \
	'VIDIOC_QBUF EFAULT' "$(capture "$vmalloc" "$work/0" readonly)"
result 'a device for contiguous memory refuses a read-only view' \
	'VIDIOC_QBUF EINVAL' "$(capture "$contiguous" "$work/1" readonly)"
result 'no buffer is left' "$before" "$(kdmabuf_live)"

rm -r "$work"
modprobe -r vivid
modprobe vivid
