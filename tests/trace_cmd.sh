#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# trace-cmd finds the tracepoints, and reads what they record.
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"

needs_node /dev/kdmabuf

command -v trace-cmd >/dev/null || {
	echo '1..0 # SKIP no trace-cmd'
	exit 4
}

# The fields of the buffer's event, without what differs from run to run. No names
# of tasks are recorded: see tests/tracing.h.
recorded() {
	trace-cmd record -q -O norecord-cmd -e "kdmabuf:$1" \
		-o "$work/trace.dat" kdmabuf run 1M -- true >"$work/record" 2>&1 ||
		cat "$work/record" >&2
	trace-cmd report -q -i "$work/trace.dat" |
		sed -n "s/.* kdmabuf:$1: *\|.* $1: */$1: /p" |
		sed 's/id=[1-9][0-9]*/id=ID/'
}

check 'it lists them' 'kdmabuf:alloc
kdmabuf:attach
kdmabuf:fault
kdmabuf:free
kdmabuf:map
kdmabuf:pool
kdmabuf:sync
kdmabuf:unmap' 0 sh -c 'trace-cmd list -e | grep "^kdmabuf:" | sort'
check 'it tells of a buffer that is made' \
	'alloc: id=ID size=1048576 flags=0 uid=0' 0 recorded alloc
check 'and that goes' 'free: id=ID size=1048576 flags=0 uid=0' 0 recorded free

echo "1..$number"
