/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Dma-bufs of our exporter and of others, made in the same way. Negative errnos, as
 * in node.h.
 */
#ifndef TESTS_EXPORTERS_H
#define TESTS_EXPORTERS_H

#include <linux/udmabuf.h>

#include "node.h"
#include "vgem.h"

enum exporter {
	KDMABUF,
	SYSTEM_HEAP,
	UDMABUF,
	VGEM,
};

static inline int export_heap(const char *path, uint64_t size)
{
	struct dma_heap_allocation_data data = {
		.len = size,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	int heap = open(path, O_RDWR | O_CLOEXEC), ret;

	if (heap < 0)
		return -errno;
	ret = call(heap, DMA_HEAP_IOCTL_ALLOC, &data);
	close(heap);
	return ret ?: (int)data.fd;
}

static inline int export_memfd(uint64_t size)
{
	int memfd = memfd_create("udmabuf", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	struct udmabuf_create create = { .memfd = memfd, .size = size };
	int node = open("/dev/udmabuf", O_RDWR | O_CLOEXEC), ret;

	if (node < 0)
		return -errno;
	if (ftruncate(memfd, size) ||
	    fcntl(memfd, F_ADD_SEALS, F_SEAL_SHRINK) < 0)
		return -errno;
	ret = call(node, UDMABUF_CREATE, &create);
	close(node);
	close(memfd);
	return ret;
}

static inline int export_dumb(uint64_t size)
{
	int vgem = open_vgem(), ret;

	if (vgem < 0)
		return -ENOENT;
	ret = export_handle(vgem, create_handle(vgem, size));
	close(vgem);
	return ret;
}

/* A new dma-buf's fd; -ENOENT: this kernel has no such exporter. */
static inline int export_from(enum exporter exporter, uint64_t size)
{
	switch (exporter) {
	case KDMABUF:
		return export_heap(HEAP, size);
	case SYSTEM_HEAP:
		return export_heap("/dev/dma_heap/system", size);
	case UDMABUF:
		return export_memfd(size);
	case VGEM:
		return export_dumb(size);
	}
	return -EINVAL;
}

#endif /* TESTS_EXPORTERS_H */
