# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Sourced by the tests, after checks.sh, that look at the emulator's screen.

# needs_screen: loads the driver of the emulated display, and removes it in the end;
# ends the test as skipped if there is none.
needs_screen() {
	# Since 6.14 it has the other name.
	for driver in cirrus cirrus-qemu; do
		modprobe $driver 2>/dev/null && break
	done
	if ! grep -qx connected /sys/class/drm/card*-*/status 2>/dev/null; then
		echo '1..0 # SKIP no display that cirrus drives'
		exit 4
	fi
	mkfifo "${work:?}/in" "$work/out"
	trap 'modprobe -r $driver; rm -rf "$work"' EXIT
}

# start COMMAND...: one that shows pictures, and says so in a line for each. It gets
# its input by next_picture.
start() {
	: >"$work/err"
	"$@" <"$work/in" >"$work/out" 2>>"$work/err" &
	pid=$!
	exec 8>"$work/in" 9<"$work/out"
}

next_picture() {
	echo >&8
}

# shows NAME FILE FRAME: when it has said so, the screen shows that frame of the
# pattern, and nothing else.
shows() {
	read -r said <&9
	size=${said##* }
	{
		/job/screendump.sh "$2.ppm" &&
			pixels "/mnt/out/$2.ppm" "${size%x*}" "${size#*x}" \
				pattern "$3"
	} >>"$work/err" 2>&1
	result $? "$1: the screen shows it, pixel by pixel"
}

# stop NAME: its input ends.
stop() {
	exec 8>&- 9<&-
	wait "$pid"
	result $? "$1: it ends well"
}
