#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# kdmabuf show and capture: what they put on the emulator's screen, what they take
# from vivid, and how they refuse.
# shellcheck disable=SC2016 # it is another shell that expands
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"
# shellcheck source=tests/pictures.sh
. "$(dirname "$0")/pictures.sh"

needs_node /dev/kdmabuf
if kdmabuf show --test-pattern 2>&1 | grep -q 'built without libdrm'; then
	echo '1..0 # SKIP kdmabuf was built without libdrm'
	exit 4
fi

usage 'show without a descriptor' kdmabuf show
usage 'show of what is no descriptor' kdmabuf show camera
usage 'a test pattern with a descriptor' kdmabuf show --test-pattern 3
usage 'a test pattern in another format' kdmabuf show --test-pattern --format RG16
usage 'a size of one number' kdmabuf show 3 --size 1280
usage 'a size of 0' kdmabuf show 3 --size 0x720
usage 'a negative size' kdmabuf show 3 --size 1280x-1
usage 'a format of five characters' kdmabuf show 3 --format YUYV2
usage 'a format of two planes' kdmabuf show 3 --format NV12
usage 'capture without a purpose' kdmabuf capture
usage 'capture with a negative number of frames' kdmabuf capture --skip -1 -o x

if has_screen; then
	skip 'without a display it says so' 'there is one'
else
	check 'without a display it says so' '' 1 kdmabuf show --test-pattern
	complains 'no driver for one is loaded, or nothing is plugged in'
fi
check 'what is no display is none' '' 1 \
	kdmabuf show --test-pattern --device /dev/null
check 'what is no camera is none' '' 1 \
	kdmabuf capture --device /dev/null --output "$work/frame"
complains 'no driver for one is loaded'

if modprobe -r vivid; then
	check 'without a camera it says so' '' 1 \
		kdmabuf capture --output "$work/frame"
	complains 'no driver for one is loaded'
fi

# What v4l2-ctl captures is what there is to capture.
if ! [ -e /sys/module/vivid ] && modprobe vivid node_types=1; then
	check 'a camera that does not do that is none' '' 1 kdmabuf capture \
		--size 641x363 --format XR24 --output "$work/frame"
	complains 'none writes that size and format'
	check 'a camera that only others may use' '' 1 setpriv --reuid=65534 \
		--clear-groups kdmabuf capture --output "$work/frame"
	complains 'only root and the members of the group video may use it'
	v4l2-ctl --stream-mmap --stream-to="$work/busy" >/dev/null 2>&1 &
	pid=$!
	until [ -s "$work/busy" ] || ! kill -0 $pid; do
		sleep 0.1
	done
	check 'a camera that another has' '' 1 \
		kdmabuf capture --output "$work/frame"
	complains 'another program has the camera'
	kill $pid
	wait $pid 2>/dev/null
	v4l2-ctl --set-fmt-video=width=640,height=360,pixelformat=XR24 \
		--set-ctrl=osd_text_mode=2 --stream-mmap --stream-count=1 \
		--stream-to="$work/reference" >/dev/null 2>&1
	check 'capture has the frame in a file' \
		'/dev/video0: XR24, 640x360, 2560 bytes a line' 0 \
		kdmabuf capture --skip 2 --output "$work/frame"
	compare 'and it is right' "$work/frame" 640x360 "$work/reference" 0
	check 'capture gives the frame to a command' \
		'XR24 640x360 2560 921600 "frame" 1' 0 kdmabuf capture -- sh -c 'echo \
		$KDMABUF_FORMAT $KDMABUF_SIZE $KDMABUF_STRIDE $KDMABUF_BYTES \
		$(kdmabuf info 3 --json | jq ".name, .segments")'
	check 'capture sets size and format' YUYV,320x180 0 \
		kdmabuf capture --size 320x180 --format YUYV -- \
		sh -c 'echo $KDMABUF_FORMAT,$KDMABUF_SIZE'
else
	skip 'capture' 'no vivid, or it is in use'
fi

needs_screen

start kdmabuf show --test-pattern
shows 'test pattern' show-pattern 0 '/dev/dri/card[0-9]: XR24, '
stop 'test pattern'
start kdmabuf show --test-pattern --size 800x600
shows 'test pattern, 800x600' show-800 0 '/dev/dri/card[0-9]: XR24, '
stop 'test pattern, 800x600'
check 'a size that it does not have' '' 1 \
	kdmabuf show --test-pattern --size 801x600
complains 'none has 801x600 pixels'
check 'a buffer that is too small' '' 1 \
	kdmabuf run 1M -- kdmabuf show 3 --size 640x480
complains 'it has 1048576 bytes, 640x480 pixels are 1228800'
check 'a format that it does not have' '' 1 \
	kdmabuf run 3M --address-bits 32 -- kdmabuf show 3 --format AB48
complains 'does not take that format'
check 'what is no dma-buf' '' 1 sh -c 'kdmabuf show 3 3</dev/null'

# A camera's frame on the screen, and nothing but the kernel between.
v4l2-ctl --set-fmt-video=width=640,height=480,pixelformat=XR24 >/dev/null 2>&1
start kdmabuf capture --output "$work/shown" -- \
	sh -c 'exec kdmabuf show 3 --size $KDMABUF_SIZE --stride $KDMABUF_STRIDE'
on_screen 'a frame of the camera' show-camera 640x480 "$work/shown" 0
stop 'a frame of the camera'

# noise: other bytes for each picture, as the screen keeps the last one. For a buffer
# they are whole pages.
noise() {
	head -c $((469 * 4096)) /dev/urandom >"$work/noise"
	head -c $((4 * 800 * 600)) "$work/noise" >"$work/picture"
}

# shows_noise NAME FILE COMMAND...: that shows the noise.
shows_noise() {
	name=$1 file=$2
	shift 2
	start "$@" kdmabuf show 3 --size 800x600
	says "$name" '/dev/dri/card[0-9]: XR24, '
	on_screen "$name" "$file" 800x600 "$work/picture" 0
	stop "$name"
}

noise
shows_noise 'ours that it reaches' show-low \
	kdmabuf run 2M --address-bits 32 -- dmabuf-run inherited "$work/noise"

# The driver of newer kernels maps no buffer for DMA.
maps=yes
! grep -q drm_gem_shmem_prime_import_no_map /proc/kallsyms || maps=
high=
[ "$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)" -le 5000000 ] ||
	high=yes

# It reports segments that are longer than cirrus takes: ours are not, others' may be.
reports_segments=
[ ! -e /sys/kernel/debug/dma-api ] ||
	reports_segments='this kernel reports segments longer than cirrus takes'

noise
name="the system heap's"
if [ ! -c /dev/dma_heap/system ]; then
	skip "$name" 'this kernel has no system heap'
elif [ "$reports_segments" ]; then
	skip "$name" "$reports_segments"
elif [ "$high" ] && [ "$maps" ]; then
	check "$name, which it does not reach" '' 1 dmabuf-run system-heap \
		"$work/noise" kdmabuf show 3 --size 800x600
	complains 'import for the display: Input/output error'
	complains 'the display reaches addresses of 32 bits'
else
	shows_noise "$name" show-system dmabuf-run system-heap "$work/noise"
fi

# Without a limit, where memory is kept for the next buffer that may lie below. Its
# DMA is bounced, a segment at a time, and the display's driver copies by the CPU.
pool_max=/sys/module/kdmabuf/parameters/pool_max
before=$(cat $pool_max)
echo 0 >$pool_max
noise
start kdmabuf run 2M -- dmabuf-run inherited "$work/noise" sh -c '
	kdmabuf info 3 --json | jq ".physical_address >= 4294967296"
	exec kdmabuf show 3 --size 800x600'
name='ours above 4 GiB'
if [ "$said" != true ]; then
	skip "$name" 'its memory is below'
	name='ours without a limit'
fi
read -r said <&9
says "$name" '/dev/dri/card[0-9]: XR24, '
on_screen "$name" show-high 800x600 "$work/picture" 0
stop "$name"
echo "$before" >$pool_max

noise
name="vgem's"
dmabuf-run vgem "$work/noise" true
if [ $? = 4 ]; then
	skip "$name" 'no vgem'
elif [ "$reports_segments" ]; then
	skip "$name" "$reports_segments"
elif [ "$high" ] && [ "$maps" ]; then
	skip "$name" 'its memory may be where the display does not reach'
else
	shows_noise "$name" show-vgem dmabuf-run vgem "$work/noise"
fi

echo "1..$number"
