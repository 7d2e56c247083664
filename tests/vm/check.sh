#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs the tests, or those in TESTS, in guests of each kernel in KERNELS, and prints
# one TAP stream. Fails when a test or a guest does, when a kernel reports anything
# on its console, and when nothing ran.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

KERNELS=${KERNELS:-6.12}
logs=$(cd "$here/../.." && pwd)/build/vm
mkdir -p "$logs"
guests=$(guests)

# shellcheck disable=SC2086 # a list
"$here/root.sh" $KERNELS userland source >/dev/null

# seconds TIME: as a number.
seconds() {
	number=${1%[smh]}
	case $number in
	''|0*|*[!0-9]*|???????*) die "SOAK='$1': no time such as 90, 90s, 10m, 1h" ;;
	esac
	case $1 in
	*h) echo $((number * 3600)) ;;
	*m) echo $((number * 60)) ;;
	*) echo "$number" ;;
	esac
}

export SOAK="${SOAK:-0}"
[ "$SOAK" = 0 ] || SOAK=$(seconds "$SOAK")

# side_by_side KERNEL...: prints what the guests of each say in one piece, since those
# of others speak at the same time.
side_by_side() {
	# So sorted debug, which takes longest, is not the last to begin.
	# shellcheck disable=SC2016 # for sh
	printf '%s\n' "$@" | sort -r | xargs -I{} -P"$guests" sh -c '
		status=0
		"$0/suite.sh" "$1" >"$2/$1.log" || status=$?
		flock "$2" cat "$2/$1.log"
		exit $status' "$here" {} "$logs"
}

one_by_one() {
	for kernel; do
		"$here/suite.sh" "$kernel" || return
	done
}

# shellcheck disable=SC2086 # a list
set -- $KERNELS
way=side_by_side
if [ $# = 1 ] || [ "$guests" = 1 ]; then
	way=one_by_one
fi
{
	$way "$@" || printf '%s\n' "@part the tests" \
		"@fail they were run on every kernel"
} | tee "$logs/tests.log" | tap
