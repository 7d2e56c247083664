// SPDX-License-Identifier: MIT
/*
 * Brackets around what the CPU does with a dma-buf
 */
#include <errno.h>
#include <sys/ioctl.h>

#include "kdmabuf.h"

static int sync_access(int fd, unsigned int access, unsigned long command,
		       void *argument)
{
	if (!access || access & ~DMA_BUF_SYNC_RW)
		return -EINVAL;

	/* The kernel asks to be called again in both cases. */
	while (ioctl(fd, command, argument) < 0) {
		if (errno != EINTR && errno != EAGAIN)
			return -errno;
	}
	return 0;
}

static int sync_all(int fd, unsigned int access, uint64_t phase)
{
	struct dma_buf_sync sync = { .flags = access | phase };

	return sync_access(fd, access, DMA_BUF_IOCTL_SYNC, &sync);
}

int kdmabuf_begin_cpu_access(int fd, unsigned int access)
{
	return sync_all(fd, access, DMA_BUF_SYNC_START);
}

int kdmabuf_end_cpu_access(int fd, unsigned int access)
{
	return sync_all(fd, access, DMA_BUF_SYNC_END);
}

static int sync_part(int device, int fd, unsigned int access, uint32_t phase,
		     uint64_t offset, uint64_t length)
{
	struct kdmabuf_sync sync = {
		.fd = fd,
		.flags = access | phase,
		.offset = offset,
		.length = length,
	};

	return sync_access(device, access, KDMABUF_IOCTL_SYNC, &sync);
}

int kdmabuf_begin_cpu_access_partial(int device, int fd, unsigned int access,
				     uint64_t offset, uint64_t length)
{
	return sync_part(device, fd, access, DMA_BUF_SYNC_START, offset,
			 length);
}

int kdmabuf_end_cpu_access_partial(int device, int fd, unsigned int access,
				   uint64_t offset, uint64_t length)
{
	return sync_part(device, fd, access, DMA_BUF_SYNC_END, offset, length);
}
