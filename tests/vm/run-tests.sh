#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# run-tests.sh [TEST...]: in the guest, runs all tests, or those named, and at
# the end removes our modules. Prints what they print, TAP, between lines that
# tap.awk on the host tells them apart by.

cd /usr/libexec/kdmabuf/tests || exit
[ -e /dev/kdmabuf ] || {
	echo "@fail /dev/kdmabuf is there"
	exit
}
PATH=$PWD:$PATH

# Seconds that a program may take.
limit=${TEST_TIMEOUT:-300}

run() {
	name=$1
	shift
	echo "kdmabuf-test: $name" >/dev/kmsg
	echo "@begin $name"
	"$@" </dev/null 2>&1
	echo "@end $?"
}

unload_modules() {
	echo 1..$#
	for module; do
		modprobe -r "$module" && echo "ok - $module" ||
			echo "not ok - $module"
	done
}

# shellcheck disable=SC2046 # names of tests
[ $# -gt 0 ] || set -- $(cat list)
[ $# -gt 0 ] || echo "@fail there are tests to run"
for test; do
	run "$test" timeout -k 5 "$limit" "./$test"
done

updates=/lib/modules/$(uname -r)/updates
# shellcheck disable=SC2046 # names of modules
run unload unload_modules $(
	find "$updates" -name '*.ko' -exec basename {} .ko \; | sort -r
)
