# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Sourced, after checks.sh, by the tests of what shows or takes pictures.

# needs_program NAME: ends the test as skipped if it was not built.
needs_program() {
	command -v "$1" >/dev/null || {
		echo "1..0 # SKIP no $1: its libraries were not there"
		exit 4
	}
}

# start COMMAND...: one that says in a line, which becomes $said, when a picture is
# there, and goes on until its input ends.
start() {
	[ -p "${work:?}/in" ] || mkfifo "$work/in" "$work/out"
	: >"$work/err"
	"$@" <"$work/in" >"$work/out" 2>>"$work/err" &
	pid=$!
	exec 8>"$work/in" 9<"$work/out"
	said=
	read -r said <&9
}

# next_picture: gives it a line of input.
next_picture() {
	echo >&8
	said=
	read -r said <&9
}

# stop NAME: ends its input.
stop() {
	exec 8>&- 9<&-
	wait "$pid"
	result $? "$1: it ends well"
}

# has_pixels FILE SIZE EXPECTED FRAME: true if the picture in the file is of that size and
# has every pixel as pixels expects it.
has_pixels() {
	pixels "$1" "${2%x*}" "${2#*x}" "$3" "$4" >>"$work/err" 2>&1
}

# compare NAME FILE SIZE EXPECTED FRAME: as a check with a name.
compare() {
	has_pixels "$2" "$3" "$4" "$5"
	result $? "$1, pixel by pixel"
}

# has_screen: true if something is plugged in. Unless it is told to, a driver looks
# for that only when somebody asks for its modes.
has_screen() {
	for status in /sys/class/drm/card*-*/status; do
		[ -e "$status" ] || continue
		echo detect >"$status"
		! grep -qx connected "$status" || return 0
	done
	return 1
}

# other_processors ONLINE: all but the first, 1 or 0.
other_processors() {
	for online in /sys/devices/system/cpu/cpu*/online; do
		[ ! -e "$online" ] || echo "$1" >"$online"
	done
}

# needs_screen: loads the driver of the emulated display, and removes it in the end;
# ends the test as skipped if there is none.
needs_screen() {
	# On newer kernels it has the other name, and 7.3's timer for what the device
	# lacks, vertical blanks: drm_crtc_vblank_start_timer() waits for the one that
	# may still run on another processor, with the lock that this one wants.
	driver=cirrus
	if ! modprobe $driver 2>/dev/null; then
		driver=cirrus-qemu
		other_processors 0
		modprobe $driver 2>/dev/null
	fi
	trap 'modprobe -q -r $driver; other_processors 1; rm -rf "$work"' EXIT
	if ! has_screen; then
		skip_rest 'no display that cirrus drives'
	fi
	if [ ! -x /job/screendump.sh ]; then
		skip_rest 'nobody to ask for a picture of the screen'
	fi
}

# on_screen NAME FILE SIZE EXPECTED FRAME: the screen shows it, and nothing else.
on_screen() {
	/job/screendump.sh "$2.ppm" 2>>"$work/err"
	compare "$1: the screen shows it" "/mnt/out/$2.ppm" "$3" "$4" "$5"
	rm -f "/mnt/out/$2.ppm"
}

# says NAME SAID: it said that, a pattern of the shell's, and after it a size.
says() {
	# shellcheck disable=SC2254 # a pattern
	case $said in
	$2[1-9]*x[1-9]*) result 0 "$1: it says so" ;;
	*)
		echo "# it said '$said', not '$2' and a size"
		result 1 "$1: it says so"
		;;
	esac
}

# shows NAME FILE FRAME SAID: it shows that frame of the pattern, of the size that was
# said after SAID.
shows() {
	says "$1" "$4"
	on_screen "$1" "$2" "${said##* }" pattern "$3"
}
