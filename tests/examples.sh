#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The examples that need no device but ours do what they say.
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"

needs_node /dev/kdmabuf

# As the udev rule has it, also where there is no udev or a test loaded the module
# again.
before=$(stat -c '%g %a' /dev/kdmabuf)
trap 'chgrp "${before% *}" /dev/kdmabuf; chmod "${before#* }" /dev/kdmabuf
	rm -rf "$work"' EXIT
chgrp video /dev/kdmabuf
chmod 660 /dev/kdmabuf

check 'allocate gets one segment' 'hello, devices: 1 segment(s)' 0 \
	kdmabuf-example-allocate
check 'windows has four buffers in one descriptor' "\
0x200000 to 0x300000
0x400000 to 0x500000
0x600000 to 0x700000
0x800000 to 0x900000
buffer 0
buffer 1
buffer 2
buffer 3" 0 kdmabuf-example-windows
check 'file sees the same bytes in three ways' "\
mapped: written
read:   changed through the mapping, in 63 bytes
at the end: 10, then 0" 0 kdmabuf-example-file
check 'by-number shares with another user, to read' "\
read by uid 65534: hello from uid 0
it cannot write to it" 0 kdmabuf-example-by-number
check 'by-number tells when there is no such buffer' '' 1 \
	kdmabuf-example-by-number 1
complains '1: No such file or directory'
chmod 600 /dev/kdmabuf
check 'by-number gives its rights away before it opens the device' '' 1 \
	kdmabuf-example-by-number
complains '/dev/kdmabuf: Permission denied'
chmod 660 /dev/kdmabuf
check 'sockets has a ring that outlives one of its readers' "\
consumer 0, user 65531: 40 frames, 0 wrong pixels, may write to 4 buffers
consumer 1, user 65532: 40 frames, 0 wrong pixels, may write to 0 buffers
consumer 2: killed in frame 10
the producer has drawn 40 frames into 4 buffers" 0 kdmabuf-example-sockets
check 'and it does not believe those readers' \
	'the producer has drawn 40 frames into 4 buffers' 0 ring-liars
hello='hello: the kernel and we read what the other wrote'
if [ -c /dev/kdmabuf_importer ]; then
	text="Linux $(uname -r) was here, in 4096 bytes of kdmabuf"
	check "$hello" "\
the kernel wrote: $text
the kernel reads: $(echo "$text" | tr '[:lower:]' '[:upper:]')" 0 \
		kdmabuf-example-hello
else
	skip "$hello" 'no /dev/kdmabuf_importer'
fi
check 'none of them leaves a buffer' '[]' 0 sh -c 'kdmabuf list --json |
	jq -c "map(select(.command | startswith(\"kdmabuf-\")))"'

echo "1..$number"
