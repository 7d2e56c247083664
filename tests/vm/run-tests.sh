#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# run-tests.sh [TEST...]: in the guest, runs all tests, or those named, and at the
# end removes our modules. Prints what they print, TAP, between lines that tap.awk
# on the host tells them apart by.

cd /usr/libexec/kdmabuf/tests || exit
[ -e /dev/kdmabuf ] || {
	echo "@fail /dev/kdmabuf is there"
	exit
}
PATH=$PWD:$PATH

# Seconds that a program may take.
limit=${TEST_TIMEOUT:-600}
# Seconds that the races together go on at least.
soak=${SOAK:-0}

run() {
	name=$1
	shift
	echo "kdmabuf-test: $name" >/dev/kmsg
	echo "@begin $name"
	"$@" </dev/null 2>&1
	echo "@end $?"
}

# judge NAME TEXT: passes when there is no text.
judge() {
	if [ -z "$2" ]; then
		echo "ok - $1"
	else
		printf '%s\n' "$2"
		echo "not ok - $1"
	fi
}

# What the programs left behind; kmemleak is only in the debug kernel.
find_leftovers() {
	debug=/sys/kernel/debug
	echo 1..3
	judge 'no dma-buf' "$(grep -v '^Total 0 objects, 0 bytes$' \
		$debug/dma_buf/bufinfo 2>&1 |
		sed '/^$/d; /^Dma-buf Objects:/d; /^size[ \t]/d')"
	judge 'no buffer of ours' "$(sed 1d $debug/kdmabuf/buffers 2>&1)"
	if [ -e $debug/kmemleak ]; then
		# It reports what is older than 5 s, and what two scans miss.
		judge 'no memory' "$(
			exec 2>&1
			echo scan >$debug/kmemleak
			sleep 6
			echo scan >$debug/kmemleak
			cat $debug/kmemleak
		)"
	else
		echo 'ok - no memory # SKIP this kernel has no kmemleak'
	fi
}

# unload MODULE: prints why it stays. Files and fences are given back a moment after
# they were let go, for which 10 s are plenty.
unload() {
	for _ in $(seq 100); do
		why=$(modprobe -r "$1" 2>&1) && return
		sleep 0.1
	done
	echo "${why:-modprobe does not tell}"
}

unload_modules() {
	echo 1..$#
	for module; do
		judge "$module" "$(unload "$module")"
	done
}

# shellcheck disable=SC2046 # names of tests
[ $# -gt 0 ] || set -- $(cat list)
[ $# -gt 0 ] || echo "@fail there are tests to run"

races=$(printf '%s\n' "$@" | grep -c '^race_')
if [ "$races" -gt 0 ]; then
	export KDMABUF_SOAK=$((soak / races))
	limit=$((limit + KDMABUF_SOAK))
fi
for test; do
	run "$test" timeout -k 5 "$limit" "./$test"
done

run leftovers find_leftovers

updates=/lib/modules/$(uname -r)/updates
# shellcheck disable=SC2046 # names of modules
run unload unload_modules $(
	find "$updates" -name '*.ko' -exec basename {} .ko \; | sort -r
)

# How often each line of the modules ran, for coverage.sh. The kernel's files say that
# they are empty, so cp would not do.
if [ -n "${COVERAGE:-}" ]; then
	cd /sys/kernel/debug/gcov/build || exit
	to=/mnt/out/gcov/$(date +%s)
	find . -name '*.gcda' | while read -r file; do
		mkdir -p "$to/${file%/*}"
		cat "$file" >"$to/$file"
	done
fi
