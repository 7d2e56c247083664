// SPDX-License-Identifier: MIT
/*
 * Brackets around what the CPU does with a dma-buf
 */
#include <errno.h>
#include <sys/ioctl.h>

#include "kdmabuf.h"

static int sync_access(int fd, unsigned int access, uint64_t phase)
{
	struct dma_buf_sync sync = { .flags = access | phase };

	if (!access || access & ~DMA_BUF_SYNC_RW)
		return -EINVAL;

	/* The kernel asks to be called again in both cases. */
	while (ioctl(fd, DMA_BUF_IOCTL_SYNC, &sync) < 0) {
		if (errno != EINTR && errno != EAGAIN)
			return -errno;
	}
	return 0;
}

int kdmabuf_begin_cpu_access(int fd, unsigned int access)
{
	return sync_access(fd, access, DMA_BUF_SYNC_START);
}

int kdmabuf_end_cpu_access(int fd, unsigned int access)
{
	return sync_access(fd, access, DMA_BUF_SYNC_END);
}
