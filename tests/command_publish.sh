#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# kdmabuf publish, open and list, among users.
# shellcheck disable=SC2016 # it is another shell that expands
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"

needs_node /dev/kdmabuf

# Whoever uses the node; that is not what is tested here.
mode=$(stat -c %a /dev/kdmabuf)
trap 'chmod "$mode" /dev/kdmabuf; rm -rf "$work"' EXIT
chmod 666 /dev/kdmabuf

# published MODE COMMAND: what sh says with the id of a buffer of ours in $id, and
# "nobody COMMAND" to be another user.
published() {
	kdmabuf run 64K --name shared -- sh -c '
		nobody() {
			setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
		}
		id=$(kdmabuf publish 3 --mode '"$1"') || exit
		'"$2"
}

usage 'publish without a descriptor' kdmabuf publish
usage 'a mode of other digits' kdmabuf publish 3 --mode 0888
usage 'a mode of other bits' kdmabuf publish 3 --mode 0755
usage 'a mode of letters' kdmabuf publish 3 --mode rw
usage 'open without an id' kdmabuf open
usage 'open of what is no id' kdmabuf open camera

check 'publish prints the id' same 0 published 0600 '
	[ "$id" = "$(kdmabuf info 3 --json | jq .id)" ] && echo same'
check 'info tells the mode and the group' '[416,0]' 0 published 0640 '
	kdmabuf info 3 --json | jq -c "[.mode, .gid]"'
check 'open shows it' '["shared",65536,"read-write"]' 0 published 0600 '
	kdmabuf open $id --json | jq -c "[.name, .size, .access]"'
check 'open gives it to a command' '"shared"' 0 published 0600 '
	kdmabuf open $id -- sh -c "kdmabuf info 3 --json | jq .name"'
check '--read-only opens it so' '"read-only"' 0 published 0600 '
	kdmabuf open $id --read-only --json | jq .access'
check 'another user opens what is for all' '"read-write"' 0 published 0666 '
	nobody kdmabuf open $id --json | jq .access'
check 'what he may only read is read-only' '"read-only"' 0 published 0644 '
	nobody kdmabuf open $id --json | jq .access'
check 'what is not for him he does not get' '' 1 published 0660 '
	nobody kdmabuf open $id'
complains 'no such buffer is there for this user'
check 'a mode of 0 ends it' '' 1 published 0666 '
	kdmabuf publish 3 --mode 0 >/dev/null
	nobody kdmabuf open $id'
check 'another user publishes nothing of ours' '' 1 published 0600 '
	nobody kdmabuf publish 3 --mode 0666'
complains 'another user has allocated the buffer'
check 'who may write has to read' '' 1 kdmabuf run 4K -- \
	kdmabuf publish 3 --mode 0602
check 'list shows to others what they may open' '[420]' 0 published 0644 '
	nobody kdmabuf list --json | jq -c "map(.mode)"'
check 'list shows to others nothing else' '[]' 0 published 0660 '
	nobody kdmabuf list --json | jq -c "map(.mode)"'
check 'list shows the bits' 1 0 published 0640 '
	kdmabuf list | grep -c " rw-r----- "'
check 'an id that was is none any more' '' 1 sh -c '
	kdmabuf open "$(kdmabuf run 4K -- kdmabuf publish 3 --mode 0666)"'

echo "1..$number"
