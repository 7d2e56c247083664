#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own test of dma-buf heaps, unmodified. It tests each heap that is in
# /dev/dma_heap, so it gets one where ours is alone: a debug kernel reports what
# others do (the system heap's segments are longer than vgem takes).

if [ ! -c /dev/dma_heap/contiguous ]; then
	echo '1..0 # SKIP no /dev/dma_heap/contiguous, is the module loaded?'
	exit 4
fi
exec unshare --mount sh -ec '
	mount -t tmpfs tmpfs /tmp
	cp -a /dev/dma_heap/contiguous /tmp
	mount --bind /tmp /dev/dma_heap
	exec dmabuf-heap'
