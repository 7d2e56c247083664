#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs the tests, or those in TESTS, in a guest of each kernel in KERNELS, and
# prints one TAP stream. Fails when a test or a guest does, when the kernel
# reports anything on its console, and when nothing ran.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

KERNELS=${KERNELS:-6.12}
logs=$(cd "$here/../.." && pwd)/build/vm
mkdir -p "$logs"

# shellcheck disable=SC2086 # a list
"$here/root.sh" $KERNELS userland source >/dev/null

# Freed memory keeps what was in it, or tests of zeroing would prove nothing.
export APPEND="init_on_alloc=0 ${APPEND:-}" CMD="/job/run-tests.sh ${TESTS:-}"
export TIMEOUT="${TIMEOUT:-1800}"

for kernel in $KERNELS; do
	echo "@note $kernel is $(cat "$("$here/image.sh" "$kernel")/release")"
	say "$kernel: building the tree and starting a guest"
	echo "@guest $kernel"
	status=0
	KERNEL=$kernel "$here/run.sh" || status=$?
	console=$logs/$kernel/console.log
	if [ ! -e "$console" ]; then
		echo "@fail the tree builds for it"
		continue
	fi
	report=$("$here/scan.sh" "$console") || :
	if [ -n "$report" ]; then
		echo "$report" | sed 's/^/@say /'
		echo "@fail its console is clean"
		continue
	fi
	echo "@pass its console is clean"
	[ $status = 0 ] || echo "@fail its guest reached the end"
done | tee "$logs/tests.log" | awk -f "$here/tap.awk"
