#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The command kdmabuf, as people and scripts use it.
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"

needs_node /dev/kdmabuf

size_of() {
	kdmabuf alloc "$1" --hold 0 --json | jq '.[0].size'
}

of_run() {
	kdmabuf run "$@" -- sh -c 'kdmabuf info 3 --json' | jq -r "$filter"
}

usage 'no subcommand' kdmabuf
usage 'an unknown subcommand' kdmabuf frobnicate
usage 'an unknown option' kdmabuf list --frobnicate
usage 'no size' kdmabuf alloc
usage 'a size of 0' kdmabuf alloc 0
usage 'a negative size' kdmabuf alloc -- -1
usage 'a size with a fraction' kdmabuf alloc 1.5M
usage 'a size in another unit' kdmabuf alloc 8X
usage 'a size that 64 bits do not hold' kdmabuf alloc 16777216T
usage 'a size that wraps 64 bits' kdmabuf alloc 18446744073709551617
usage 'run without a command' kdmabuf run 4K
usage 'info without a descriptor' kdmabuf info
usage 'info of what is no descriptor' kdmabuf info camera
usage 'info of a descriptor of no process' sh -c 'kdmabuf info /proc//fd/3 3</dev/null'
usage 'info of a path in a path' sh -c \
	'kdmabuf info /proc/self/fd//dev/fd/3 3</dev/null'
usage 'send without a socket' kdmabuf send
usage 'recv without a socket' kdmabuf recv

check '--help succeeds' yes 0 sh -c 'kdmabuf --help | grep -q "^Usage:\|^usage:" &&
	echo yes'
check 'a size without a unit is in bytes' 8192 0 size_of 4097
check '64K are 64 KiB' 65536 0 size_of 64K
check '2M are 2 MiB' 2097152 0 size_of 2M
check 'more than the machine has fails' '' 1 kdmabuf alloc 1T --hold 0
check 'an alignment that is no power of two fails' '' 1 \
	kdmabuf alloc 64K --align 12K --hold 0

filter=.exporter
check 'run gives the command the buffer as 3' kdmabuf 0 of_run 8M
filter='"\(.size) \(.segments) \(.scattered) \(.access)"'
check 'info tells of a contiguous buffer' '8388608 1 false read-write' 0 \
	of_run 8M
filter='.name, .scattered, .segments > 1'
check 'info tells of a scattered buffer' "$(printf 'parts\ntrue\ntrue')" 0 \
	of_run 1M --scattered --name parts
filter='.physical_address % 65536'
check '--align aligns' 0 0 of_run 64K --align 64K
filter='.access, .read_only_view'
check '--read-only gives a read-only view' "$(printf 'read-only\ntrue')" 0 \
	of_run 4K --read-only
check "the command's exit status is run's" '' 42 kdmabuf run 4K -- sh -c 'exit 42'
check 'a command that is not there is 127' '' 127 kdmabuf run 4K -- ./nowhere
check 'info of a closed descriptor fails' '' 1 kdmabuf info 33
check 'info of what is no dma-buf fails' '' 1 sh -c 'kdmabuf info 3 3</dev/null'

check 'list --json is JSON' array 0 sh -c 'kdmabuf list --json | jq -r type'
check 'list shows a buffer that lives' '["seen",65536,"kdmabuf"]' 0 \
	kdmabuf run 64K --name seen -- sh -c 'kdmabuf list --json |
		jq -c ".[] | select(.name == \"seen\") | [.name, .size, .command]"'
check 'list shows no buffer that is gone' '' 0 sh -c 'kdmabuf list --json |
	jq -c ".[] | select(.name == \"seen\")"'

kdmabuf recv "$work/socket" --json >"$work/received" 2>&1 &
receiver=$!
check 'send sends' '' 0 kdmabuf run 1M --name sent -- \
	kdmabuf send "$work/socket" --message 'frame 1'
wait $receiver
check 'recv ends well' '' 0 sh -c "exit $?"
check 'recv shows what was sent' '["frame 1","sent",1048576]' 0 \
	jq -c '[.message, .buffers[0].name, .buffers[0].size]' "$work/received"
check 'recv without a peer fails' '' 1 \
	kdmabuf recv "$work/nobody" --timeout 0.1
check 'recv in a directory that is not there fails' '' 1 \
	kdmabuf recv "$work/nowhere/socket"
complains 'there is no such directory'
send_to_nobody() {
	kdmabuf send "$work/nobody" --timeout 0.1 3</dev/null
}
check 'send to nobody fails' '' 1 send_to_nobody
complains 'nobody came to listen there in 0.1 seconds'

# listening: waits until the last background process listens at $work/socket.
listening() {
	until grep -q "00010000 .* $work/socket$" /proc/net/unix; do
		kill -0 $! || return
		sleep 0.1
	done
}

kdmabuf recv "$work/socket" --json >"$work/received" 2>&1 &
receiver=$!
listening
check 'a second listener is refused' '' 1 kdmabuf recv "$work/socket" --timeout 0.1
complains 'another process listens there'
kdmabuf run 4K --name kept -- kdmabuf send "$work/socket"
wait $receiver
check 'the first one gets its buffer nevertheless' '"kept"' 0 \
	jq '.buffers[0].name' "$work/received"

kdmabuf recv "$work/socket" >/dev/null 2>&1 &
listening
kill -9 $!
wait $! 2>/dev/null
check 'a killed listener leaves its socket' '' 0 test -S "$work/socket"
kdmabuf recv "$work/socket" --json >"$work/received" 2>&1 &
receiver=$!
listening
kdmabuf run 4K --name next -- kdmabuf send "$work/socket"
wait $receiver
check 'which the next one replaces' '"next"' 0 \
	jq '.buffers[0].name' "$work/received"

echo "1..$number"
