#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What "make install" puts on a machine, beside the programs: the library and its
# headers, as pkg-config and compilers find them, and the rule for udev.
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"

needs_node /dev/kdmabuf /dev/dma_heap/contiguous

# compile COMPILER ARGUMENT...: into $work/program, with the shared library.
compile() {
	# shellcheck disable=SC2046 # arguments
	"$@" -Wall -Wextra -Werror $(pkg-config --cflags libkdmabuf) -o "$work/program" \
		$(pkg-config --libs libkdmabuf)
}

# nodes: group and mode of each.
nodes() {
	stat -c '%n: %G %a' /dev/kdmabuf /dev/dma_heap/contiguous
}

compilers='a program of C compiles, and one of C++'
if command -v pkg-config >/dev/null && command -v g++ >/dev/null; then
	check 'an example compiles where it is installed' '' 0 \
		compile gcc /usr/share/doc/kdmabuf/examples/allocate.c
	check 'and runs' 'hello, devices: 1 segment(s)' 0 "$work/program"
	cat >"$work/program.cc" <<-EOF
		#include <kdmabuf.h>
		#include <linux/kdmabuf_importer.h>

		int main()
		{
			return kdmabuf_alloc(kdmabuf_open(), 1 << 20) < 0;
		}
	EOF
	check 'a program of C++ compiles' '' 0 compile g++ "$work/program.cc"
	check 'and runs' '' 0 "$work/program"
	check 'on the shared library' 'libkdmabuf.so.0' 0 sh -c "
		ldd $work/program | grep -o 'libkdmabuf[^ ]*' | head -n 1"
else
	skip "$compilers" 'no compilers'
fi

udevd=/usr/lib/systemd/systemd-udevd
rule='udev gives the nodes to the group video'
if [ -x $udevd ] && ! udevadm control --ping 2>/dev/null; then
	before=$(stat -c '%n %g %a' /dev/kdmabuf /dev/dma_heap/contiguous)
	chgrp root /dev/kdmabuf /dev/dma_heap/contiguous
	chmod 600 /dev/kdmabuf /dev/dma_heap/contiguous
	$udevd --daemon 2>"$work/err"
	udevadm trigger --settle --action=add /sys/class/misc/kdmabuf \
		/sys/class/misc/kdmabuf-heap-contiguous
	check "$rule" "\
/dev/kdmabuf: video 660
/dev/dma_heap/contiguous: video 660" 0 nodes
	udevadm control --exit
	echo "$before" | while read -r node group mode; do
		chgrp "$group" "$node"
		chmod "$mode" "$node"
	done
else
	skip "$rule" 'no udev, or it runs'
fi

echo "1..$number"
