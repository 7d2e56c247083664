#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Pipelines of GStreamer whose pictures, in our memory, kmssink displays: what is on
# the emulator's screen is compared.
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"
# shellcheck source=tests/pictures.sh
. "$(dirname "$0")/pictures.sh"
# shellcheck source=tests/pipelines.sh
. "$(dirname "$0")/pipelines.sh"

needs_screen
if lacks 'pictures are displayed' kmssink; then
	echo "1..$number"
	exit
fi

# As cirrus is called up to 6.13, and since. It has 32 address lines.
driver=$(echo /sys/bus/pci/drivers/cirrus*/*/drm | cut -d / -f 6)
display="kmssink driver-name=$driver force-modesetting=true"
source='kdmabufsrc address-bits=32'

# appears NAME FILE SIZE EXPECTED: the screen shows that picture, at last.
appears() {
	tries=0
	until /job/screendump.sh "$2.ppm" &&
	      has_pixels "/mnt/out/$2.ppm" "$3" "$4" 0 || [ $tries -ge 60 ]; do
		sleep 0.5
		tries=$((tries + 1))
	done >"$work/err" 2>&1
	rm -f "/mnt/out/$2-"*
	on_screen "$1" "$2" "$3" "$4" 0
}

# shown NAME FILE WIDTH HEIGHT NUMBER: that picture of gst-pattern's.
shown() {
	{
		printf 'P6\n%s %s\n255\n' "$3" "$4"
		gst-pattern RGB "$3" "$4" 1 "$5"
	} >"$work/expected"
	appears "$1" "$2" "$3x$4" "$work/expected"
}

uncopied() {
	check "kmssink copies no frame of $1" 0 1 grep -c 'frame copy' \
		"$work/log"
}

test_frames() {
	for caps in 'video/x-raw,format=BGRx' \
		    'video/x-raw(memory:DMABuf),drm-format=RG16'; do
		# shellcheck disable=SC2086 # words of a pipeline
		plays "kmssink displays $caps" $source num-buffers=6 ! \
			"$caps,width=640,height=480" ! $display sync=false
		check 'kmssink imports both of its buffers' 2 0 grep -c \
			'setting KMS mem .* to DMABuf mem' "$work/log"
		uncopied "$caps"
	done
}

# One picture for long, then the screen as it was. The sizes differ, so that none can
# be taken for the one before.
test_picture() {
	# shellcheck disable=SC2086 # words of a pipeline
	gst-launch-1.0 -q $source ! \
		"$1,width=$2,height=$3,framerate=1/1000" ! $display &
	pid=$!
	shown "$1" "gst-$2" "$2" "$3" 0
	kill $pid
	wait $pid 2>/dev/null
}

# Nor can this one, which has another number. It is shown until there is no input.
test_application() {
	mkfifo "$work/pictures"
	gst-app "appsrc name=source format=time $(caps BGRx 640 480) !
		$display" <"$work/pictures" 2>"$work/app" &
	pid=$!
	exec 7>"$work/pictures"
	gst-pattern BGRx 640 480 1 100 >&7
	shown "an application's picture" gst-app 640 480 100
	exec 7>&-
	wait $pid
	status=$?
	cp "$work/app" "$work/err"
	result $status "an application's picture: it ends well"
	uncopied 'an application'
}

# How many devices are attached to a buffer of that name, at most.
attached() {
	kdmabuf list --json | jq --arg name "$1" \
		'map(select(.name == $name).attachments) | max'
}

test_camera() {
	open_camera 'what a camera writes is displayed' || return
	# shellcheck disable=SC2086 # words of a pipeline
	gst-launch-1.0 -q v4l2src "device=$camera" io-mode=dmabuf-import ! \
		kdmabufpool name=both address-bits=32 ! \
		"video/x-raw(ANY),format=BGRx,$seen" ! $display &
	pid=$!
	becomes 'a buffer is with a camera and a display' 2 attached both
	appears 'what a camera writes' gst-camera 640x480 "$work/seen"
	kill $pid
	wait $pid 2>/dev/null
	uncopied 'a camera'
	close_camera
}

test_frames
test_picture 'video/x-raw,format=BGRx' 640 480
test_picture 'video/x-raw(memory:DMABuf),drm-format=XR24' 800 600
test_application
test_camera
becomes 'none of them leaves a buffer' '[]' kdmabuf list --json

echo "1..$number"
