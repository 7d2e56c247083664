#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# libcamera allocates its frames from the heap "linux,cma" and from no other that
# we could offer, so it runs on the module loaded with that alias. Its virtual
# camera needs no hardware.

alias='linux,cma'
config=/usr/share/libcamera/pipeline/virtual/virtual.yaml
buffers=/sys/kernel/debug/kdmabuf/buffers
work=$(mktemp -d)
number=0

skip() {
	echo "1..0 # SKIP $1"
	rm -rf "$work"
	exit 4
}

result() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number $2"
	else
		sed 's/^/# /' "$work/log"
		echo "not ok $number $2"
	fi
}

# Loads the module again, with its parameters as arguments.
reload() {
	modprobe -r kdmabuf && modprobe kdmabuf "$@"
}

# Waits until the list of live buffers names cam, process $1.
seen_at_work() {
	tries=0
	while kill -0 "$1" 2>/dev/null && [ $tries -lt 600 ]; do
		if grep -q ' cam ' "$buffers"; then
			cp "$buffers" "$work/log"
			return 0
		fi
		sleep 0.1
		tries=$((tries + 1))
	done
	return 1
}

command -v cam >/dev/null || skip 'no cam of libcamera'
[ ! -e "/dev/dma_heap/$alias" ] || skip "the kernel has a heap $alias itself"
was=$(cat /sys/module/kdmabuf/parameters/heap_alias)
reload "heap_alias=$alias" || skip 'the module is in use'

mkdir -p "${config%/*}"
cat >"$config" <<END
"Virtual0":
  supported_formats:
  - width: 640
    height: 480
    frame_rates:
    - 30
  test_pattern: "bars"
  location: CameraLocationFront
  model: "Virtual Video Device"
END

export LIBCAMERA_PIPELINES_MATCH_LIST=virtual
echo 1..4
cam -c 1 --capture=3 >"$work/log" 2>&1
result $? 'cam captures'
[ "$(grep -c ' cam0-stream0 seq: ' "$work/log")" = 3 ]
result $? 'cam captures three frames'

cam -c 1 --capture=100000 >/dev/null 2>&1 &
pid=$!
seen_at_work $pid
result $? 'the frames of cam are buffers of ours'
# What it cannot handle, so that it is not cam who tidies up.
kill -KILL $pid
wait $pid 2>/dev/null

tries=0
while grep -q ' cam ' "$buffers" && [ $tries -lt 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
cp "$buffers" "$work/log"
! grep -q ' cam ' "$work/log"
result $? 'no buffer is left'

rm -r "$work" "$config"
reload ${was:+"heap_alias=$was"}
