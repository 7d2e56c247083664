#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Pipelines of GStreamer's own elements with our memory: formats, other processes, GL
# and a camera.
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"
# shellcheck source=tests/pipelines.sh
. "$(dirname "$0")/pipelines.sh"

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
			filesink "location=$work/gst-$raw"
		set -- "$@" kdmabufsrc num-buffers=2 ! \
			"video/x-raw(memory:DMABuf),drm-format=$drm,$size" ! \
			filesink "location=$work/gst-dma-$raw"
	done
	plays 'kdmabufsrc gives pictures in all formats' "$@"
	for format in $formats; do
		raw=${format%:*}
		holds "$raw" "$raw" 70 50 2 "$work/gst-$raw"
		holds "${format#*:} in caps of dma-bufs" "$raw" 70 50 2 \
			"$work/gst-dma-$raw"
	done
}

test_application() {
	check 'an application takes out the buffers that it put in' \
		'20 pictures, 20 of kdmabuf, 20 in the buffers that went in' \
		0 from BGRx 64 48 20 gst-app \
		"appsrc name=source format=time $(caps BGRx 64 48) ! queue !
			identity ! appsink name=sink sync=false" \
		"$work/gst-app"
	holds 'an application: what it takes out is right' BGRx 64 48 20 \
		"$work/gst-app"
}

# Waits for process $1 to make the socket.
listens() {
	while kill -0 "$1" 2>/dev/null && [ ! -S "$work/socket" ]; do
		sleep 0.1
	done
}

# to_another_process NAME RIGHT COMMAND...: which writes 20 pictures to the socket.
to_another_process() {
	what=$1 right=$2
	shift 2
	rm -f "$work/socket"
	"$@" >"$work/producer" 2>&1 &
	pid=$!
	listens $pid
	check "another process gets $what" \
		'20 pictures, 20 of kdmabuf, 0 in the buffers that went in' \
		0 gst-app "unixfdsrc socket-path=$work/socket !
			appsink name=sink sync=false" "$work/gst-socket"
	wait $pid
	status=$?
	cp "$work/producer" "$work/err"
	result $status "$what: the producer ends well"
	same "$what: all of it is right" BGRx 64 48 20 "$work/gst-socket" \
		"$right"
}

test_socket() {
	! lacks 'another process gets pictures' unixfdsink || return
	sink="unixfdsink socket-path=$work/socket wait-for-connection=true"
	caps=video/x-raw,format=BGRx,width=64,height=48
	gst-pattern BGRx 64 48 20 >"$work/pattern"
	# shellcheck disable=SC2086 # words of a pipeline
	to_another_process "kdmabufsrc's pictures by unixfdsink" \
		"$work/pattern" gst-launch-1.0 -q kdmabufsrc num-buffers=20 ! \
		$caps ! $sink
	to_another_process "an application's pictures by unixfdsink" \
		"$work/pattern" from BGRx 64 48 20 gst-app \
		"appsrc name=source format=time $(caps BGRx 64 48) ! $sink"
	set -- videotestsrc num-buffers=20 pattern=ball ! $caps
	plays 'videotestsrc gives pictures' "$@" ! \
		filesink "location=$work/ball"
	# shellcheck disable=SC2086
	to_another_process "kdmabufpool's pictures by unixfdsink" \
		"$work/ball" gst-launch-1.0 -q "$@" ! kdmabufpool ! $sink
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

# drawn NAME: what GL has drawn is right, and of imported pictures.
drawn() {
	holds "$1: what GL has drawn from it is right" BGRx 320 240 3 \
		"$work/gst-gl"
	logged "$1: glupload imports it, without a copy" DirectDmabuf \
		's/.*Changing uploader from None to \([A-Za-z]*\) .*/\1/p'
}

# Something has to be drawn: gldownload gives imported textures as they are, unread.
test_gl() {
	! lacks 'GL imports pictures' glupload || return
	if ! without_drm gst-launch-1.0 -q gltestsrc num-buffers=1 ! \
		fakesink >"$work/err" 2>&1
	then
		skip 'GL imports pictures' 'no OpenGL without a screen'
		return
	fi
	gl='video/x-raw(memory:GLMemory),format=BGRx,width=320,height=240'
	for caps in 'video/x-raw,format=RGBA' 'video/x-raw(ANY)'; do
		expected=video/x-raw
		[ "$caps" = video/x-raw,format=RGBA ] ||
			expected="$expected(memory:DMABuf)"
		check "GL takes caps of $expected" "$expected" 0 \
			caps_of_source kdmabufsrc num-buffers=3 ! "$caps" ! \
			glupload ! glcolorconvert ! "$gl" ! gldownload ! \
			filesink "location=$work/gst-gl"
		drawn "$expected"
	done
	check 'GL takes pictures of an application' \
		'3 pictures, 0 of kdmabuf, 0 in the buffers that went in' 0 \
		from RGBA 320 240 3 without_drm gst-app \
		"appsrc name=source format=time $(caps RGBA 320 240) !
			glupload ! glcolorconvert ! $gl ! gldownload !
			appsink name=sink sync=false" "$work/gst-gl"
	drawn "an application"
}

allocated() {
	cat /sys/class/misc/kdmabuf/allocations/made
}

test_camera() {
	open_camera 'v4l2src captures into memory from kdmabufpool' || return
	cat "$work/seen" "$work/seen" "$work/seen" >"$work/captured"
	for caps in 'video/x-raw,format=BGRx' \
		    'video/x-raw(memory:DMABuf),drm-format=XR24'; do
		before=$(allocated)
		plays "v4l2src captures $caps" v4l2src "device=$camera" \
			io-mode=dmabuf-import num-buffers=3 ! "$caps,$seen" ! \
			kdmabufpool address-bits=32 ! \
			filesink "location=$work/gst-camera"
		same 'what v4l2src captures is right' BGRx 640 480 3 \
			"$work/gst-camera" "$work/captured"
		[ "$(allocated)" -ge $((before + 2)) ]
		result $? 'kdmabufpool has allocated for v4l2src'
	done
	close_camera
}

# By the tracer's account: the line in which it shows its format, and no object.
test_leaks() {
	check 'pipelines are played and taken down' '' 0 \
		env GST_TRACERS=leaks GST_DEBUG=GST_TRACER:7 gst-launch-1.0 -q \
		kdmabufsrc num-buffers=3 ! fakesink \
		videotestsrc num-buffers=3 ! kdmabufpool ! fakesink
	logged 'no object of GStreamer is leaked' %s \
		's/.* object-alive, type-name=(string)\([^,]*\),.*/\1/p'
}

test_formats
test_application
test_socket
test_gl
test_camera
test_leaks
becomes 'none of them leaves a buffer' '[]' kdmabuf list --json

echo "1..$number"
