#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Boots one guest and runs one command in it. What to do comes in variables,
# listed by "make help". Exits with the command's status, or with 125 when the
# guest died, hung, or its console shows a report of the kernel.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

KERNEL=${KERNEL:-6.12}
default_mem=2048
out=$(cd "$here/../.." && pwd)/build/vm/$KERNEL
OUT=${OUT:-$out/out}
# What each guest boots with. A kernel whose emulator waits for the host is to be
# patient: it would panic since the timer seems not to tick, or report a CPU that does
# not get on. One that really hangs is still told, in minutes.
always='console=ttyS0 panic=-1 no_timer_check watchdog_thresh=60'
always="$always rcupdate.rcu_cpu_stall_timeout=120"
# Seconds that a loaded machine may take until the guest is up.
boot_limit=300
# Seconds that QEMU may take to exit after the guest's last word.
exit_limit=10

case $KERNEL in
6.1|6.12|newest) ;;
debug|debug-newest)
	# An eighth of it is KASAN's.
	default_mem=3072
	# The firmware's program that routes interrupts would run for 20 s for
	# each device: KASAN keeps a stack trace of all that it allocates. And who
	# waits for RCU waits as briefly as can be: what is freed goes to KASAN
	# sooner, and modules come and go in five sixths of the time.
	APPEND="acpi=noirq rcupdate.rcu_expedited=1 ${APPEND:-}"
	# While the first CPU is identified Linux 6.12 forgets for a moment that page
	# tables have five levels, and KASAN takes an interrupt's spinlock for a stray
	# pointer. After that report neither KASAN nor lockdep says anything.
	APPEND="no5lvl $APPEND"
	# It is as patient with work items and tasks as with CPUs (above).
	always="$always workqueue.watchdog_thresh=120"
	always="$always sysctl.kernel.hung_task_timeout_secs=300"
	;;
*) die "KERNEL='$KERNEL': not one of 6.1, 6.12, newest, debug, debug-newest" ;;
esac
MEM=${MEM:-$default_mem}
[ -n "${CMD:-}" ] || [ -t 0 ] || die "no CMD, and no terminal for a shell"
[ -z "${SHARE:-}" ] || [ -d "$SHARE" ] || die "SHARE='$SHARE': no directory"

# What QEMU reads as one value may hold a comma.
quote() {
	echo "$1" | sed 's/,/,,/g'
}

# The modules to load, and their parameters, a line for each.
modules() {
	if [ -n "${MODULES+set}" ]; then
		echo "$MODULES" | tr -s ' ' '\n'
	else
		echo vgem
		echo vivid
		find "$out/stage/usr/lib/modules" -path '*/updates/*.ko' \
			-exec basename {} .ko \; | sort
	fi | sed '/^$/d'
}

# The job is a tar archive on the guest's last disk.
make_job() {
	rm -rf "$out/job"
	mkdir "$out/job"
	cp "$here/guest.sh" "$here/run-tests.sh" "$here/screendump.sh" \
		"$out/job/"
	modules >"$out/job/modules"
	echo "${CMD:-}" >"$out/job/command"
	[ -z "${SHARE:-}" ] || : >"$out/job/share"
	[ -n "${CMD:-}" ] || echo "$(stty size) ${TERM:-dumb}" \
		>"$out/job/terminal"
	tar -cf "$out/job.tar" -C "$out/job" .
	# A disk is made of whole sectors and QEMU likes a minimum.
	truncate -s '>64K' "$out/job.tar"
}

# Prints QEMU's arguments for the processors.
processors() {
	if [ -n "${ICOUNT:-}" ]; then
		# Whose clock goes on by one for each instruction.
		echo '-accel tcg,thread=single -cpu max -smp 1' \
			'-icount shift=0,sleep=off'
	else
		echo "$("$here/accel.sh") -smp 2"
	fi
}

# Starts QEMU in the background as $pid. Its channels: the kernel's console in a
# file, the guest's word on how the job went in another, pipes to ask for
# pictures of the screen, and the command's output, or a terminal for the shell.
boot() {
	kernel_image=$("$here/image.sh" "$KERNEL")
	rm -f "$out/stdout" "$out/stderr" "$out/monitor".* "$out/screen".*
	mkfifo "$out/monitor.in" "$out/monitor.out" "$out/screen.in" \
		"$out/screen.out"
	: >"$out/status"
	# shellcheck disable=SC2046 # arguments
	set -- -nodefaults -no-user-config -display none -no-reboot \
		-machine pc $(processors) -m "$MEM" \
		-kernel "$kernel_image/vmlinuz" -initrd "$kernel_image/initrd" \
		-append "$always ${APPEND:-}" \
		-chardev "file,id=console,path=$(quote "$out/console.log")" \
		-serial chardev:console -device virtio-serial-pci \
		-chardev "file,id=status,path=$(quote "$out/status")" \
		-device virtserialport,chardev=status,name=status \
		-chardev "pipe,id=monitor,path=$(quote "$out/monitor")" \
		-mon chardev=monitor,mode=control \
		-chardev "pipe,id=screen,path=$(quote "$out/screen")" \
		-device virtserialport,chardev=screen,name=screen \
		-virtfs "local,path=$(quote "$OUT"),mount_tag=out,security_model=none"
	[ -z "${SHARE:-}" ] || set -- "$@" -virtfs \
		"local,path=$(quote "$SHARE"),mount_tag=share,security_model=none,readonly=on"
	n=0
	for disk in "$("$here/image.sh" userland)/userland.squashfs" \
		    "$kernel_image/modules.squashfs" \
		    "$out/payload.squashfs" "$out/job.tar"; do
		n=$((n + 1))
		set -- "$@" -device "virtio-blk-pci,drive=disk$n" -drive \
			"if=none,id=disk$n,format=raw,readonly=on,file=$(quote "$disk")"
	done
	if [ -z "${CMD:-}" ]; then
		set -- "$@" -chardev stdio,id=shell,signal=off \
			-device virtconsole,chardev=shell
	else
		for stream in stdout stderr; do
			mkfifo "$out/$stream"
			set -- "$@" -device \
				"virtserialport,chardev=$stream,name=$stream" \
				-chardev "file,id=$stream,path=$(quote "$out/$stream")"
		done
		cat "$out/stdout" &
		cat "$out/stderr" >&2 &
	fi
	# shellcheck disable=SC2086 # QEMU is a list of arguments
	qemu-system-x86_64 "$@" ${QEMU:-} <&3 2>"$out/qemu.log" &
	pid=$!
	"$here/screen.sh" "$out" "$OUT" 3<&- 7>&- &
	screen=$!
}

# True when the guest has said how the job went.
has_said() {
	grep -q '^exit\|^failed' "$out/status"
}

# Sets $why when the guest has to be ended, or ended without a word.
watch() {
	why=
	began=$(date +%s)
	said=
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		seconds=$(($(date +%s) - began))
		if has_said; then
			said=${said:-$seconds}
			[ $((seconds - said)) -ge $exit_limit ] || continue
		elif [ "$seconds" -ge "$TIMEOUT" ]; then
			why="was still running after $TIMEOUT s"
		elif [ "$seconds" -ge $boot_limit ] && [ ! -s "$out/status" ]
		then
			why="was not up after $boot_limit s"
		else
			continue
		fi
		kill -9 "$pid"
		break
	done
	# It is still waiting for an emulator that did not even start.
	kill "$screen" 2>/dev/null || :
	wait || :
	if [ -z "$why" ] && ! has_said; then
		why="died$(sed 's/^/, QEMU says: /' "$out/qemu.log")"
	fi
}

need qemu-system-x86_64:qemu-system-x86 mksquashfs:squashfs-tools
[ -n "${TIMEOUT:-}" ] || if [ -n "${CMD:-}" ]; then
	TIMEOUT=600
else
	TIMEOUT=14400
fi
mkdir -p "$out" "$OUT"
exec 3<&0 7>"$out/lock"
[ -z "${CMD:-}" ] || exec 3</dev/null
flock -n 7 || {
	say "another $KERNEL guest of this tree is running, waiting"
	flock 7
}
[ ! -e "$out/console.log" ] || mv "$out/console.log" "$out/console.log.old"
"$here/root.sh" "$KERNEL" userland source >/dev/null
"$here/build.sh" "$KERNEL"
make_job

pid=
trap '[ -z "$pid" ] || kill -9 "$pid"; exit 130' INT TERM HUP
boot
watch
if [ -n "$why" ] && [ ! -s "$out/status" ]; then
	say "the $KERNEL guest $why, before any module of ours was loaded;" \
		"starting it once more"
	boot
	watch
fi

if [ -n "$why" ]; then
	cat "$out/console.log" >&2
	die "the $KERNEL guest $why; its console is above and in" \
		"$out/console.log"
fi
if grep '^failed' "$out/status" >&2; then
	die "the $KERNEL guest could not run the command"
fi
"$here/scan.sh" "$out/console.log" >&2 ||
	die "the kernel reported the above; all of it is in $out/console.log"
exit "$(sed -n 's/^exit //p' "$out/status")"
