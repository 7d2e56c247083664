# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Sourced, after checks.sh, by the tests of GStreamer: plays pipelines, and compares
# what comes out of them with what gst-pattern says.

needs_node /dev/kdmabuf
if ! command -v gst-app >/dev/null ||
   ! gst-inspect-1.0 --exists kdmabufsrc 2>/dev/null; then
	echo '1..0 # SKIP no GStreamer with the plugin kdmabuf'
	exit 4
fi

# shellcheck disable=SC2154 # checks.sh has made it
export GST_DEBUG_NO_COLOR=1 GST_DEBUG_FILE="$work/log"
export GST_DEBUG='glupload:6,kmssink:6,GST_PERFORMANCE:4'

# lacks NAME ELEMENT: the test is skipped if GStreamer has no such element.
lacks() {
	! gst-inspect-1.0 --exists "$2" || return
	skip "$1" "no $2"
}

# plays NAME PIPELINE...
plays() {
	name=$1
	shift
	check "$name" '' 0 gst-launch-1.0 -q "$@"
}

# logged NAME EXPECTED EXPRESSION: what sed finds in the log of the last pipeline.
logged() {
	# shellcheck disable=SC2016 # the inner shell's
	check "$1" "$2" 0 sh -c 'sed -n "$1" "$2" | sort -u' sh "$3" "$work/log"
}

# as_bgrx FORMAT WIDTH HEIGHT FILE: makes FILE.bgrx, the same for pixels to read.
as_bgrx() {
	GST_DEBUG_FILE=/dev/null gst-launch-1.0 -q filesrc "location=$4" ! \
		rawvideoparse "width=$2" "height=$3" \
		"format=$(echo "$1" | tr '[:upper:]' '[:lower:]')" ! \
		videoconvert ! video/x-raw,format=BGRx ! \
		filesink "location=$4.bgrx"
}

# same NAME FORMAT WIDTH HEIGHT PICTURES FILE EXPECTED: the first file, which goes, has
# the pictures of the second, and nothing else. If not, all of them, one below the
# other, are left as PNG.
same() {
	cmp "$7" "$6" >"$work/err" 2>&1
	status=$?
	if [ $status != 0 ]; then
		as_bgrx "$2" "$3" "$4" "$6"
		as_bgrx "$2" "$3" "$4" "$7"
		pixels "$6.bgrx" "$3" $(($4 * $5)) "$7.bgrx" 0
	fi >>"$work/err" 2>&1
	result $status "$1"
	rm -f "$6"
}

# holds NAME FORMAT WIDTH HEIGHT PICTURES FILE: these of kdmabufsrc.
holds() {
	gst-pattern "$2" "$3" "$4" "$5" >"$work/right"
	same "$@" "$work/right"
}

# from FORMAT WIDTH HEIGHT PICTURES COMMAND...: the command reads these.
from() {
	pattern="$1 $2 $3 $4"
	shift 4
	# shellcheck disable=SC2086 # arguments
	gst-pattern $pattern | "$@"
}

# caps FORMAT WIDTH HEIGHT: as the appsrc of an application has them.
caps() {
	echo "caps=video/x-raw,format=$1,width=$2,height=$3,framerate=30/1"
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

# open_camera NAME: has a camera that can only write to contiguous memory, with 32
# address lines: $camera, which sees what is in $work/seen, and that stands still. Or
# skips the test. $seen is slow, so that vivid, when others have the processors for
# long, is not late for its next picture: that of 6.1 asks the kernel to wait for less
# than no time then, which is reported.
# shellcheck disable=SC2034 # is for who sources this
seen=width=640,height=480,framerate=5/1
open_camera() {
	! lacks "$1" v4l2src || return
	if ! modprobe -r vivid || ! modprobe vivid allocators=1 node_types=1
	then
		skip "$1" 'no vivid, or it is in use'
		return 1
	fi 2>"$work/err"
	camera=$(find /dev -name 'video[0-9]*' | head -n 1)
	v4l2-ctl -d "$camera" --set-ctrl=osd_text_mode=2 --stream-mmap \
		--set-fmt-video=width=640,height=480,pixelformat=XR24 \
		--stream-count=1 --stream-to="$work/seen" >"$work/err" 2>&1 ||
		result $? "$1: v4l2-ctl captures"
}

# close_camera: as it is for others.
close_camera() {
	modprobe -q -r vivid && modprobe -q vivid
}
