#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Pipelines of GStreamer's own elements with our memory. Each pixel that comes out of
# them is compared with what gst-pattern says.
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"

needs_node /dev/kdmabuf
if ! gst-inspect-1.0 --exists kdmabufsrc 2>/dev/null; then
	echo '1..0 # SKIP no GStreamer with the plugin kdmabuf'
	exit 4
fi

export GST_DEBUG_NO_COLOR=1 GST_DEBUG_FILE="$work/log"
export GST_DEBUG='glupload:6,kmssink:6,GST_PERFORMANCE:4'

# plays NAME PIPELINE...
plays() {
	name=$1
	shift
	check "$name" '' 0 gst-launch-1.0 -q "$@"
}

# shows NAME FORMAT WIDTH HEIGHT PICTURES FILE: these are in it, and nothing else.
shows() {
	gst-pattern "$2" "$3" "$4" "$5" | cmp - "$6" >"$work/err" 2>&1
	result $? "$1"
	rm -f "$6"
}

# logged NAME EXPECTED EXPRESSION: what sed finds in the log of the last pipeline.
logged() {
	# shellcheck disable=SC2016 # the inner shell's
	check "$1" "$2" 0 sh -c 'sed -n "$1" "$2" | sort -u' sh "$3" "$work/log"
}

allocated() {
	cat /sys/class/misc/kdmabuf/allocations/made
}

# becomes NAME EXPECTED COMMAND...: what it prints, some time.
becomes() {
	name=$1 expected=$2 tries=0
	shift 2
	until got=$("$@"); [ "$got" = "$expected" ] || [ $tries -ge 300 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	check "$name" "$expected" 0 echo "$got"
}

check 'gst-inspect-1.0 shows the plugin' 'kdmabufpool kdmabufsrc' 0 sh -c \
	'gst-inspect-1.0 kdmabuf | sed -n "s/^  \(kdmabuf[a-z]*\):.*/\1/p" | xargs'

# Sizes at which lines end with bytes that are nobody's.
test_formats() {
	formats='BGRx:XR24 BGRA:AR24 RGBx:XB24 RGBA:AB24 RGB16:RG16 RGB:BG24
		 BGR:RG24 NV12:NV12 NV16:NV16 I420:YU12 YUY2:YUYV UYVY:UYVY
		 GRAY8:R8'
	size=width=70,height=50
	set --
	for format in $formats; do
		raw=${format%:*} drm=${format#*:}
		[ "$drm" != R8 ] || drm='"R8\ \ "'
		set -- "$@" kdmabufsrc num-buffers=2 ! \
			"video/x-raw,format=$raw,$size" ! \
			filesink "location=$work/$raw"
		set -- "$@" kdmabufsrc num-buffers=2 ! \
			"video/x-raw(memory:DMABuf),drm-format=$drm,$size" ! \
			filesink "location=$work/$raw.dma"
	done
	plays 'kdmabufsrc gives pictures in all formats' "$@"
	for format in $formats; do
		raw=${format%:*}
		shows "$raw" "$raw" 70 50 2 "$work/$raw"
		shows "${format#*:} in caps of dma-bufs" "$raw" 70 50 2 \
			"$work/$raw.dma"
	done
}

# Mesa's software renderer imports dma-bufs where there is no DRM device.
without_drm() {
	# shellcheck disable=SC2016 # the inner shell's
	GST_GL_WINDOW=surfaceless unshare --mount sh -c '
		[ ! -d /dev/dri ] || mount -t tmpfs tmpfs /dev/dri
		exec "$@"' sh "$@"
}

# Prints what caps the source has in a pipeline.
caps_of_source() {
	without_drm gst-launch-1.0 -v "$@" |
		sed -n 's/.*KdmabufSrc.*: caps = \(video[^,]*\),.*/\1/p'
}

# Something has to be drawn: gldownload gives imported textures as they are, unread.
test_gl() {
	drawn='video/x-raw(memory:GLMemory),format=BGRx,width=320,height=240'
	for caps in 'video/x-raw,format=RGBA' 'video/x-raw(ANY)'; do
		expected=video/x-raw
		[ "$caps" = video/x-raw,format=RGBA ] ||
			expected="$expected(memory:DMABuf)"
		check "GL takes caps of $expected" "$expected" 0 \
			caps_of_source kdmabufsrc num-buffers=3 ! "$caps" ! \
			glupload ! glcolorconvert ! "$drawn" ! gldownload ! \
			filesink "location=$work/gl"
		shows 'what GL has drawn from it is right' BGRx 320 240 3 \
			"$work/gl"
		logged 'glupload imports it, without a copy' DirectDmabuf \
			's/.*Changing uploader from None to \([A-Za-z]*\) .*/\1/p'
	done
}

# Waits for process $1 to make the socket.
listens() {
	while kill -0 "$1" 2>/dev/null && [ ! -S "$work/socket" ]; do
		sleep 0.1
	done
}

# to_another_process NAME COMMAND...: which writes to the socket.
to_another_process() {
	name=$1
	shift
	rm -f "$work/socket"
	"$@" >"$work/producer" 2>&1 &
	pid=$!
	listens $pid
	check "another process gets $name" \
		'20 pictures from kdmabuf, 0 in the buffers that went in, 0 wrong' \
		0 gst-app "unixfdsrc socket-path=$work/socket !
			appsink name=sink sync=false" 20
	wait $pid
	status=$?
	cp "$work/producer" "$work/err"
	result $status "$name: the producer ends well"
}

test_socket() {
	sink="unixfdsink socket-path=$work/socket wait-for-connection=true"
	# shellcheck disable=SC2086 # words of a pipeline
	to_another_process "kdmabufsrc's pictures by unixfdsink" \
		gst-launch-1.0 -q kdmabufsrc num-buffers=20 ! \
		video/x-raw,format=BGRx,width=64,height=48 ! $sink
	to_another_process "an application's pictures by unixfdsink" \
		gst-app "appsrc name=source format=time ! $sink" 20
}

test_application() {
	check 'an application puts in and takes out the same buffers' \
		'20 pictures from kdmabuf, 20 in the buffers that went in, 0 wrong' \
		0 gst-app 'appsrc name=source format=time ! queue ! identity !
			appsink name=sink sync=false' 20
}

# A camera that can only write to contiguous memory, with 32 address lines, if it can
# be had: $camera. What it sees stands still. $seen is slow, so that vivid, when others
# have the processors for long, is not late for its next picture: that of 6.1 asks the
# kernel to wait for less than no time then, which is reported.
seen=width=640,height=480,framerate=5/1
open_camera() {
	modprobe -r vivid && modprobe vivid allocators=1 node_types=1 ||
		return
	camera=$(find /dev -name 'video[0-9]*' | head -n 1)
	v4l2-ctl -d "$camera" --set-ctrl=osd_text_mode=2 --stream-mmap \
		--set-fmt-video=width=640,height=480,pixelformat=XR24 \
		--stream-count=1 --stream-to="$work/one" >/dev/null
}

test_camera() {
	if [ -z "$camera" ]; then
		skip 'v4l2src captures into memory from kdmabufpool' "$why"
		return
	fi
	cat "$work/one" "$work/one" "$work/one" >"$work/right"
	for caps in 'video/x-raw,format=BGRx' \
		    'video/x-raw(memory:DMABuf),drm-format=XR24'; do
		before=$(allocated)
		plays "v4l2src captures $caps" v4l2src "device=$camera" \
			io-mode=dmabuf-import num-buffers=3 ! "$caps,$seen" ! \
			kdmabufpool address-bits=32 ! \
			filesink "location=$work/captured"
		cmp "$work/right" "$work/captured" >"$work/err" 2>&1
		result $? 'what v4l2src captures is right'
		[ "$(allocated)" -ge $((before + 2)) ]
		result $? 'kdmabufpool has allocated for v4l2src'
	done
}

# How many devices are attached to a buffer of that name, at most.
attached() {
	kdmabuf list --json | jq --arg name "$1" \
		'map(select(.name == $name).attachments) | max'
}

# The emulator's picture of its screen is the first of kdmabufsrc's, at last.
screen_shows_it() {
	if [ ! -x /job/screendump.sh ]; then
		skip "$1" 'nobody to ask for a picture of the screen'
		return
	fi
	{
		printf 'P6\n640 480\n255\n'
		gst-pattern RGB 640 480 1
	} >"$work/right"
	screen=/mnt/out/gstreamer.ppm tries=0
	until /job/screendump.sh "${screen##*/}" &&
	      cmp "$work/right" "$screen" || [ $tries -ge 60 ]; do
		sleep 0.5
		tries=$((tries + 1))
	done >"$work/err" 2>&1
	cmp -s "$work/right" "$screen"
	result $? "$1"
}

# One picture for long, then the screen as it was.
test_screen() {
	# shellcheck disable=SC2086 # words of a pipeline
	gst-launch-1.0 -q $source ! \
		"$1,width=640,height=480,framerate=1/1000" ! $display &
	pid=$!
	screen_shows_it "the screen shows $1"
	kill $pid
	wait $pid 2>/dev/null
}

test_display() {
	# As the driver is called up to 6.13, and since.
	modprobe cirrus 2>/dev/null || modprobe cirrus-qemu 2>/dev/null
	driver=$(ls -d /sys/bus/pci/drivers/cirrus*/*/drm 2>/dev/null)
	driver=$(echo "$driver" | cut -d / -f 6)
	if [ -z "$driver" ]; then
		skip 'kmssink displays it' 'no cirrus display'
		return
	fi
	# cirrus has 32 address lines.
	source='kdmabufsrc address-bits=32'
	display="kmssink driver-name=$driver force-modesetting=true"
	for caps in 'video/x-raw,format=BGRx' \
		    'video/x-raw(memory:DMABuf),drm-format=RG16'; do
		# shellcheck disable=SC2086 # words of a pipeline
		plays "kmssink displays $caps" $source num-buffers=6 ! \
			"$caps,width=640,height=480" ! $display sync=false
		check 'kmssink imports both of its buffers' 2 0 grep -c \
			'setting KMS mem .* to DMABuf mem' "$work/log"
		check 'kmssink copies no frame' 0 1 grep -c 'frame copy' \
			"$work/log"
	done
	test_screen 'video/x-raw,format=BGRx'
	test_screen 'video/x-raw(memory:DMABuf),drm-format=XR24'
	[ -n "$camera" ] || {
		skip 'what a camera writes is displayed' "$why"
		return
	}
	# shellcheck disable=SC2086
	gst-launch-1.0 -q v4l2src "device=$camera" io-mode=dmabuf-import ! \
		kdmabufpool name=both address-bits=32 ! \
		"video/x-raw(ANY),$seen" ! $display &
	pid=$!
	becomes 'a buffer is with a camera and a display' 2 attached both
	kill $pid
	wait $pid 2>/dev/null
	check 'kmssink copies no frame of the camera' 0 1 grep -c 'frame copy' \
		"$work/log"
}

camera='' why='no vivid, or it is in use'
open_camera >"$work/err" 2>&1 || camera=
test_formats
test_application
test_socket
test_gl
test_camera
test_display
modprobe -r vivid && modprobe vivid
becomes 'none of them leaves a buffer' '[]' kdmabuf list --json

echo "1..$number"
