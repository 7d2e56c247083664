#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own test of dma-buf heaps, unmodified. It tests each heap that is in
# /dev/dma_heap, so ours has to be there.

if [ ! -c /dev/dma_heap/contiguous ]; then
	echo '1..0 # SKIP no /dev/dma_heap/contiguous, is the module loaded?'
	exit 4
fi
exec dmabuf-heap
